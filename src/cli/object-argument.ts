// Objects on the command line: `TYPE ID` or `TYPE:ID`.
import { idFault, type ObjectRef, parseRef, TYPE_NAME } from '../shared/object-ref.js';
import { Problem } from '../shared/problem.js';

/**
 * The object that one or two arguments name.
 * @throws Problem `bad_request` for anything else
 */
export function objectArgument(words: string[]): ObjectRef {
  const [first = '', second, ...more] = words;
  if (more.length > 0) {
    throw new Problem('bad_request', `One object is enough: TYPE ID, or TYPE:ID. What is "${more[0]}"?`);
  }
  if (second === undefined) return joinedRef(first);
  const fault = TYPE_NAME.test(first) ? idFault(second) : undefined;
  if (fault !== undefined) throw new Problem('bad_request', `The id "${second}" ${fault}.`);
  return { type: typeArgument(first), id: second };
}

/** @throws Problem `bad_request` for text that cannot be the name of a type */
export function typeArgument(text: string): string {
  if (TYPE_NAME.test(text)) return text;
  throw new Problem(
    'bad_request',
    `"${text}" is not the name of a type: a letter, then letters, digits, . _ -`,
  );
}

function joinedRef(text: string): ObjectRef {
  const ref = parseRef(text);
  if (ref !== undefined && ref.id !== '') return ref;
  if (text.includes(':') && ref === undefined) {
    throw new Problem('bad_request', `"${text}" is not an object: write TYPE ID, or TYPE:ID.`);
  }
  throw new Problem(
    'bad_request',
    `Which of the ${typeArgument(text.replace(/:$/, ''))}? Write TYPE ID, or TYPE:ID.`,
  );
}

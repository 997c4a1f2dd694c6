// How the command line names what is to be erased of an event, as JSON pointers into it.
import { pointerStep } from '../shared/json-pointer.js';
import { CONTEXT_MEMBERS } from '../shared/log/leaf-parts.js';
import { Problem } from '../shared/problem.js';

const WHOLE: Readonly<Record<string, string[]>> = {
  actorName: ['/actorName'],
  targetName: ['/targetName'],
  names: ['/actorName', '/targetName'],
  changes: ['/changes'],
  context: ['/context'],
  metadata: ['/metadata'],
};

/**
 * The pointers of a word: a field of `changes`, a name, `context.ip`, `metadata.KEY`, a whole group, or a pointer itself
 * (for a field that is called like one of those).
 * @throws Problem `bad_request` for a member of `context` that there is not
 */
export function erasurePath(word: string): string[] {
  if (word.startsWith('/')) return [word];
  const whole = Object.hasOwn(WHOLE, word) ? WHOLE[word] : undefined;
  if (whole !== undefined) return whole;
  const [group, ...rest] = word.split('.');
  const name = rest.join('.');
  if (group === 'metadata' && name !== '') return [`/metadata/${pointerStep(name)}`];
  if (group !== 'context' || name === '') return [`/changes/${pointerStep(word)}`];
  if (CONTEXT_MEMBERS.some(member => member === name)) return [`/context/${name}`];
  throw new Problem(
    'bad_request',
    `--field: context has no "${name}". It has ${CONTEXT_MEMBERS.join(', ')}.`,
  );
}

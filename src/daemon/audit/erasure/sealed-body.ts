// The bodies of events of which something was erased. Such a body begins with a mark and lacks what is gone; what that
// was stands in the seal alone (seal.ts). For answers it is opened: what is gone reads null, and redactions name it.
import type { Redaction } from '../../../shared/data-event.js';
import { stepKey } from '../../../shared/json-pointer.js';
import { canonicalJson } from '../../../shared/log/canonical-json.js';
import type { Sqlite } from '../../sqlite.js';
import { DamagedEvent } from '../damaged-event.js';
import { ERASED, FIELD, FREE_CONTEXT, freeContext, NO_FIELDS } from '../event-body.js';
import { erasedOf, parseSeal, type Seal } from './seal.js';

/** The first character of the body of an event of which something was erased. No other body begins so. */
const MARK = '!';

/** Values that are ids of terms, by their paths. */
export const TERM_FIELDS: Readonly<Record<string, number>> = {
  '/actorName': FIELD.actorName,
  '/targetName': FIELD.targetName,
  '/context/ip': FIELD.ip,
  '/context/sessionId': FIELD.sessionId,
  '/context/userAgent': FIELD.userAgent,
};

export const isSealed = (body: string) => body.startsWith(MARK);

/** The fields of a body as they are stored. */
export const storedFields = (body: string) => (isSealed(body) ? body.slice(MARK.length) : body).split('\n');

/** The body as it is stored once `paths` are gone from `fields`, which are altered. It is never longer than before. */
export function bodyWithout(fields: string[], paths: readonly string[]): string {
  for (const path of paths) {
    const termField = TERM_FIELDS[path];
    if (termField !== undefined) fields[termField] = '';
    else takeOut(fields, placeOf(path));
  }
  while (fields.at(-1) === '') fields.pop();
  return MARK + fields.join('\n');
}

interface Place {
  group: string;
  name: string;
}

/** Where a value of a group is. @throws DamagedEvent for what is no such path */
function placeOf(path: string): Place {
  const [, group, step, ...more] = path.split('/');
  if (group === undefined || step === undefined || more.length > 0)
    throw new DamagedEvent(`it lacks ${path}, which no event has`);
  return { group, name: stepKey(step) };
}

function takeOut(fields: string[], { group, name }: Place): void {
  if (group === 'changes') {
    const pieces = fields[FIELD.changes]!.split('\t');
    const at = fieldAt(pieces, name);
    pieces[at + 1] = '';
    pieces[at + 2] = '';
    fields[FIELD.changes] = pieces.join('\t');
  } else if (group === 'context') {
    const members = contextIn(fields);
    delete members[name];
    fields[FIELD.context] = freeContext(members as Parameters<typeof freeContext>[0]);
  } else {
    fields[FIELD.metadata] = canonicalJson(withoutMember(metadataIn(fields), name));
  }
}

/** Where in the pieces of `changes` a field is; one that is not there is at -1. */
function fieldAt(pieces: readonly string[], name: string): number {
  for (let at = 0; at < pieces.length; at += 3) if (parsed(pieces[at]!) === name) return at;
  return -1;
}

const contextIn = (fields: readonly string[]) =>
  parsed(`{${fields[FIELD.context] ?? ''}}`) as Record<string, string | null>;

const metadataIn = (fields: readonly string[]) =>
  Object.entries(parsed(fields[FIELD.metadata] || '{}') as object);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DamagedEvent('a value of it cannot be read');
  }
}

const withoutMember = (entries: [string, unknown][], name: string) =>
  objectOf(entries.filter(([key]) => key !== name));

/** Like Object.fromEntries, which it is; a key `__proto__` is one of its own. */
const objectOf = (entries: [string, unknown][]): object => Object.fromEntries(entries);

/**
 * The body as answers are made from it.
 * @throws DamagedEvent for a seal that is not of this body
 */
export function openedBody(body: string, seal: Seal): string {
  const fields = storedFields(body);
  const erased = erasedOf(seal);
  const put = (field: number, text: string) => {
    while (fields.length <= field) fields.push('');
    fields[field] = text;
  };
  for (const { path } of erased) {
    const termField = TERM_FIELDS[path];
    if (termField !== undefined) {
      put(termField, ERASED);
      continue;
    }
    const { group, name } = placeOf(path);
    if (group === 'context' && FREE_CONTEXT.some(member => member === name))
      put(FIELD.context, freeContext({ ...contextIn(fields), [name]: null }));
    else if (group === 'metadata')
      put(FIELD.metadata, canonicalJson(objectOf([...metadataIn(fields), [name, null]])));
    else if (group !== 'changes' || !hasEmptyField(fields[FIELD.changes], name))
      throw new DamagedEvent(`it lacks ${path}, which it cannot have had`);
  }
  const others = parsed(fields[FIELD.redactions] || '[]') as Redaction[];
  const redactions = [...others, ...erased.map(({ path }): Redaction => ({ path, kind: 'erased' }))];
  put(FIELD.redactions, canonicalJson(redactions));
  return fields.join('\n');
}

function hasEmptyField(changes: string | undefined, name: string): boolean {
  if (!changes || changes === NO_FIELDS) return false;
  const pieces = changes.split('\t');
  const at = fieldAt(pieces, name);
  return at >= 0 && pieces[at + 1] === '' && pieces[at + 2] === '';
}

/** Opens the bodies of a log as they are read. */
export function createBodyOpener(db: Sqlite): (seq: number, body: string) => string {
  const sealOf = createSealReader(db);
  return (seq, body) => (isSealed(body) ? openedBody(body, sealOf(seq)) : body);
}

/** Reads the seals of a log. They throw DamagedEvent where there is none. */
export function createSealReader(db: Sqlite): (seq: number) => Seal {
  const read = db.prepare<[number], string>('SELECT slots FROM seals WHERE seq = ?').pluck();
  return seq => {
    const text = read.get(seq);
    if (text === undefined) throw new DamagedEvent('what stands in the place of its salts is missing');
    return parseSeal(text);
  };
}

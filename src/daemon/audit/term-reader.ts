// Looks terms up for queries: the id of a value, and the value of an id as it stands in answers.
import type { Sqlite } from '../sqlite.js';
import { ERASED } from './event-body.js';
import { KIND, type Kind } from './term.js';
import { createTwoGenerations } from './two-generations.js';

/** Most terms that are kept in memory; a page of events needs some hundreds. */
const CACHED_TERMS = 20_000;

export interface TermText {
  value: string;
  /** The value as a piece of an answer: a JSON string, or the members that an object's reference becomes. */
  json: string;
}

export interface TermReader {
  /** `undefined` if no event has had the value. */
  id(kind: Kind, value: string): number | undefined;
  /**
   * The string with this id, in base 36 as bodies have it; for the id of one that was erased an empty value, which
   * reads null. @throws Error if there is none: the log is damaged.
   */
  text(id: string): TermText;
  /** `json` of the string with this id. @throws Error as `text` does */
  json(id: number): string;
}

const ERASED_TEXT: TermText = { value: '', json: 'null' };

export function createTermReader(db: Sqlite): TermReader {
  const findId = db
    .prepare<[Kind, string], number>('SELECT id FROM terms WHERE kind = ? AND value = ?')
    .pluck();
  const findText = db.prepare<[number], { kind: Kind; value: string }>(
    'SELECT kind, value FROM terms WHERE id = ?',
  );
  const texts = createTwoGenerations<number, TermText>(CACHED_TERMS);

  function textOf(id: number): TermText {
    const known = texts.get(id);
    if (known !== undefined) return known;
    const row = findText.get(id);
    if (row === undefined) throw new Error(`audit.db is damaged: it has no term ${id.toString(36)}.`);
    const text = { value: row.value, json: termJson(row.kind, row.value) };
    texts.set(id, text);
    return text;
  }

  return {
    id: (kind, value) => findId.get(kind, value),
    text: id => (id === ERASED ? ERASED_TEXT : textOf(Number.parseInt(id, 36))),
    json: id => textOf(id).json,
  };
}

function termJson(kind: Kind, value: string): string {
  switch (kind) {
    case KIND.actor:
      return refMembers(value, 'actorType', 'actorId');
    case KIND.target:
      return refMembers(value, 'targetType', 'targetId');
    case KIND.onBehalfOf:
      return `{${refMembers(value, 'type', 'id')}}`;
    default:
      return JSON.stringify(value);
  }
}

function refMembers(ref: string, typeKey: string, idKey: string): string {
  const colon = ref.indexOf(':');
  const type = JSON.stringify(ref.slice(0, colon));
  return `"${typeKey}":${type},"${idKey}":${JSON.stringify(ref.slice(colon + 1))}`;
}

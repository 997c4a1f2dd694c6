// Lists of records by id: filtered by equality, found by an index where there is one. A page reads a bounded part
// of the type, so it may be short or empty and still go on.
import { isJsonObject } from '../../shared/json-object.js';
import type { Sqlite } from '../sqlite.js';
import { foldCase, keyOf } from './record-keys.js';
import type { RecordBody, RecordType } from './record-type.js';
import type { StoredRecord } from './records.js';

export interface ListQuery {
  /** Equality on declared fields, as text: `true`, `42` and `sent` match the JSON values true, 42 and "sent". */
  where: Record<string, string>;
  limit: number;
  /** Records with an id beyond this one, in the order of the list. */
  after?: number;
  /** By id: `asc` is the oldest first. */
  order: 'asc' | 'desc';
  /** Ids alone: nothing is shown, so nothing is viewed. */
  minimal: boolean;
}

export interface RecordPage {
  /** With `minimal` their bodies may be left empty. */
  records: StoredRecord[];
  /** The id beyond which the list goes on; `null` is its end. */
  next: number | null;
}

/** Most records and most characters of them that one page reads, whether they match or not. */
export const MAX_RECORDS_READ = 10_000;
export const MAX_CHARACTERS_READ = 4 * 1024 * 1024;

/** The place of a page in a list. */
interface Stretch {
  type: string;
  after: number;
  /** How many rows at most. */
  rows: number;
}

interface Row {
  id: number;
  version: number;
  body: string;
}

/** The lists of one database. */
export function recordLists(sqlite: Sqlite) {
  const inOrder = (order: 'asc' | 'desc') => {
    const beyond = order === 'asc' ? '>' : '<';
    const all = (body: string) =>
      sqlite.prepare<[Stretch], Row>(
        `SELECT id, version, ${body} AS body FROM records WHERE type = @type AND id ${beyond} @after ORDER BY id ${order} LIMIT @rows`,
      );
    return {
      all: all('body'),
      ids: all("'{}'"),
      byKey: sqlite.prepare<[Stretch & { field: string; value: string }], Row>(
        `SELECT r.id, r.version, r.body FROM record_keys k CROSS JOIN records r ON r.type = k.type AND r.id = k.id WHERE k.type = @type AND k.field = @field AND k.value = @value AND k.id ${beyond} @after ORDER BY k.id ${order} LIMIT @rows`,
      ),
    };
  };
  const statements = { asc: inOrder('asc'), desc: inOrder('desc') };

  function rowsOf(type: RecordType, { where, order, after, minimal }: ListQuery): Iterable<Row> {
    const stretch: Stretch = {
      type: type.name,
      after: after ?? (order === 'asc' ? 0 : Number.MAX_SAFE_INTEGER),
      rows: MAX_RECORDS_READ,
    };
    for (const [field, text] of Object.entries(where)) {
      const value = soughtKey(type, field, text);
      if (value !== undefined) return statements[order].byKey.iterate({ ...stretch, field, value });
    }
    const bodies = !minimal || Object.keys(where).length > 0;
    return (bodies ? statements[order].all : statements[order].ids).iterate(stretch);
  }

  return {
    page(type: RecordType, query: ListQuery): RecordPage {
      const records: StoredRecord[] = [];
      let read = 0;
      let characters = 0;
      let last = 0;
      for (const row of rowsOf(type, query)) {
        characters += row.body.length;
        // The first is always read: a list gets on, however large its records are.
        if (read > 0 && characters > MAX_CHARACTERS_READ) return { records, next: last };
        const body = JSON.parse(row.body) as RecordBody;
        const matches = Object.entries(query.where).every(([field, text]) =>
          isSought(type, field, body, text),
        );
        if (matches && records.length === query.limit) return { records, next: last };
        if (matches) records.push({ id: String(row.id), version: row.version, body });
        read += 1;
        last = row.id;
      }
      return { records, next: read === MAX_RECORDS_READ ? last : null };
    },
  };
}

/** Whether a text is how some number is written: `42`, `1e21`, `1.50`. */
const isNumeric = (text: string) => /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);

/** The key under which an index has what a filter seeks, or `undefined` if no index answers it. */
function soughtKey(type: RecordType, field: string, text: string): string | undefined {
  if (!type.unique.has(field) && !type.indexed.has(field)) return undefined;
  const asNumber = isNumeric(text) ? String(Number(text)) : text;
  if (asNumber === text) return keyOf(type, field, text);
  const property = (type.schema.properties as Record<string, unknown>)[field];
  const types = isJsonObject(property) ? [property.type].flat() : [];
  const numbers = types.includes('number') || types.includes('integer');
  // "1.0" is one key as a string and another as a number: with both allowed, neither finds all.
  if (numbers && types.includes('string')) return undefined;
  return keyOf(type, field, numbers ? asNumber : text);
}

/** Whether a field has the value that a filter seeks. Numbers compare as numbers, however they are written. */
function isSought(type: RecordType, field: string, body: RecordBody, text: string): boolean {
  const value = Object.hasOwn(body, field) ? (body[field] ?? null) : null;
  if (value === null) return false;
  if (typeof value === 'number') return isNumeric(text) && Number(text) === value;
  if (typeof value === 'object') return JSON.stringify(value) === text;
  return foldCase(type, field, String(value)) === foldCase(type, field, text);
}

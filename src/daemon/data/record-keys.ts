// Values of unique and indexed fields, kept beside the records.
import { createHash } from 'node:crypto';
import { Problem } from '../../shared/problem.js';
import type { Sqlite } from '../sqlite.js';
import type { RecordBody, RecordType } from './record-type.js';

export interface RecordKeys {
  add(type: RecordType, id: number, body: RecordBody): void;
  remove(type: RecordType, id: number, body: RecordBody): void;
  replace(type: RecordType, id: number, prev: RecordBody, next: RecordBody): void;
  /** @throws Problem `conflict` if another record has the same value in a unique field. */
  requireUnique(type: RecordType, body: RecordBody, ownId?: number): void;
  /** The id of the record whose unique `field` has `value`. */
  find(type: RecordType, field: string, value: string): number | undefined;
}

/** Values longer than this are indexed by their digest. */
const MAX_KEY_LENGTH = 512;

/** A value as it is compared: two accounts cannot differ in the case of their address alone. */
export const foldCase = (type: RecordType, field: string, text: string) =>
  type.builtIn && type.name === 'users' && field === 'email' ? text.toLowerCase() : text;

/** A scalar as the index holds it and as uniqueness compares it, or `undefined` for what is neither. */
export function keyOf(type: RecordType, field: string, value: unknown): string | undefined {
  if (value === null || value === undefined || typeof value === 'object') return undefined;
  const text = foldCase(type, field, String(value));
  return text.length > MAX_KEY_LENGTH ? `sha256:${createHash('sha256').update(text).digest('hex')}` : text;
}

/** The tables' statements for one database. */
export function recordKeys(sqlite: Sqlite): RecordKeys {
  const insert = sqlite.prepare('INSERT INTO record_keys (type, field, value, id) VALUES (?, ?, ?, ?)');
  const drop = sqlite.prepare(
    'DELETE FROM record_keys WHERE type = ? AND field = ? AND value = ? AND id = ?',
  );
  const holder = sqlite
    .prepare<[string, string, string], number>(
      'SELECT id FROM record_keys WHERE type = ? AND field = ? AND value = ? ORDER BY id LIMIT 1',
    )
    .pluck();

  function* entries(type: RecordType, body: RecordBody): Iterable<[field: string, value: string]> {
    for (const fields of [type.unique, type.indexed]) {
      for (const field of fields) {
        const value = keyOf(type, field, body[field]);
        if (value !== undefined) yield [field, value];
      }
    }
  }

  const keys: RecordKeys = {
    add(type, id, body) {
      for (const [field, value] of entries(type, body)) insert.run(type.name, field, value, id);
    },
    remove(type, id, body) {
      for (const [field, value] of entries(type, body)) drop.run(type.name, field, value, id);
    },
    replace(type, id, prev, next) {
      for (const fields of [type.unique, type.indexed]) {
        for (const field of fields) {
          const before = keyOf(type, field, prev[field]);
          const after = keyOf(type, field, next[field]);
          if (before === after) continue;
          if (before !== undefined) drop.run(type.name, field, before, id);
          if (after !== undefined) insert.run(type.name, field, after, id);
        }
      }
    },
    requireUnique(type, body, ownId) {
      for (const field of type.unique) {
        const value = keyOf(type, field, body[field]);
        if (value === undefined) continue;
        const id = holder.get(type.name, field, value);
        if (id !== undefined && id !== ownId) {
          throw new Problem(
            'conflict',
            `Another one of ${type.name} has this ${field} already (${type.name} ${id}).`,
            {
              errors: [{ field, reason: 'is taken' }],
              reason: `${field} is taken`,
            },
          );
        }
      }
    },
    find: (type, field, value) => holder.get(type.name, field, keyOf(type, field, value) ?? ''),
  };
  return keys;
}

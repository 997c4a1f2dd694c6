// Values of unique and indexed fields, kept beside the records, and the lists that are found by them.
import { createHash } from 'node:crypto';
import { Problem } from '../../shared/problem.js';
import type { Sqlite } from '../sqlite.js';
import type { RecordBody, RecordType } from './record-type.js';

interface Row {
  id: number;
  version: number;
  body: string;
}

export interface RecordKeys {
  add(type: RecordType, id: number, body: RecordBody): void;
  remove(type: RecordType, id: number, body: RecordBody): void;
  replace(type: RecordType, id: number, prev: RecordBody, next: RecordBody): void;
  /** @throws Problem `conflict` if another record has the same value in a unique field. */
  requireUnique(type: RecordType, body: RecordBody, ownId?: number): void;
  /** The id of the record whose unique `field` has `value`. */
  find(type: RecordType, field: string, value: string): number | undefined;
  list(
    type: RecordType,
    query: { where: Record<string, string>; limit: number; after?: number; order: 'asc' | 'desc' },
  ): Row[];
}

/** Values longer than this are indexed by their digest. */
const MAX_KEY_LENGTH = 512;

/** Two accounts cannot differ in the case of their address alone. */
const foldsCase = (type: RecordType, field: string) =>
  type.builtIn && type.name === 'users' && field === 'email';

/** A scalar as the index holds it, or `undefined` for what is not indexed. */
function keyOf(type: RecordType, field: string, value: unknown): string | undefined {
  if (value === null || value === undefined || typeof value === 'object') return undefined;
  const text = foldsCase(type, field) ? String(value).toLowerCase() : String(value);
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
    list(type, { where, limit, after, order }) {
      const conditions = ['r.type = @type'];
      const parameters: Record<string, string | number> = { type: type.name, limit };
      let from = 'records r';
      Object.entries(where).forEach(([field, value], index) => {
        parameters[`f${index}`] = field;
        parameters[`v${index}`] = value;
        if (from === 'records r' && (type.unique.has(field) || type.indexed.has(field))) {
          parameters[`k${index}`] = keyOf(type, field, value)!;
          from = `record_keys k CROSS JOIN records r ON r.type = k.type AND r.id = k.id`;
          conditions.push(`k.type = @type AND k.field = @f${index} AND k.value = @k${index}`);
        }
        // json_each gives the top-level member whatever its name holds, so no path has to be quoted.
        conditions.push(
          `EXISTS (SELECT 1 FROM json_each(r.body) m WHERE m.key = @f${index} AND CASE m.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(m.value AS TEXT) END = @v${index})`,
        );
      });
      const id = from === 'records r' ? 'r.id' : 'k.id';
      if (after !== undefined) {
        parameters.after = after;
        conditions.push(`${id} ${order === 'asc' ? '>' : '<'} @after`);
      }
      return sqlite
        .prepare<[Record<string, string | number>], Row>(
          `SELECT r.id, r.version, r.body FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY ${id} ${order} LIMIT @limit`,
        )
        .all(parameters);
    },
  };
  return keys;
}

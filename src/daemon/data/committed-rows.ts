// Rows that every request needs (who is it, does the session still stand), kept in memory. This is the only writer
// of data.db, so a row stays what it was until a write of ours; which drops it.
import { LRUCache } from 'lru-cache';
import type { Sqlite } from '../sqlite.js';

export interface CommittedRows<Row extends object> {
  /** The row as it is in the database. Not to be altered. */
  get(key: string): Row | undefined;
  /** To be called with every write of the row, in whatever transaction. */
  drop(key: string): void;
}

export interface CommittedRowsOptions<Row> {
  sqlite: Sqlite;
  /** Rows at most. */
  max: number;
  read(key: string): Row | undefined;
}

export function committedRows<Row extends object>({
  sqlite,
  max,
  read,
}: CommittedRowsOptions<Row>): CommittedRows<Row> {
  const known = new LRUCache<string, Row>({ max });
  return {
    get(key) {
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      const row = read(key);
      // What a transaction sees may be rolled back, so only what is committed is kept.
      if (row !== undefined && !sqlite.inTransaction) known.set(key, row);
      return row;
    },
    drop: key => void known.delete(key),
  };
}

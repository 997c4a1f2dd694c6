// Writes the rows of events that are being appended, several with one statement.
import type { Sqlite } from '../sqlite.js';
import { createRowInsert, ROWS_AT_ONCE } from './row-insert.js';

/** An event is in the log already. Rare, so an append meets it by trying, and then begins anew. */
export class RepeatMet extends Error {}

/** A row of `events`. */
export type NewRow = [seq: number, id: Buffer, timestamp: number, body: string, saltKey: Buffer];

export interface EventInsert {
  /**
   * Takes a row, of which id and key are copied; it is written with those that follow, at the latest by `flush`.
   * @throws RepeatMet if one of those that are written is in the log already
   */
  add(...row: NewRow): void;
  /** Writes what is left. @throws RepeatMet as `add` does */
  flush(): void;
  /** Lets go of what is not written: its transaction was rolled back. */
  discard(): void;
  /** Writes a row at once. @throws RepeatMet as `add` does */
  one(...row: NewRow): void;
}

const COLUMNS = ['seq', 'id', 'timestamp', 'body', 'salt_key'];
const ID_BYTES = 16;
const KEY_BYTES = 16;

export function createEventInsert(db: Sqlite): EventInsert {
  const rows = createRowInsert<NewRow>(db, {
    table: 'events',
    columns: COLUMNS,
    where: 'NOT EXISTS (SELECT 1 FROM removed_ids WHERE id = column2)',
    onConflict: '(id) DO NOTHING',
  });
  const ids = Array.from({ length: ROWS_AT_ONCE }, () => Buffer.alloc(ID_BYTES));
  const keys = Array.from({ length: ROWS_AT_ONCE }, () => Buffer.alloc(KEY_BYTES));
  let waiting: NewRow[number][] = [];
  let count = 0;

  function discard(): void {
    waiting = [];
    count = 0;
  }

  function one(...row: NewRow): void {
    if (rows.one(...row) === 0) throw new RepeatMet();
  }

  return {
    add(seq, id, timestamp, body, saltKey) {
      const ownId = ids[count]!;
      const ownKey = keys[count]!;
      ownId.set(id);
      ownKey.set(saltKey);
      waiting.push(seq, ownId, timestamp, body, ownKey);
      count += 1;
      if (count < ROWS_AT_ONCE) return;
      const written = rows.many(waiting);
      discard();
      if (written < ROWS_AT_ONCE) throw new RepeatMet();
    },
    flush() {
      const left = waiting;
      discard();
      for (let at = 0; at < left.length; at += COLUMNS.length) {
        one(...(left.slice(at, at + COLUMNS.length) as NewRow));
      }
    },
    discard,
    one,
  };
}

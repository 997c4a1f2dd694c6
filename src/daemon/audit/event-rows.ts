// Rows of `events`, read for answers: their bodies opened, where something of them was erased.
import type { Sqlite } from '../sqlite.js';
import { createBodyOpener } from './erasure/sealed-body.js';
import type { Position } from './posting-list.js';
import { removalReader } from './retention/removal-state.js';
import { uuidToBytes } from './uuid-bytes.js';

/** A row of `events`; its id as 32 hexadecimal digits. event-body.ts says what is in its body. */
export type EventRow = [seq: number, id: string, timestamp: number, body: string];

/** Text, as a Buffer for each id would cost more than reading the row. */
const COLUMNS = 'seq, lower(hex(events.id)), timestamp, body';

export interface EventRows {
  /** `bySeqs`, where the times are known as well. @throws Error as it does */
  at(positions: readonly Position[]): EventRow[];
  /**
   * The rows of these seqs, in the same order, without those that were removed since they were found.
   * @throws Error if another is missing, as in a damaged log
   */
  bySeqs(seqs: readonly number[]): EventRow[];
  /** Their bodies alone, in half the time; `undefined` for one that was removed. @throws Error as `bySeqs` does */
  bodiesBySeqs(seqs: readonly number[]): (string | undefined)[];
  /** By its UUID or, in decimal digits, its `seq`; `undefined` for one that is not in the log, or is neither. */
  byId(id: string): EventRow | undefined;
  /** At most `limit` rows after `afterSeq`, in the order of the log. */
  after(afterSeq: number, limit: number): EventRow[];
}

export function createEventRows(db: Sqlite): EventRows {
  // One statement for many rows: each call into SQLite costs as much as reading two more of them.
  const bySeqs = db
    .prepare<[string], EventRow>(
      `SELECT ${COLUMNS} FROM json_each(?) AS wanted JOIN events ON seq = wanted.value`,
    )
    .raw();
  // CROSS JOIN: SQLite goes along the array, and the bodies come in its order.
  const bodiesBySeqs = db
    .prepare<[string], string>(
      'SELECT body FROM json_each(?) AS wanted CROSS JOIN events ON seq = wanted.value',
    )
    .pluck();
  // What the index says is not read again: each column of a row costs as much as a tenth of the row.
  const idsAndBodies = db
    .prepare<[string], [id: string, body: string]>(
      'SELECT lower(hex(events.id)), body FROM json_each(?) AS wanted CROSS JOIN events ON seq = wanted.value',
    )
    .raw();
  const byId = db.prepare<[Buffer], EventRow>(`SELECT ${COLUMNS} FROM events WHERE id = ?`).raw();
  const after = db
    .prepare<[number, number], EventRow>(`SELECT ${COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`)
    .raw();

  const removal = removalReader(db);

  /** Rows in the order in which they were asked for: SQLite gives them so, but does not promise it. */
  function inOrder(seqs: readonly number[], rows: EventRow[]): EventRow[] {
    if (rows.length === seqs.length && rows.every(([seq], index) => seq === seqs[index])) return rows;
    const bySeq = new Map(rows.map(row => [row[0], row]));
    const { removed } = removal();
    return seqs.flatMap(seq => {
      const row = bySeq.get(seq);
      if (row === undefined && seq > removed)
        throw new Error(`audit.db is damaged: its index names event ${seq}, which is not there.`);
      return row === undefined ? [] : [row];
    });
  }

  const opened = createBodyOpener(db);
  const open = (row: EventRow): EventRow => {
    row[3] = opened(row[0], row[3]);
    return row;
  };
  function rowById(id: string): EventRow | undefined {
    if (/^\d{1,15}$/.test(id)) return bySeqs.get(id);
    const bytes = uuidToBytes(id.toLowerCase());
    return bytes === undefined ? undefined : byId.get(bytes);
  }

  return {
    at(positions) {
      const seqs = positions.map(({ seq }) => seq);
      const rows = idsAndBodies.all(JSON.stringify(seqs));
      if (rows.length !== seqs.length) return inOrder(seqs, bySeqs.all(JSON.stringify(seqs))).map(open);
      return rows.map(([id, body], index) => {
        const { seq, timestamp } = positions[index]!;
        return [seq, id, timestamp, opened(seq, body)];
      });
    },
    bySeqs: seqs => inOrder(seqs, bySeqs.all(JSON.stringify(seqs))).map(open),
    bodiesBySeqs(seqs) {
      const bodies = bodiesBySeqs.all(JSON.stringify(seqs));
      if (bodies.length === seqs.length) return bodies.map((body, at) => opened(seqs[at]!, body));
      const there = inOrder(seqs, bySeqs.all(JSON.stringify(seqs))).map(open);
      const bySeq = new Map(there.map(([seq, , , body]) => [seq, body]));
      return seqs.map(seq => bySeq.get(seq));
    },
    byId(id) {
      const row = rowById(id);
      return row === undefined ? undefined : open(row);
    },
    after: (afterSeq, limit) => after.all(afterSeq, limit).map(open),
  };
}

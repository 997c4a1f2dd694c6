// Takes positions out of the inverted index: of events that no longer have what they were found by.
import type { Sqlite } from '../sqlite.js';
import { type Positions, packEntries, unpackBlock } from './posting-block.js';
import type { TermKey } from './term.js';

interface BlockRow {
  timestamp: number;
  seq: number;
  entries: Buffer | null;
}

/** Where an event stands in a list of the index. */
export interface Position {
  timestamp: number;
  seq: number;
}

export interface PostingRemover {
  /**
   * Takes `positions` of `term` out, in the transaction that is under way.
   * @throws Error if one of them is not there: the log is damaged
   */
  remove(term: TermKey, positions: readonly Position[]): void;
  /** When the first and the last event of `term` were; `undefined` if it has none. */
  span(term: TermKey): { firstAt: number; lastAt: number } | undefined;
}

export function createPostingRemover(db: Sqlite): PostingRemover {
  const blockOf = db.prepare<[TermKey, number, number], BlockRow>(
    `SELECT timestamp, seq, entries FROM postings WHERE term = ? AND (timestamp, seq) <= (?, ?)
     ORDER BY timestamp DESC, seq DESC LIMIT 1`,
  );
  const firstAt = db
    .prepare<[TermKey], number | null>('SELECT min(timestamp) FROM postings WHERE term = ?')
    .pluck();
  const drop = db.prepare<[TermKey, number, number]>(
    'DELETE FROM postings WHERE term = ? AND timestamp = ? AND seq = ?',
  );
  const insert = db.prepare<[TermKey, number, number, Buffer | null]>(
    'INSERT INTO postings (term, timestamp, seq, entries) VALUES (?, ?, ?, ?)',
  );
  const update = db.prepare<[Buffer | null, TermKey, number, number]>(
    'UPDATE postings SET entries = ? WHERE term = ? AND timestamp = ? AND seq = ?',
  );

  /** Writes what is left of a block. A block that begins elsewhere has another key. */
  function rewrite(term: TermKey, old: BlockRow, left: Positions): void {
    const count = left.seqs.length;
    const entries = count === 0 ? null : packEntries(left, 0, count);
    if (left.seqs[0] === old.seq && left.timestamps[0] === old.timestamp) {
      update.run(entries, term, old.timestamp, old.seq);
      return;
    }
    drop.run(term, old.timestamp, old.seq);
    if (count > 0) insert.run(term, left.timestamps[0]!, left.seqs[0]!, entries);
  }

  return {
    remove(term, positions) {
      const sorted = positions.toSorted((a, b) => a.timestamp - b.timestamp || a.seq - b.seq);
      for (let next = 0; next < sorted.length; ) {
        const { timestamp, seq } = sorted[next]!;
        const block = blockOf.get(term, timestamp, seq);
        const had: Positions =
          block === undefined
            ? { timestamps: [], seqs: [] }
            : unpackBlock(block.timestamp, block.seq, block.entries);
        const left: Positions = { timestamps: [], seqs: [] };
        const before = next;
        for (const [index, one] of had.seqs.entries()) {
          const at = had.timestamps[index]!;
          if (sorted[next]?.seq === one && sorted[next]?.timestamp === at) {
            next += 1;
            continue;
          }
          left.timestamps.push(at);
          left.seqs.push(one);
        }
        if (next === before || block === undefined)
          throw new Error(`audit.db is damaged: its index lacks event ${seq} under term ${String(term)}.`);
        rewrite(term, block, left);
      }
    },
    span(term) {
      const first = firstAt.get(term) ?? null;
      const last = blockOf.get(term, Number.MAX_SAFE_INTEGER, 0);
      if (first === null || last === undefined) return undefined;
      return {
        firstAt: first,
        lastAt: unpackBlock(last.timestamp, last.seq, last.entries).timestamps.at(-1)!,
      };
    },
  };
}

// Adds positions to the inverted index: mostly to the end of a term's last block, and into the block where it
// belongs when an event comes late.
import type { Sqlite } from '../sqlite.js';
import {
  comparePositions,
  MAX_BLOCK_POSITIONS,
  mergePositions,
  type Positions,
  packEntries,
  unpackBlock,
} from './posting-block.js';
import type { TermKey } from './term.js';

interface BlockRow {
  timestamp: number;
  seq: number;
  entries: Buffer | null;
}

export interface PostingWriter {
  /** Adds `positions` (sorted, none of them known) to `term`, in the transaction that is under way. */
  add(term: TermKey, positions: Positions): void;
  /** The same for a term that has no positions yet, which saves looking for them. */
  addFirst(term: TermKey, positions: Positions): void;
}

export function createPostingWriter(db: Sqlite): PostingWriter {
  const lastBlock = db.prepare<[TermKey], BlockRow>(
    'SELECT timestamp, seq, entries FROM postings WHERE term = ? ORDER BY timestamp DESC, seq DESC LIMIT 1',
  );
  const blockAtOrBefore = db.prepare<[TermKey, number, number], BlockRow>(
    `SELECT timestamp, seq, entries FROM postings WHERE term = ? AND (timestamp, seq) <= (?, ?)
     ORDER BY timestamp DESC, seq DESC LIMIT 1`,
  );
  const blockAfter = db.prepare<[TermKey, number, number], BlockRow>(
    `SELECT timestamp, seq, entries FROM postings WHERE term = ? AND (timestamp, seq) > (?, ?)
     ORDER BY timestamp, seq LIMIT 1`,
  );
  const insert = db.prepare<[TermKey, number, number, Buffer | null]>(
    'INSERT INTO postings (term, timestamp, seq, entries) VALUES (?, ?, ?, ?)',
  );
  const update = db.prepare<[Buffer | null, TermKey, number, number]>(
    'UPDATE postings SET entries = ? WHERE term = ? AND timestamp = ? AND seq = ?',
  );

  /** Writes `positions` as blocks of `blockLength`; the first of them replaces `old`, which has the same key. */
  function write(term: TermKey, positions: Positions, blockLength: number, old: BlockRow | undefined): void {
    const { timestamps, seqs } = positions;
    for (let from = 0; from < seqs.length; from += blockLength) {
      const entries = packEntries(positions, from, Math.min(from + blockLength, seqs.length));
      if (from === 0 && old !== undefined) update.run(entries, term, old.timestamp, old.seq);
      else insert.run(term, timestamps[from]!, seqs[from]!, entries);
    }
  }

  /** Puts `positions` in front of the block `next` (or of nothing), into the block `old` if there is one. */
  function merge(
    term: TermKey,
    positions: Positions,
    old: BlockRow | undefined,
    next: BlockRow | undefined,
  ): void {
    const merged =
      old === undefined
        ? positions
        : mergePositions(unpackBlock(old.timestamp, old.seq, old.entries), positions);
    // Behind the last block more will come, so blocks are filled; between others they share evenly.
    const blocks = Math.ceil(merged.seqs.length / MAX_BLOCK_POSITIONS);
    const blockLength = next === undefined ? MAX_BLOCK_POSITIONS : Math.ceil(merged.seqs.length / blocks);
    write(term, merged, blockLength, old);
  }

  return {
    addFirst(term, positions) {
      merge(term, positions, undefined, undefined);
    },

    add(term, positions) {
      const { timestamps, seqs } = positions;
      let from = 0;
      while (from < seqs.length) {
        const timestamp = timestamps[from]!;
        const seq = seqs[from]!;
        const last = lastBlock.get(term);
        const atEnd = last === undefined || comparePositions(last.timestamp, last.seq, timestamp, seq) < 0;
        const old = atEnd ? last : blockAtOrBefore.get(term, timestamp, seq);
        const next = atEnd ? undefined : blockAfter.get(term, timestamp, seq);
        let to = from + 1;
        while (
          to < seqs.length &&
          (next === undefined || comparePositions(timestamps[to]!, seqs[to]!, next.timestamp, next.seq) < 0)
        ) {
          to += 1;
        }
        const run =
          from === 0 && to === seqs.length
            ? positions
            : { timestamps: timestamps.slice(from, to), seqs: seqs.slice(from, to) };
        merge(term, run, old, next);
        from = to;
      }
    },
  };
}

// Takes positions out of the inverted index: mostly whole blocks from the beginning of a term's list.
import type { Sqlite } from '../../sqlite.js';
import { type Positions, packEntries, unpackBlock } from '../posting-block.js';
import type { TermKey } from '../term.js';

interface BlockRow {
  timestamp: number;
  seq: number;
  entries: Buffer | null;
}

export interface PostingRemover {
  /** Takes `positions` (sorted, all of them known) out of `term`, in the transaction that is under way. */
  remove(term: TermKey, positions: Positions): void;
  /** When the first and the last event of `term` were; `undefined` if it has none. */
  span(term: TermKey): { firstAt: number; lastAt: number } | undefined;
}

export function createPostingRemover(db: Sqlite): PostingRemover {
  const blockAtOrBefore = db.prepare<[TermKey, number, number], BlockRow>(
    `SELECT timestamp, seq, entries FROM postings WHERE term = ? AND (timestamp, seq) <= (?, ?)
     ORDER BY timestamp DESC, seq DESC LIMIT 1`,
  );
  const edge = (direction: string) =>
    db.prepare<[TermKey], BlockRow>(
      `SELECT timestamp, seq, entries FROM postings WHERE term = ?
       ORDER BY timestamp ${direction}, seq ${direction} LIMIT 1`,
    );
  const firstBlock = edge('ASC');
  const lastBlock = edge('DESC');
  const drop = db.prepare<[TermKey, number, number]>(
    'DELETE FROM postings WHERE term = ? AND timestamp = ? AND seq = ?',
  );
  const insert = db.prepare<[TermKey, number, number, Buffer | null]>(
    'INSERT INTO postings (term, timestamp, seq, entries) VALUES (?, ?, ?, ?)',
  );

  return {
    remove(term, { timestamps, seqs }) {
      const gone = new Set(seqs);
      for (let at = 0; at < seqs.length; ) {
        const block = blockAtOrBefore.get(term, timestamps[at]!, seqs[at]!);
        if (block === undefined) throw unindexed(seqs[at]!);
        const old = unpackBlock(block.timestamp, block.seq, block.entries);
        const kept: Positions = { timestamps: [], seqs: [] };
        for (const [index, seq] of old.seqs.entries()) {
          if (gone.has(seq)) continue;
          kept.timestamps.push(old.timestamps[index]!);
          kept.seqs.push(seq);
        }
        const taken = old.seqs.length - kept.seqs.length;
        if (taken === 0) throw unindexed(seqs[at]!);
        drop.run(term, block.timestamp, block.seq);
        if (kept.seqs.length > 0)
          insert.run(term, kept.timestamps[0]!, kept.seqs[0]!, packEntries(kept, 0, kept.seqs.length));
        at += taken;
      }
    },
    span(term) {
      const first = firstBlock.get(term);
      const last = lastBlock.get(term);
      if (first === undefined || last === undefined) return undefined;
      const { timestamps } = unpackBlock(last.timestamp, last.seq, last.entries);
      return { firstAt: first.timestamp, lastAt: timestamps.at(-1)! };
    },
  };
}

const unindexed = (seq: number) =>
  new Error(`audit.db is damaged: its index does not have event ${seq} where it must be.`);

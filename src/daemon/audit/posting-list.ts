// Walks along the positions of terms in the inverted index, one block at a time, in either order.
import type { Order } from '../../shared/vocabulary.js';
import type { Sqlite } from '../sqlite.js';
import type { Effort } from './effort.js';
import { comparePositions, type Positions, unpackBlock } from './posting-block.js';
import type { TermKey } from './term.js';

/** A place in the order of lists: (timestamp, seq). */
export interface Position {
  timestamp: number;
  seq: number;
}

/** Positions in order, of which one at a time is in view. */
export interface PositionList {
  /** The position in view; what `seek` found. Meaningless once `done`. */
  readonly timestamp: number;
  readonly seq: number;
  /** There is nothing at or past what was sought. */
  readonly done: boolean;
  /** Brings into view the first position at or past the given one. Never goes back. */
  seek(timestamp: number, seq: number): void;
}

export interface Postings {
  /** The positions of `term`. Blocks that are read are charged to `effort`. */
  list(term: TermKey, order: Order, effort: Effort): PositionList;
  /** At most `blocks` blocks of `term` behind a position, oldest first: the fastest way to all of them. */
  after(term: TermKey, position: Position, blocks: number): Positions[];
}

type BlockRow = [timestamp: number, seq: number, entries: Buffer | null];
type Seek = [term: TermKey, timestamp: number, seq: number];

export function createPostings(db: Sqlite): Postings {
  const block = (comparison: string, direction: string) =>
    db
      .prepare<Seek, BlockRow>(
        `SELECT timestamp, seq, entries FROM postings WHERE term = ? AND (timestamp, seq) ${comparison} (?, ?)
         ORDER BY timestamp ${direction}, seq ${direction} LIMIT 1`,
      )
      .raw();
  const atOrBefore = block('<=', 'DESC');
  const after = block('>', 'ASC');
  const manyAfter = db
    .prepare<[...Seek, blocks: number], BlockRow>(
      `SELECT timestamp, seq, entries FROM postings WHERE term = ? AND (timestamp, seq) > (?, ?)
       ORDER BY timestamp, seq LIMIT ?`,
    )
    .raw();

  return {
    after: (term, { timestamp, seq }, blocks) =>
      manyAfter.all(term, timestamp, seq, blocks).map(row => unpackBlock(...row)),
    list(term, order, effort) {
      let block: Positions = { timestamps: [], seqs: [] };
      let index = 0;

      function load(row: BlockRow | undefined): boolean {
        if (row === undefined) return false;
        block = unpackBlock(...row);
        effort.spend(block.seqs.length);
        return true;
      }

      const compareAt = (at: number, timestamp: number, seq: number) =>
        comparePositions(block.timestamps[at]!, block.seqs[at]!, timestamp, seq);

      function show(at: number): void {
        index = at;
        list.timestamp = block.timestamps[at]!;
        list.seq = block.seqs[at]!;
      }

      // The nearest step is tried first: mostly a list is walked from one position to the next.

      function seekUp(timestamp: number, seq: number): void {
        if (block.seqs.length === 0 || compareAt(block.seqs.length - 1, timestamp, seq) < 0) {
          const here = load(atOrBefore.get(term, timestamp, seq));
          if (!here || compareAt(block.seqs.length - 1, timestamp, seq) < 0) {
            if (!load(after.get(term, timestamp, seq))) {
              list.done = true;
              return;
            }
          }
          index = 0;
        }
        show(firstNotBefore(index, timestamp, seq));
      }

      function seekDown(timestamp: number, seq: number): void {
        if (block.seqs.length === 0 || compareAt(0, timestamp, seq) > 0) {
          if (!load(atOrBefore.get(term, timestamp, seq))) {
            list.done = true;
            return;
          }
          index = block.seqs.length - 1;
        }
        show(lastNotAfter(index, timestamp, seq));
      }

      /** The first index from `low` whose position is not before the given one; the last of the block is not. */
      function firstNotBefore(low: number, timestamp: number, seq: number): number {
        let from = low;
        let to = block.seqs.length - 1;
        if (compareAt(from, timestamp, seq) >= 0) return from;
        if (from < to && compareAt(from + 1, timestamp, seq) >= 0) return from + 1;
        while (from < to) {
          const middle = (from + to) >>> 1;
          if (compareAt(middle, timestamp, seq) < 0) from = middle + 1;
          else to = middle;
        }
        return from;
      }

      /** The last index up to `high` whose position is not after the given one; the first of the block is not. */
      function lastNotAfter(high: number, timestamp: number, seq: number): number {
        let from = 0;
        let to = high;
        if (compareAt(to, timestamp, seq) <= 0) return to;
        if (to > 0 && compareAt(to - 1, timestamp, seq) <= 0) return to - 1;
        while (from < to) {
          const middle = (from + to + 1) >>> 1;
          if (compareAt(middle, timestamp, seq) > 0) to = middle - 1;
          else from = middle;
        }
        return from;
      }

      const seek = order === 'asc' ? seekUp : seekDown;
      const list = {
        timestamp: 0,
        seq: 0,
        done: false,
        seek(timestamp: number, seq: number) {
          if (!list.done) seek(timestamp, seq);
        },
      };
      return list;
    },
  };
}

/** The positions that are in any of `lists`, each once. */
export function anyOf(lists: PositionList[], order: Order): PositionList {
  if (lists.length === 1) return lists[0]!;
  const sign = order === 'asc' ? 1 : -1;
  const union = {
    timestamp: 0,
    seq: 0,
    done: false,
    seek(timestamp: number, seq: number) {
      let nearest: PositionList | undefined;
      for (const list of lists) {
        const behind = sign * comparePositions(list.timestamp, list.seq, timestamp, seq) < 0;
        if (!list.done && (behind || !sought)) list.seek(timestamp, seq);
        if (list.done) continue;
        if (
          nearest === undefined ||
          sign * comparePositions(list.timestamp, list.seq, nearest.timestamp, nearest.seq) < 0
        ) {
          nearest = list;
        }
      }
      sought = true;
      union.done = nearest === undefined;
      if (nearest !== undefined) {
        union.timestamp = nearest.timestamp;
        union.seq = nearest.seq;
      }
    },
  };
  let sought = false;
  return union;
}

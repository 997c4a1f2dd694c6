// Adds positions to the inverted index: mostly to the end of a term's last block, and into the block where it
// belongs when an event comes late.
import type { Sqlite } from '../sqlite.js';
import {
  comparePositions,
  MAX_BLOCK_POSITIONS,
  mergePositions,
  type Positions,
  packAfter,
  packEntries,
  unpackBlock,
} from './posting-block.js';
import { createRowInsert, ROWS_AT_ONCE } from './row-insert.js';
import type { TermKey } from './term.js';

interface BlockRow {
  timestamp: number;
  seq: number;
  entries: Buffer | null;
}

/** The last block of a term: what must be known of it to write behind its end without reading it. */
export interface Tail {
  /** Its key. */
  timestamp: number;
  seq: number;
  /** Its last position. */
  lastTimestamp: number;
  lastSeq: number;
  positions: number;
  /** Of its entries. */
  bytes: number;
}

/** A term with positions that are not in the index yet. */
export interface NewTerm {
  term: TermKey;
  /** Sorted. */
  positions: Positions;
}

export interface PostingWriter {
  /**
   * Adds `positions` (sorted, none of them known) to `term`, in the transaction that is under way.
   * @param tail what an earlier call gave for the term, if that is remembered
   * @returns what its last block is now, if that is known
   */
  add(term: TermKey, positions: Positions, tail?: Tail): Tail | undefined;
  /** The same for a term that has no positions yet, which saves looking for them. */
  addFirst(term: TermKey, positions: Positions): Tail;
  /** The same for terms, each there once, that most likely have none, and are not heard of again. */
  addNew(terms: readonly NewTerm[]): void;
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
  const newBlocks = createRowInsert<[TermKey, number, number, Buffer | null]>(db, {
    table: 'postings',
    columns: ['term', 'timestamp', 'seq', 'entries'],
    where: 'NOT EXISTS (SELECT 1 FROM postings WHERE term = column1)',
  });
  const isWritten = db
    .prepare<[TermKey, number, number], number>(
      'SELECT EXISTS (SELECT 1 FROM postings WHERE term = ? AND timestamp = ? AND seq = ?)',
    )
    .pluck();
  const update = db.prepare<[Buffer | null, TermKey, number, number]>(
    'UPDATE postings SET entries = ? WHERE term = ? AND timestamp = ? AND seq = ?',
  );
  // Joining blobs gives their bytes one after the other, as text: hence the cast.
  const extend = db.prepare<[Buffer, TermKey, number, number, number]>(
    `UPDATE postings SET entries = CAST(coalesce(entries, x'') || ? AS BLOB)
     WHERE term = ? AND timestamp = ? AND seq = ? AND coalesce(length(entries), 0) = ?`,
  );

  function insertBlock(term: TermKey, positions: Positions, from: number, to: number): Tail {
    const { timestamps, seqs } = positions;
    const entries = packEntries(positions, from, to);
    insert.run(term, timestamps[from]!, seqs[from]!, entries);
    return {
      timestamp: timestamps[from]!,
      seq: seqs[from]!,
      lastTimestamp: timestamps[to - 1]!,
      lastSeq: seqs[to - 1]!,
      positions: to - from,
      bytes: entries?.length ?? 0,
    };
  }

  /** Writes `positions[from…]` as blocks behind all others. @returns the last of them */
  function insertBlocks(term: TermKey, positions: Positions, from: number): Tail {
    const { length } = positions.seqs;
    for (let start = from; ; start += MAX_BLOCK_POSITIONS) {
      const end = Math.min(start + MAX_BLOCK_POSITIONS, length);
      const tail = insertBlock(term, positions, start, end);
      if (end === length) return tail;
    }
  }

  /** Writes behind the end of the last block, if `positions` belong there. @returns whether they do, and it is as remembered */
  function appendTo(tail: Tail, term: TermKey, positions: Positions): Tail | undefined {
    const { timestamps, seqs } = positions;
    if (comparePositions(tail.lastTimestamp, tail.lastSeq, timestamps[0]!, seqs[0]!) >= 0) return undefined;
    const fitting = Math.min(MAX_BLOCK_POSITIONS - tail.positions, seqs.length);
    let last = tail;
    if (fitting > 0) {
      const entries = packAfter(tail.lastTimestamp, tail.lastSeq, positions, 0, fitting);
      const { changes } = extend.run(entries, term, tail.timestamp, tail.seq, tail.bytes);
      if (changes !== 1) return undefined;
      last = {
        timestamp: tail.timestamp,
        seq: tail.seq,
        lastTimestamp: timestamps[fitting - 1]!,
        lastSeq: seqs[fitting - 1]!,
        positions: tail.positions + fitting,
        bytes: tail.bytes + entries.length,
      };
    }
    return fitting < seqs.length ? insertBlocks(term, positions, fitting) : last;
  }

  /** Writes `positions` as blocks of `blockLength`; the first of them replaces `old`, which has the same key. */
  function write(term: TermKey, positions: Positions, blockLength: number, old: BlockRow): void {
    const { timestamps, seqs } = positions;
    for (let from = 0; from < seqs.length; from += blockLength) {
      const entries = packEntries(positions, from, Math.min(from + blockLength, seqs.length));
      if (from === 0) update.run(entries, term, old.timestamp, old.seq);
      else insert.run(term, timestamps[from]!, seqs[from]!, entries);
    }
  }

  /** Puts `positions` where they belong, of which some lie before the last one of the term. */
  function insertLate(term: TermKey, positions: Positions): void {
    const { timestamps, seqs } = positions;
    let from = 0;
    while (from < seqs.length) {
      const timestamp = timestamps[from]!;
      const seq = seqs[from]!;
      const old = blockAtOrBefore.get(term, timestamp, seq);
      const next = blockAfter.get(term, timestamp, seq);
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
      if (old === undefined) insertBlocks(term, run, 0);
      else {
        const merged = mergePositions(unpackBlock(old.timestamp, old.seq, old.entries), run);
        // Behind the last block more will come, so blocks are filled; between others they share evenly.
        const blocks = Math.ceil(merged.seqs.length / MAX_BLOCK_POSITIONS);
        const evenly = Math.ceil(merged.seqs.length / blocks);
        write(term, merged, next === undefined ? MAX_BLOCK_POSITIONS : evenly, old);
      }
      from = to;
    }
  }

  function add(term: TermKey, positions: Positions, tail?: Tail): Tail | undefined {
    const remembered = tail === undefined ? undefined : appendTo(tail, term, positions);
    if (remembered !== undefined) return remembered;
    const last = lastBlock.get(term);
    if (last === undefined) return insertBlocks(term, positions, 0);
    const appended = appendTo(tailOf(last), term, positions);
    if (appended === undefined) insertLate(term, positions);
    return appended;
  }

  /** Adds to those of `terms` that had positions, and were passed over. */
  function addRest(terms: readonly NewTerm[]): void {
    for (const { term, positions } of terms) {
      if (isWritten.get(term, positions.timestamps[0]!, positions.seqs[0]!) === 0) add(term, positions);
    }
  }

  return {
    add,
    addFirst: (term, positions) => insertBlocks(term, positions, 0),
    addNew(terms) {
      const long = terms.filter(({ positions }) => positions.seqs.length > MAX_BLOCK_POSITIONS);
      for (const { term, positions } of long) add(term, positions);
      const short = terms.filter(({ positions }) => positions.seqs.length <= MAX_BLOCK_POSITIONS);
      let at = 0;
      for (; at + ROWS_AT_ONCE <= short.length; at += ROWS_AT_ONCE) {
        const some = short.slice(at, at + ROWS_AT_ONCE);
        if (newBlocks.many(some.flatMap(blockOf)) < ROWS_AT_ONCE) addRest(some);
      }
      for (const one of short.slice(at)) if (newBlocks.one(...blockOf(one)) === 0) addRest([one]);
    },
  };
}

/** The row of a term whose positions are one block. */
function blockOf({ term, positions }: NewTerm): [TermKey, number, number, Buffer | null] {
  const { timestamps, seqs } = positions;
  return [term, timestamps[0]!, seqs[0]!, packEntries(positions, 0, seqs.length)];
}

function tailOf({ timestamp, seq, entries }: BlockRow): Tail {
  const { timestamps, seqs } = unpackBlock(timestamp, seq, entries);
  return {
    timestamp,
    seq,
    lastTimestamp: timestamps.at(-1)!,
    lastSeq: seqs.at(-1)!,
    positions: seqs.length,
    bytes: entries?.length ?? 0,
  };
}

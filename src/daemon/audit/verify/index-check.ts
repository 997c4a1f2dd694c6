// Compares the inverted index and the counts with what the events say: every event under every term that it has and
// under no other, every count as it must be. Of each event only the sum over its terms is kept, in windows of a
// bounded number of events (lanes.ts); the index is walked once for each window.
import type { Sqlite } from '../../sqlite.js';
import { MAX_BLOCK_POSITIONS, unpackBlock } from '../posting-block.js';
import { HELD_KINDS, KIND, type Kind } from '../term.js';
import type { Findings } from './findings.js';
import type { LaneKeys, Lanes } from './lanes.js';
import type { StoredParts } from './stored-parts.js';

/** Blocks of the index, and rows of terms, that are read at a time. */
const BLOCKS = 400;

/** Sums of occurrences by term are kept for this many groups of terms. */
const GROUPS = 4_096;

type BlockRow = [term: number | Buffer, timestamp: number, seq: number, entries: Buffer | null];
type TermRow = [
  id: number,
  kind: Kind,
  value: string,
  events: number,
  occurrences: number,
  firstAt: number | null,
  lastAt: number | null,
  /** The term that the index of values has for it. */
  found: number | null,
];

interface DayCount {
  events: number;
  occurrences: number;
  firstAt: number;
  lastAt: number;
}

/** What the positions of one term come to. */
interface Walked {
  term: number | Buffer;
  lanes: Lanes;
  positions: number;
  firstAt: number;
  firstSeq: number;
  lastAt: number;
  lastSeq: number;
}

export interface IndexCheckOptions {
  db: Sqlite;
  keys: LaneKeys;
  findings: Findings;
  /** Events of a window at most. */
  capacity: number;
}

export interface IndexCheck {
  /** Begins a window of the events after `from`. */
  begin(from: number): void;
  /** Takes an event of the window. */
  take(seq: number, timestamp: number, stored: StoredParts): void;
  /**
   * Walks the index and compares it with the window, which ends with the event `to`; `size` is how many events
   * there are, `removed` how many of them have gone from the beginning, and `counts` says whether every event was taken,
   * so that the counts can be compared.
   */
  compare(to: number, size: number, removed: number, counts: boolean): Generator<number>;
  /** After the counts were compared: which terms may have wrong sums of occurrences, if any. */
  suspects(): ((term: Lanes) => boolean) | undefined;
}

export function createIndexCheck({ db, keys, findings, capacity }: IndexCheckOptions): IndexCheck {
  const sumsA = new Int32Array(capacity);
  const sumsB = new Int32Array(capacity);
  const groups = new Float64Array(GROUPS);
  const groupsA = new Int32Array(GROUPS);
  const groupsB = new Int32Array(GROUPS);
  const days = new Map<string, DayCount>();
  let from = 0;

  const blocksAfter = db
    .prepare<[number | Buffer, number, number, number], BlockRow>(
      `SELECT term, timestamp, seq, entries FROM postings WHERE (term, timestamp, seq) > (?, ?, ?)
       ORDER BY term, timestamp, seq LIMIT ?`,
    )
    .raw();
  const termsAfter = db
    .prepare<[number, number], TermRow>(
      `SELECT id, kind, value, events, occurrences, first_at, last_at,
         (SELECT i.id FROM terms AS i INDEXED BY terms_by_value WHERE i.kind = t.kind AND i.value = t.value)
       FROM terms AS t WHERE id > ? ORDER BY id LIMIT ?`,
    )
    .raw();

  /** In which group the occurrences of a term are summed up. */
  const groupOf = ({ a }: Lanes) => a & (GROUPS - 1);

  function addOccurrences(lanes: Lanes, count: number): void {
    const group = groupOf(lanes);
    // Weighted, so that what is added to one term of a group and taken from another shows.
    groups[group] = groups[group]! + count * (1 + (lanes.b >>> 22));
    groupsA[group] = groupsA[group]! + Math.imul(count, lanes.a);
    groupsB[group] = groupsB[group]! + Math.imul(count, lanes.b);
  }

  return {
    begin(start) {
      from = start;
      sumsA.fill(0);
      sumsB.fill(0);
    },

    take(seq, timestamp, stored) {
      const at = seq - from - 1;
      const time = keys.ofTime(timestamp);
      sumsA[at] = Math.imul(stored.a, time.a);
      sumsB[at] = Math.imul(stored.b, time.b);
      for (const term of stored.terms) addOccurrences(term, stored.count);
      for (const term of stored.held) addOccurrences(term, 1);
      countDay(stored, timestamp);
    },

    *compare(to, size, removed, counts) {
      const terms = counts ? createTermWalk() : undefined;
      let walked: Walked | undefined;
      let last: [number | Buffer, number, number] = [Number.MIN_SAFE_INTEGER, 0, 0];
      for (;;) {
        const rows = blocksAfter.all(...last, BLOCKS);
        for (const row of rows) {
          const [term, timestamp, seq] = row;
          if (walked === undefined || !sameTerm(walked.term, term)) {
            if (walked !== undefined) terms?.meet(walked);
            walked = startOf(term);
          }
          takeBlock(walked, row, to, size, removed);
          last = [term, timestamp, seq];
        }
        yield rows.length;
        if (rows.length < BLOCKS || findings.full()) break;
      }
      if (walked !== undefined) terms?.meet(walked);
      terms?.finish();
      for (let seq = Math.max(from, removed) + 1; seq <= to && !findings.full(); seq += 1) {
        const at = seq - from - 1;
        if ((sumsA[at] !== 0 || sumsB[at] !== 0) && !findings.has(seq))
          findings.add('index', seq, `The index does not have event ${seq} where it must be.`);
      }
    },

    suspects() {
      const isWrong = (group: number) => groups[group] !== 0 || groupsA[group] !== 0 || groupsB[group] !== 0;
      for (let group = 0; group < GROUPS; group += 1)
        if (isWrong(group)) return term => isWrong(groupOf(term));
      return undefined;
    },
  };

  function startOf(term: number | Buffer): Walked {
    const lanes = keys.ofTerm(term);
    return { term, lanes, positions: 0, firstAt: 0, firstSeq: 0, lastAt: -1, lastSeq: 0 };
  }

  /** Takes the positions of a block out of the sums. */
  function takeBlock(
    walked: Walked,
    [, timestamp, seq, entries]: BlockRow,
    to: number,
    size: number,
    removed: number,
  ): void {
    const { timestamps, seqs } = unpackBlock(timestamp, seq, entries);
    const { a, b } = walked.lanes;
    if (seqs.length > MAX_BLOCK_POSITIONS) findings.add('index', null, 'A block of the index is too long.');
    for (let index = 0; index < seqs.length; index += 1) {
      const at = timestamps[index]!;
      const one = seqs[index]!;
      if (!(one > removed && one <= size && at >= 0)) {
        findings.add('index', null, 'The index has a place for an event that is not there.');
        continue;
      }
      if (walked.positions > 0 && (at < walked.lastAt || (at === walked.lastAt && one <= walked.lastSeq)))
        findings.add('index', one, `The index has event ${one} out of its order.`);
      if (walked.positions === 0) {
        walked.firstAt = at;
        walked.firstSeq = one;
      }
      walked.positions += 1;
      walked.lastAt = at;
      walked.lastSeq = one;
      if (one <= from || one > to) continue;
      const time = keys.ofTime(at);
      const place = one - from - 1;
      sumsA[place] = sumsA[place]! - Math.imul(a, time.a);
      sumsB[place] = sumsB[place]! - Math.imul(b, time.b);
    }
  }

  function countDay({ day, count }: StoredParts, timestamp: number): void {
    const counted = days.get(day);
    if (counted === undefined) {
      days.set(day, { events: 1, occurrences: count, firstAt: timestamp, lastAt: timestamp });
      return;
    }
    counted.events += 1;
    counted.occurrences += count;
    if (timestamp < counted.firstAt) counted.firstAt = timestamp;
    if (timestamp > counted.lastAt) counted.lastAt = timestamp;
  }

  /** Goes along the terms beside the walk of the index, which has them in the same order. */
  function createTermWalk() {
    let rows: TermRow[] = [];
    let at = 0;
    let lastId = Number.MIN_SAFE_INTEGER;

    function next(): TermRow | undefined {
      if (at === rows.length) {
        rows = termsAfter.all(lastId, BLOCKS);
        at = 0;
      }
      const row = rows[at];
      if (row !== undefined) lastId = row[0];
      return row;
    }

    /** Checks terms without positions, up to `id`. */
    function skipTo(id: number): void {
      for (let row = next(); row !== undefined && row[0] < id; row = next()) {
        at += 1;
        check(row, undefined);
      }
    }

    function check(row: TermRow, walked: Walked | undefined): void {
      const [id, kind, value, events, occurrences, firstAt, lastAt, found] = row;
      const name = () => `${kindName(kind)}${kind === KIND.all ? '' : ` ${JSON.stringify(value)}`}`;
      const seq = walked?.firstSeq ?? null;
      if (found !== id) findings.add('index', seq, `The index does not find ${name()}.`);
      if (kind === KIND.day) {
        const day = days.get(value);
        days.delete(value);
        const agrees =
          events === (day?.events ?? 0) &&
          occurrences === (day?.occurrences ?? 0) &&
          firstAt === (day?.firstAt ?? null) &&
          lastAt === (day?.lastAt ?? null);
        if (!agrees || walked !== undefined)
          findings.add('counts', seq, `The counts of ${name()} are wrong.`);
        return;
      }
      if (HELD_KINDS.has(kind)) {
        if (walked !== undefined || events < 0 || occurrences !== 0 || firstAt !== null || lastAt !== null)
          findings.add('counts', seq, `The counts of ${name()} are wrong.`);
        addOccurrences(keys.ofTerm(id), -events);
        return;
      }
      if (
        events !== (walked?.positions ?? 0) ||
        firstAt !== (walked?.firstAt ?? null) ||
        lastAt !== (walked?.lastAt ?? null) ||
        occurrences < events ||
        (walked === undefined && occurrences !== 0) ||
        (kind === KIND.gone && (walked !== undefined || value !== String(id)))
      )
        findings.add('counts', seq, `The counts of ${name()} are wrong.`);
      if (walked !== undefined) addOccurrences(walked.lanes, -occurrences);
    }

    return {
      /** The positions of one term were walked. */
      meet(walked: Walked): void {
        if (typeof walked.term !== 'number') return;
        skipTo(walked.term);
        const row = next();
        if (row?.[0] !== walked.term) {
          findings.add('index', walked.firstSeq, `The index has a list for a term that is not there.`);
          return;
        }
        at += 1;
        check(row, walked);
      },
      finish(): void {
        skipTo(Number.POSITIVE_INFINITY);
        for (const day of days.keys())
          findings.add('counts', null, `The counts of the day ${day} are missing.`);
      },
    };
  }
}

function sameTerm(a: number | Buffer, b: number | Buffer): boolean {
  return typeof a === 'number' || typeof b === 'number' ? a === b : a.equals(b);
}

function kindName(kind: Kind): string {
  return Object.entries(KIND).find(([, number]) => number === kind)?.[0] ?? `terms of kind ${kind}`;
}

// What one append adds to `terms` and to the index, gathered first: a term of a thousand events is written once.
import type { Sqlite } from '../sqlite.js';
import { createKnownTerms } from './known-terms.js';
import { type Positions, sortPositions } from './posting-block.js';
import { createPostingWriter, type Tail } from './posting-writer.js';
import type { GrownTerm } from './stats/rollup-writer.js';
import { HELD_KINDS, type Kind, type UniqueFilterKey, uniqueTermKey } from './term.js';

/** Most terms that are kept in memory. */
const CACHED_TERMS = 50_000;

/** How a term is named in bodies and in the index. */
export interface TermName {
  readonly id: number;
  /** The id in base 36. */
  readonly digits: string;
}

/** A term, and what the append that is under way adds to it. */
interface Term extends TermName {
  kind: Kind;
  value: string;
  isNew: boolean;
  /** Whether the append that is under way has met it. */
  isMet: boolean;
  /** Its events before this append, and in it. */
  before: number;
  events: number;
  occurrences: number;
  firstAt: number;
  lastAt: number;
  /** Absent for what is only a name for something. */
  positions: Positions | undefined;
  tail: Tail | undefined;
}

/** Where and how often an event happened. */
export interface Occurrence {
  timestamp: number;
  seq: number;
  /** How many occurrences the event stands for. */
  count: number;
}

export interface TermBatch {
  /** The term of a string, new or known, that a body will hold: of the kinds that are counted so. */
  hold(kind: Kind, value: string): TermName;
  /** Counts an event under a term. */
  count(kind: Kind, value: string, occurrence: Occurrence): void;
  /** Counts an event under a term and puts it into the index. */
  post(kind: Kind, value: string, occurrence: Occurrence): TermName;
  /** Puts an event into the index under a nearly unique value. */
  postUnique(key: UniqueFilterKey, value: string, occurrence: Occurrence): void;
  /** Writes everything, in the transaction that is under way, and begins anew. @returns what was counted. */
  flush(): GrownTerm[];
  /** Begins anew: the transaction was rolled back. */
  discard(): void;
  /** Looks a term up anew when it comes again: its row was changed, or has gone. Between appends alone. */
  forget(kind: Kind, value: string): void;
}

export function createTermBatch(db: Sqlite): TermBatch {
  const find = db.prepare<[Kind, string], { id: number; events: number }>(
    'SELECT id, events FROM terms WHERE kind = ? AND value = ?',
  );
  const highest = db.prepare<[], number | null>('SELECT max(id) FROM terms').pluck();
  const insert = db.prepare<[number, Kind, string, number, number, number | null, number | null]>(
    `INSERT INTO terms (id, kind, value, events, occurrences, first_at, last_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare<[number, number, number, number, number]>(
    `UPDATE terms SET events = events + ?, occurrences = occurrences + ?,
       first_at = min(first_at, ?), last_at = max(last_at, ?) WHERE id = ?`,
  );
  const updateHeld = db.prepare<[number, number]>('UPDATE terms SET events = events + ? WHERE id = ?');
  const postings = createPostingWriter(db);

  const known = createKnownTerms<Term>(CACHED_TERMS);
  /** Those that the append under way has met, and by kind the last of them: the next event often has the same. */
  let met: Term[] = [];
  let latest: (Term | undefined)[] = [];
  const uniques = { requestId: new Map<string, Positions>(), correlationId: new Map<string, Positions>() };
  let nextId = (highest.get() ?? 0) + 1;

  function clear(): void {
    met = [];
    latest = [];
    for (const ofKey of Object.values(uniques)) ofKey.clear();
  }

  function readTerm(kind: Kind, value: string): Term {
    const old = find.get(kind, value);
    const id = old?.id ?? nextId++;
    const term: Term = {
      id,
      digits: id.toString(36),
      kind,
      value,
      isNew: old === undefined,
      isMet: false,
      before: old?.events ?? 0,
      events: 0,
      occurrences: 0,
      firstAt: Number.POSITIVE_INFINITY,
      lastAt: Number.NEGATIVE_INFINITY,
      positions: undefined,
      tail: undefined,
    };
    known.set(kind, value, term);
    return term;
  }

  function meet(kind: Kind, value: string): Term {
    const last = latest[kind];
    if (last !== undefined && last.value === value) return last;
    const term = known.get(kind, value) ?? readTerm(kind, value);
    latest[kind] = term;
    if (!term.isMet) {
      term.isMet = true;
      met.push(term);
    }
    return term;
  }

  function countIn(kind: Kind, value: string, { timestamp, count }: Occurrence): Term {
    const term = meet(kind, value);
    term.events += 1;
    term.occurrences += count;
    if (timestamp < term.firstAt) term.firstAt = timestamp;
    if (timestamp > term.lastAt) term.lastAt = timestamp;
    return term;
  }

  function writeTerm(term: Term): void {
    const { id, kind, value, isNew, events, occurrences, firstAt, lastAt, positions } = term;
    const isHeld = HELD_KINDS.has(kind);
    if (isNew) {
      const counted = events > 0 && !isHeld;
      insert.run(id, kind, value, events, occurrences, counted ? firstAt : null, counted ? lastAt : null);
    } else if (events > 0) {
      if (isHeld) updateHeld.run(events, id);
      else update.run(events, occurrences, firstAt, lastAt, id);
    }
    if (positions === undefined) return;
    const sorted = sortPositions(positions);
    term.tail = isNew ? postings.addFirst(id, sorted) : postings.add(id, sorted, term.tail);
  }

  /** It is written: what comes next adds to it. */
  function settle(term: Term): void {
    term.isNew = false;
    term.isMet = false;
    term.before += term.events;
    term.events = 0;
    term.occurrences = 0;
    term.firstAt = Number.POSITIVE_INFINITY;
    term.lastAt = Number.NEGATIVE_INFINITY;
    term.positions = undefined;
  }

  function flushUniques(key: UniqueFilterKey): void {
    // UUIDs sort as their bytes do, and of the others no order is better than another.
    const values = [...uniques[key].keys()].sort();
    postings.addNew(
      values.map(value => ({
        term: uniqueTermKey(key, value),
        positions: sortPositions(uniques[key].get(value)!),
      })),
    );
  }

  return {
    hold(kind, value) {
      const term = meet(kind, value);
      if (HELD_KINDS.has(kind)) term.events += 1;
      return term;
    },
    count(kind, value, occurrence) {
      countIn(kind, value, occurrence);
    },
    post(kind, value, occurrence) {
      const term = countIn(kind, value, occurrence);
      term.positions = withPosition(term.positions, occurrence);
      return term;
    },
    postUnique(key, value, occurrence) {
      const positions = uniques[key].get(value);
      if (positions === undefined) uniques[key].set(value, withPosition(undefined, occurrence));
      else withPosition(positions, occurrence);
    },
    flush() {
      // In the order of the keys, so that neighbours in the B-trees are written one after the other.
      const grown: GrownTerm[] = [];
      for (const term of met.sort((a, b) => a.id - b.id)) {
        writeTerm(term);
        const { id, kind, before, events } = term;
        if (events > 0) grown.push({ id, kind, before, after: before + events });
        settle(term);
      }
      flushUniques('requestId');
      flushUniques('correlationId');
      clear();
      known.trim();
      return grown;
    },
    discard() {
      clear();
      known.clear();
      nextId = (highest.get() ?? 0) + 1;
    },
    forget: known.delete,
  };
}

/** Most terms have one position in an append: arrays that are made for one take a tenth of those that grow. */
function withPosition(positions: Positions | undefined, { timestamp, seq }: Occurrence): Positions {
  if (positions === undefined) return { timestamps: [timestamp], seqs: [seq] };
  positions.timestamps.push(timestamp);
  positions.seqs.push(seq);
  return positions;
}

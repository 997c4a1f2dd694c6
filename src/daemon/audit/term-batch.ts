// What one append adds to `terms` and to the index, gathered first: a term of a thousand events is written once.
import type { Sqlite } from '../sqlite.js';
import { createKnownTerms, type KnownTerm } from './known-terms.js';
import { type Positions, sortPositions } from './posting-block.js';
import { createPostingWriter } from './posting-writer.js';
import type { GrownTerm } from './stats/rollup-writer.js';
import { HELD_KINDS, KIND, type Kind, type UniqueFilterKey, uniqueTermKey } from './term.js';

/** Most terms that are kept in memory. */
const CACHED_TERMS = 50_000;

interface PendingTerm {
  id: number;
  kind: Kind;
  value: string;
  isNew: boolean;
  /** Its events before this append, and in it. */
  before: number;
  events: number;
  occurrences: number;
  firstAt: number;
  lastAt: number;
  /** Absent for what is only a name for something. */
  positions: Positions | undefined;
}

interface PendingUnique {
  key: Buffer;
  positions: Positions;
}

/** Where and how often an event happened. */
export interface Occurrence {
  timestamp: number;
  seq: number;
  /** How many occurrences the event stands for. */
  count: number;
}

export interface TermBatch {
  /** The id of a string, which is new or known. */
  intern(kind: Kind, value: string): number;
  /** The same for a body that will hold the id: of the kinds that are counted so. */
  hold(kind: Kind, value: string): number;
  /** Counts an event under a term. */
  count(kind: Kind, value: string, occurrence: Occurrence): void;
  /** Counts an event under a term and puts it into the index. */
  post(kind: Kind, value: string, occurrence: Occurrence): void;
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
  const find = db.prepare<[Kind, string], KnownTerm>(
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

  const known = createKnownTerms(CACHED_TERMS);
  /** For each kind, by value. */
  const terms = Object.values(KIND).map(() => new Map<string, PendingTerm>());
  const uniques = new Map<string, PendingUnique>();
  let nextId = (highest.get() ?? 0) + 1;

  function clear(): void {
    for (const ofKind of terms) ofKind.clear();
    uniques.clear();
  }

  function pending(kind: Kind, value: string): PendingTerm {
    const ofKind = terms[kind]!;
    const seen = ofKind.get(value);
    if (seen !== undefined) return seen;
    const old = known.get(kind, value) ?? find.get(kind, value);
    const term: PendingTerm = {
      id: old?.id ?? nextId++,
      kind,
      value,
      isNew: old === undefined,
      before: old?.events ?? 0,
      events: 0,
      occurrences: 0,
      firstAt: Number.POSITIVE_INFINITY,
      lastAt: Number.NEGATIVE_INFINITY,
      positions: undefined,
    };
    ofKind.set(value, term);
    return term;
  }

  function countIn(kind: Kind, value: string, { timestamp, count }: Occurrence): PendingTerm {
    const term = pending(kind, value);
    term.events += 1;
    term.occurrences += count;
    if (timestamp < term.firstAt) term.firstAt = timestamp;
    if (timestamp > term.lastAt) term.lastAt = timestamp;
    return term;
  }

  function append({ timestamps, seqs }: Positions, { timestamp, seq }: Occurrence): void {
    timestamps.push(timestamp);
    seqs.push(seq);
  }

  function writeTerm({
    id,
    kind,
    value,
    isNew,
    events,
    occurrences,
    firstAt,
    lastAt,
    positions,
  }: PendingTerm): void {
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
    if (isNew) postings.addFirst(id, sorted);
    else postings.add(id, sorted);
  }

  return {
    intern: (kind, value) => pending(kind, value).id,
    hold(kind, value) {
      const term = pending(kind, value);
      if (HELD_KINDS.has(kind)) term.events += 1;
      return term.id;
    },
    count(kind, value, occurrence) {
      countIn(kind, value, occurrence);
    },
    post(kind, value, occurrence) {
      const term = countIn(kind, value, occurrence);
      term.positions ??= { timestamps: [], seqs: [] };
      append(term.positions, occurrence);
    },
    postUnique(key, value, occurrence) {
      const name = `${key} ${value}`;
      let unique = uniques.get(name);
      if (unique === undefined) {
        unique = { key: uniqueTermKey(key, value), positions: { timestamps: [], seqs: [] } };
        uniques.set(name, unique);
      }
      append(unique.positions, occurrence);
    },
    flush() {
      // In the order of the keys, so that neighbours in the B-trees are written one after the other.
      const written = terms.flatMap(ofKind => [...ofKind.values()]);
      const grown: GrownTerm[] = [];
      for (const term of written.sort((a, b) => a.id - b.id)) {
        writeTerm(term);
        const { id, kind, before } = term;
        const after = before + term.events;
        known.set(kind, term.value, { id, events: after });
        if (after > before) grown.push({ id, kind, before, after });
      }
      for (const { key, positions } of [...uniques.values()].sort((a, b) => a.key.compare(b.key))) {
        postings.add(key, sortPositions(positions));
      }
      clear();
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

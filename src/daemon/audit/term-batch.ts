// What one append adds to `terms` and to the index, gathered first: a term of a thousand events is written once.
import { LRUCache } from 'lru-cache';
import type { Sqlite } from '../sqlite.js';
import { type Positions, sortPositions } from './posting-block.js';
import { createPostingWriter } from './posting-writer.js';
import { type Kind, type UniqueFilterKey, uniqueTermKey } from './term.js';

/** Most ids of terms that are kept in memory. */
const CACHED_TERMS = 50_000;

interface PendingTerm {
  id: number;
  kind: Kind;
  value: string;
  isNew: boolean;
  events: number;
  occurrences: number;
  firstAt: number;
  lastAt: number;
  positions: Positions;
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
  /** Counts an event under a term. */
  count(kind: Kind, value: string, occurrence: Occurrence): void;
  /** Counts an event under a term and puts it into the index. */
  post(kind: Kind, value: string, occurrence: Occurrence): void;
  /** Puts an event into the index under a nearly unique value. */
  postUnique(key: UniqueFilterKey, value: string, occurrence: Occurrence): void;
  /** Writes everything, in the transaction that is under way, and begins anew. */
  flush(): void;
  /** Begins anew: the transaction was rolled back. */
  discard(): void;
}

export function createTermBatch(db: Sqlite): TermBatch {
  const find = db
    .prepare<[Kind, string], number>('SELECT id FROM terms WHERE kind = ? AND value = ?')
    .pluck();
  const highest = db.prepare<[], number | null>('SELECT max(id) FROM terms').pluck();
  const insert = db.prepare(
    `INSERT INTO terms (id, kind, value, events, occurrences, first_at, last_at)
     VALUES (@id, @kind, @value, @events, @occurrences, @firstAt, @lastAt)`,
  );
  const update = db.prepare(
    `UPDATE terms SET events = events + @events, occurrences = occurrences + @occurrences,
       first_at = min(first_at, @firstAt), last_at = max(last_at, @lastAt) WHERE id = @id`,
  );
  const postings = createPostingWriter(db);

  const known = new LRUCache<string, number>({ max: CACHED_TERMS });
  const terms = new Map<string, PendingTerm>();
  const uniques = new Map<string, PendingUnique>();
  let nextId = (highest.get() ?? 0) + 1;

  function pending(kind: Kind, value: string): PendingTerm {
    const name = `${kind} ${value}`;
    const seen = terms.get(name);
    if (seen !== undefined) return seen;
    const knownId = known.get(name) ?? find.get(kind, value);
    const term: PendingTerm = {
      id: knownId ?? nextId++,
      kind,
      value,
      isNew: knownId === undefined,
      events: 0,
      occurrences: 0,
      firstAt: Number.POSITIVE_INFINITY,
      lastAt: Number.NEGATIVE_INFINITY,
      positions: { timestamps: [], seqs: [] },
    };
    terms.set(name, term);
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

  function writeTerm(term: PendingTerm): void {
    if (term.isNew) {
      const counted = term.events > 0;
      insert.run({
        ...term,
        positions: null,
        isNew: null,
        firstAt: counted ? term.firstAt : null,
        lastAt: counted ? term.lastAt : null,
      });
    } else if (term.events > 0) {
      update.run({ ...term, positions: null, isNew: null });
    }
    if (term.positions.seqs.length === 0) return;
    const sorted = sortPositions(term.positions);
    if (term.isNew) postings.addFirst(term.id, sorted);
    else postings.add(term.id, sorted);
  }

  return {
    intern: (kind, value) => pending(kind, value).id,
    count(kind, value, occurrence) {
      countIn(kind, value, occurrence);
    },
    post(kind, value, occurrence) {
      append(countIn(kind, value, occurrence).positions, occurrence);
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
      for (const [name, term] of [...terms].sort(([, a], [, b]) => a.id - b.id)) {
        writeTerm(term);
        known.set(name, term.id);
      }
      for (const { key, positions } of [...uniques.values()].sort((a, b) => a.key.compare(b.key))) {
        postings.add(key, sortPositions(positions));
      }
      terms.clear();
      uniques.clear();
    },
    discard() {
      terms.clear();
      uniques.clear();
      known.clear();
      nextId = (highest.get() ?? 0) + 1;
    },
  };
}

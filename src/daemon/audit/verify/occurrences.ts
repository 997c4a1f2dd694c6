// Counts the occurrences of suspected terms anew, to say which of them are counted wrong (index-check.ts knows groups
// of terms alone).
import type { Sqlite } from '../../sqlite.js';
import { HELD_KINDS, KIND, type Kind } from '../term.js';
import type { Findings } from './findings.js';
import type { LaneKeys, Lanes } from './lanes.js';
import { createPartsReader, STORED_COLUMNS, type StoredRow } from './stored-parts.js';
import { createTermBook, type TermFacts } from './term-book.js';

const SLICE = 500;

export interface RecountOptions {
  db: Sqlite;
  keys: LaneKeys;
  findings: Findings;
  size: number;
  isSuspect(term: Lanes): boolean;
}

/** Reads all events, which were found good before. Yields how many it has read. */
export function* recountOccurrences({
  db,
  keys,
  findings,
  size,
  isSuspect,
}: RecountOptions): Generator<number> {
  const read = db
    .prepare<[number, number], StoredRow>(
      `SELECT ${STORED_COLUMNS}, e.seq FROM events AS e WHERE e.seq > ? ORDER BY e.seq LIMIT ?`,
    )
    .raw();
  const partsOf = createPartsReader(createTermBook(db, keys), keys);
  const counted = new Map<number, { occurrences: number; firstSeq: number }>();
  function countIn(term: TermFacts, count: number, seq: number): void {
    if (!isSuspect(term)) return;
    const entry = counted.get(term.id) ?? { occurrences: 0, firstSeq: seq };
    entry.occurrences += count;
    counted.set(term.id, entry);
  }
  for (let last = 0; last < size; ) {
    const rows = read.all(last, SLICE);
    if (rows.length === 0) break;
    for (const row of rows) {
      last = row[0];
      const { terms, held, count } = partsOf(row);
      for (const term of terms) countIn(term, count, last);
      for (const term of held) countIn(term, 1, last);
    }
    yield last;
  }
  // Days are counted by themselves; of what bodies hold, in how many places is kept where others have events.
  const kept = db.prepare<
    [Kind, Kind, number, number],
    { id: number; kind: Kind; value: string; count: number }
  >(
    `SELECT id, kind, value, CASE WHEN kind IN (${[...HELD_KINDS].join()}) THEN events ELSE occurrences END AS count
       FROM terms WHERE kind NOT IN (?, ?) AND id > ? ORDER BY id LIMIT ?`,
  );
  for (let last = Number.MIN_SAFE_INTEGER, more = true; more; ) {
    const rows = kept.all(KIND.day, KIND.gone, last, SLICE);
    for (const { id, value, count } of rows) {
      last = id;
      const { occurrences, firstSeq } = counted.get(id) ?? { occurrences: 0, firstSeq: null };
      if (!isSuspect(keys.ofTerm(id)) || count === occurrences) continue;
      findings.add(
        'counts',
        firstSeq,
        `The counts of ${JSON.stringify(value)} are wrong: ${count} occurrences are kept, and the log has ${occurrences}.`,
      );
    }
    more = rows.length === SLICE;
    yield size;
  }
}

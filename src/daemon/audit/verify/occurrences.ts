// Counts the occurrences of suspected terms anew, to say which of them are counted wrong (index-check.ts knows groups
// of terms alone).
import type { Sqlite } from '../../sqlite.js';
import type { Findings } from './findings.js';
import type { LaneKeys, Lanes } from './lanes.js';
import { createPartsReader, type StoredRow } from './stored-parts.js';
import { createTermBook } from './term-book.js';

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
      `SELECT seq, lower(hex(id)), timestamp, body, salt_key, seq FROM events
       WHERE seq > ? ORDER BY seq LIMIT ?`,
    )
    .raw();
  const partsOf = createPartsReader(createTermBook(db, keys), keys);
  const counted = new Map<number, { occurrences: number; firstSeq: number }>();
  for (let last = 0; last < size; ) {
    const rows = read.all(last, SLICE);
    if (rows.length === 0) break;
    for (const row of rows) {
      last = row[0];
      const { terms, count } = partsOf(row);
      for (const term of terms) {
        if (!isSuspect(term)) continue;
        const entry = counted.get(term.id) ?? { occurrences: 0, firstSeq: last };
        entry.occurrences += count;
        counted.set(term.id, entry);
      }
    }
    yield last;
  }
  const kept = db.prepare<[number], { value: string; occurrences: number }>(
    'SELECT value, occurrences FROM terms WHERE id = ?',
  );
  for (const [id, { occurrences, firstSeq }] of counted) {
    const term = kept.get(id);
    if (term?.occurrences === occurrences) continue;
    findings.add(
      'counts',
      firstSeq,
      `The counts of ${JSON.stringify(term?.value)} are wrong: ${term?.occurrences} occurrences are kept, and the log has ${occurrences}.`,
    );
  }
}

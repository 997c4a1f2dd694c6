// What must be so in audit.db beside the events: nothing in it that acts by itself, indexes as long as their tables,
// and what was set aside as the log says.
import type { Sqlite } from '../../sqlite.js';
import { SET_ASIDE, setAsideId } from '../set-aside.js';
import { KIND, type Kind } from '../term.js';
import { uuidToBytes } from '../uuid-bytes.js';

/** Indexes that answers are found by, with the rows that each must have. */
const INDEXES = [
  { table: 'events', index: 'events_by_id', where: '' },
  { table: 'terms', index: 'terms_by_value', where: '' },
  { table: 'terms', index: 'terms_busiest', where: 'WHERE occurrences >= 64' },
  { table: 'removed_ids', index: 'removed_ids_id_unique', where: '' },
  { table: 'rollup_pairs', index: 'rollup_pairs_busiest', where: 'WHERE occurrences >= 16' },
] as const;

/** Triggers and views that somebody put in. */
export function strangeObjects(db: Sqlite): string[] {
  return db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view')")
    .pluck()
    .all()
    .map(name => `The file has a trigger or view that is not ours: ${name}.`);
}

/** Seals of erased values that are of no event. */
export function strangeSeals(db: Sqlite): string[] {
  return db
    .prepare<[], number>('SELECT seq FROM seals WHERE seq NOT IN (SELECT seq FROM events) LIMIT 10')
    .pluck()
    .all()
    .map(seq => `The file says what was erased of event ${seq}, which is not there.`);
}

/** Indexes that have more or less than their tables. Takes a second for ten million events. */
export function unevenIndexes(db: Sqlite): string[] {
  return INDEXES.filter(({ table, index, where }) => {
    const count = (how: string) =>
      db.prepare<[], number>(`SELECT count(*) FROM ${table} ${how} ${where}`).pluck().get();
    return count(`INDEXED BY ${index}`) !== count('NOT INDEXED');
  }).map(({ index }) => `The index ${index} is not as long as its table.`);
}

/** What was set aside and is not what it was. */
export function wrongSetAside(db: Sqlite): string[] {
  const faults: string[] = [];
  const kept = db
    .prepare<[], { seq: number; event: string; id: Buffer | null }>(
      'SELECT s.seq, s.event, e.id FROM set_aside AS s LEFT JOIN events AS e ON e.seq = s.seq ORDER BY s.seq',
    )
    .all();
  for (const { seq, event, id } of kept) {
    if (id?.equals(uuidToBytes(setAsideId(event))!) !== true)
      faults.push(`What was set aside as event ${seq} is not what it was.`);
  }
  const told = db
    .prepare<[Kind, string], number>('SELECT events FROM terms WHERE kind = ? AND value = ?')
    .pluck()
    .get(KIND.eventName, SET_ASIDE);
  if ((told ?? 0) !== kept.length)
    faults.push(`Of ${told ?? 0} events that were set aside ${kept.length} are kept.`);
  return faults;
}

// What of the log is due to be removed: everything that was stored before a moment, never the newest event.
import { rootAt } from '../../../shared/log/merkle-tree.js';
import { subtreesOf } from '../../../shared/log/tiles.js';
import type { Sqlite } from '../../sqlite.js';
import { storedFields } from '../erasure/sealed-body.js';
import { FIELD } from '../event-body.js';
import { createTileReader } from '../tile-reader.js';
import { announcedRemoval } from './announced-removal.js';
import type { Removal } from './announcement.js';
import { removalReader } from './removal-state.js';
import { idChain, isReportedId } from './reported-ids.js';
import { createStoredTimes } from './stored-before.js';

/** A removal that is due, and how many occurrences had gone before it. */
export interface PlannedRemoval extends Removal {
  occurrencesBefore: number;
}

/** Events that are read in a step: some ten milliseconds. */
const SLICE = 5_000;

/**
 * What is due at `before`; `undefined` if nothing is, or if what was announced last is still going. Each step reads a
 * bounded part of what is due.
 * @throws Error for a log that is damaged
 */
export function* planRemoval(db: Sqlite, before: number): Generator<void, PlannedRemoval | undefined> {
  const { removed, announced, announcedBy } = removalReader(db)();
  if (removed < announced) return undefined;
  const size = db.prepare<[], number>('SELECT size FROM head').pluck().get() ?? 0;
  const last = createStoredTimes(db).lastBefore(before, removed, Math.max(removed, size - 1));
  if (last <= removed) return undefined;
  const known = removed === 0 ? undefined : announcedRemoval(db, announcedBy);
  if (removed > 0 && known === undefined)
    throw new Error('audit.db is damaged: it does not say what was removed before.');
  const chain = idChain(known?.reported);
  const occurrencesBefore = known?.occurrences ?? 0;
  let occurrences = occurrencesBefore;
  const read = db
    .prepare<[number, number, number], [seq: number, id: Buffer, body: string]>(
      'SELECT seq, id, body FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
    )
    .raw();
  for (let done = removed; done < last; ) {
    const rows = read.all(done, last, SLICE);
    if (rows.length === 0) throw new Error(`audit.db is damaged: it lacks an event after ${done}.`);
    for (const [seq, id, body] of rows) {
      if (isReportedId(id)) chain.add(id);
      occurrences += Number.parseInt(storedFields(body)[FIELD.count] || '1', 36);
      done = seq;
    }
    yield;
  }
  const root = Buffer.from(rootAt(last, subtreesOf(createTileReader(db)))).toString('base64');
  return { first: removed + 1, last, root, before, occurrences, occurrencesBefore, reported: chain.ids() };
}

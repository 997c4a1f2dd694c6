// What of the log is due to be removed: everything that was stored before a moment, never the newest event.
import { rootAt } from '../../../shared/log/merkle-tree.js';
import { subtreesOf } from '../../../shared/log/tiles.js';
import type { Sqlite } from '../../sqlite.js';
import { storedFields } from '../erasure/sealed-body.js';
import { FIELD } from '../event-body.js';
import { createTileReader } from '../tile-reader.js';
import type { Removal } from './announcement.js';
import { removalReader } from './removal-state.js';

/**
 * What is due at `before`; `undefined` if nothing is, or if what was announced last is still going. Reads a few dozen
 * rows, however long the log is.
 */
export function planRemoval(db: Sqlite, before: number): Removal | undefined {
  const { removed, announced } = removalReader(db)();
  if (removed < announced) return undefined;
  const size = db.prepare<[], number>('SELECT size FROM head').pluck().get() ?? 0;
  const last = lastStoredBefore(db, before, removed, size - 1);
  if (last <= removed) return undefined;
  const root = Buffer.from(rootAt(last, subtreesOf(createTileReader(db)))).toString('base64');
  return { first: removed + 1, last, root, before };
}

/** The last event after `from`, up to `to`, that was stored before `before`; `from` if none was. */
function lastStoredBefore(db: Sqlite, before: number, from: number, to: number): number {
  const read = db
    .prepare<[number], [timestamp: number, body: string]>('SELECT timestamp, body FROM events WHERE seq = ?')
    .raw();
  const recordedAt = (seq: number): number => {
    const [timestamp, body] = read.get(seq)!;
    return timestamp + Number.parseInt(storedFields(body)[FIELD.recordedAfter]!, 36);
  };
  let low = from;
  let high = to;
  // `recordedAt` never decreases along the log.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (recordedAt(middle) < before) low = middle;
    else high = middle - 1;
  }
  return low;
}

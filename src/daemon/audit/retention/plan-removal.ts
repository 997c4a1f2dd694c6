// What of the log is due to be removed: everything that was stored before a moment, never the newest event.
import { rootAt } from '../../../shared/log/merkle-tree.js';
import { subtreesOf } from '../../../shared/log/tiles.js';
import type { Sqlite } from '../../sqlite.js';
import { createTileReader } from '../tile-reader.js';
import type { Removal } from './announcement.js';
import { removalReader } from './removal-state.js';
import { createStoredTimes } from './stored-before.js';

/**
 * What is due at `before`; `undefined` if nothing is, or if what was announced last is still going. Reads a few dozen
 * rows, however long the log is.
 */
export function planRemoval(db: Sqlite, before: number): Removal | undefined {
  const { removed, announced } = removalReader(db)();
  if (removed < announced) return undefined;
  const size = db.prepare<[], number>('SELECT size FROM head').pluck().get() ?? 0;
  const last = createStoredTimes(db).lastBefore(before, removed, Math.max(removed, size - 1));
  if (last <= removed) return undefined;
  const root = Buffer.from(rootAt(last, subtreesOf(createTileReader(db)))).toString('base64');
  return { first: removed + 1, last, root, before };
}

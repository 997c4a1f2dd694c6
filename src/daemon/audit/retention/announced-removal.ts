// The event of the log that announced what was removed, if it is the one that the tree has a leaf of.
import type { Subtrees } from '../../../shared/log/merkle-tree.js';
import { subtreesOf } from '../../../shared/log/tiles.js';
import type { Sqlite } from '../../sqlite.js';
import { createStoredEvents, leafOf } from '../stored-event.js';
import { createTermReader } from '../term-reader.js';
import { createTileReader } from '../tile-reader.js';
import { type Removal, removalIn } from './announcement.js';

/** What event `seq` announces; `undefined` if it is not there, not as the tree has it, or announces nothing. */
export function announcedRemoval(
  db: Sqlite,
  seq: number,
  subtrees: Subtrees = subtreesOf(createTileReader(db)),
): Removal | undefined {
  const [stored] = createStoredEvents(db, createTermReader(db))(seq - 1, 1);
  if (stored?.event.seq !== seq) return undefined;
  const removal = removalIn(stored.event);
  if (removal === undefined || removal.last >= seq) return undefined;
  return Buffer.compare(leafOf(stored), subtrees(0, seq - 1)) === 0 ? removal : undefined;
}

// Whether the log lacks exactly what was announced: its beginning, up to the event that an event of the log itself names,
// whose root is that of the tree up to there.
import { provesInclusion, type TreeHead } from '../../../shared/log/merkle-proof.js';
import { inclusionProof, rootAt } from '../../../shared/log/merkle-tree.js';
import { subtreesOf } from '../../../shared/log/tiles.js';
import type { Sqlite } from '../../sqlite.js';
import { removalIn } from '../retention/announcement.js';
import { type RemovalState, removalReader } from '../retention/removal-state.js';
import { createStoredEvents, leafOf } from '../stored-event.js';
import { createTermReader } from '../term-reader.js';
import { createTileReader } from '../tile-reader.js';
import type { Findings } from './findings.js';

/** Compares what is removed with what `tree`, which was recomputed, holds an announcement of. */
export function checkRemoval(db: Sqlite, tree: TreeHead, findings: Findings): void {
  const state = removalReader(db)();
  const { removed, announced } = state;
  if (removed === 0 && announced === 0) return;
  const allowed = announcedIn(db, state, tree);
  if (removed > allowed) {
    const first = allowed + 1;
    const missing = removed > first ? `The events ${first} to ${removed} are` : `Event ${first} is`;
    findings.add(
      'event',
      first,
      `${missing} missing, and no event of the log says that they were to be removed.`,
    );
  } else if (announced !== allowed) {
    findings.add('event', null, 'What is kept of the removal of old events is not what was announced.');
  }
}

/** The event up to which the log itself says that it is removed; 0 if it does not say so. */
function announcedIn(db: Sqlite, { removed, announcedBy, before }: RemovalState, tree: TreeHead): number {
  if (announcedBy <= removed || announcedBy > tree.size) return 0;
  const subtrees = subtreesOf(createTileReader(db));
  try {
    const [stored] = createStoredEvents(db, createTermReader(db))(announcedBy - 1, 1);
    const removal = stored?.event.seq === announcedBy ? removalIn(stored.event) : undefined;
    if (stored === undefined || removal === undefined || removal.last >= announcedBy) return 0;
    const proof = inclusionProof(announcedBy - 1, tree.size, subtrees);
    const isThere = provesInclusion(leafOf(stored), announcedBy - 1, tree, proof);
    const root = Buffer.from(rootAt(removal.last, subtrees)).toString('base64');
    return isThere && root === removal.root && before === removal.before ? removal.last : 0;
  } catch {
    // An event that cannot be read, or a tree that lacks a hash, has been found as such.
    return 0;
  }
}

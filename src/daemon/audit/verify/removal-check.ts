// Whether the log lacks exactly what was announced: its beginning, up to the event that an event of the log itself names,
// whose root is that of the tree up to there; and whether what is kept of it beside that is what that event says.
import { provesInclusion, type TreeHead } from '../../../shared/log/merkle-proof.js';
import { inclusionProof, rootAt } from '../../../shared/log/merkle-tree.js';
import { subtreesOf } from '../../../shared/log/tiles.js';
import type { Sqlite } from '../../sqlite.js';
import { storedFields } from '../erasure/sealed-body.js';
import { FIELD } from '../event-body.js';
import { type Removal, removalIn } from '../retention/announcement.js';
import { type RemovalState, removalReader } from '../retention/removal-state.js';
import { idChain, isReportedId } from '../retention/reported-ids.js';
import { createStoredEvents, leafOf } from '../stored-event.js';
import { createTermReader } from '../term-reader.js';
import { createTileReader } from '../tile-reader.js';
import type { Findings } from './findings.js';

/** Rows of a step. */
const SLICE = 5_000;

/** Compares what is removed with what `tree`, which was recomputed, holds an announcement of. In steps. */
export function* checkRemoval(db: Sqlite, tree: TreeHead, findings: Findings): Generator<void> {
  const state = removalReader(db)();
  const { removed, announced } = state;
  const removal = announced === 0 ? undefined : announcedIn(db, state, tree);
  const allowed = removal?.last ?? 0;
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
  } else {
    yield* checkKept(db, state, removal, findings);
  }
}

/** Compares the ids of removed reports, and how often removed events happened, with the announcement. */
function* checkKept(
  db: Sqlite,
  { removed, announced, announcedBy, occurrences }: RemovalState,
  removal: Removal | undefined,
  findings: Findings,
): Generator<void> {
  const chain = idChain();
  let happened = occurrences;
  const readIds = db
    .prepare<[number, number], [place: number, id: Buffer]>(
      'SELECT place, id FROM removed_ids WHERE place > ? ORDER BY place LIMIT ?',
    )
    .raw();
  for (let rows = readIds.all(Number.MIN_SAFE_INTEGER, SLICE); rows.length > 0; ) {
    for (const [, id] of rows) chain.add(id);
    yield;
    rows = readIds.all(rows.at(-1)![0], SLICE);
  }
  // What is announced and still there.
  const readEvents = db
    .prepare<[number, number, number], [seq: number, id: Buffer, body: string]>(
      'SELECT seq, id, body FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
    )
    .raw();
  for (let rows = readEvents.all(removed, announced, SLICE); rows.length > 0; ) {
    for (const [, id, body] of rows) {
      if (isReportedId(id)) chain.add(id);
      happened += Number.parseInt(storedFields(body)[FIELD.count] || '1', 36);
    }
    yield;
    rows = readEvents.all(rows.at(-1)![0], announced, SLICE);
  }
  const { reported, occurrences: announcedOccurrences } = removal ?? {
    reported: idChain().ids(),
    occurrences: 0,
  };
  const kept = chain.ids();
  const says = removal === undefined ? 'no event says that any was' : `event ${announcedBy} says otherwise`;
  if (kept.count !== reported.count || kept.digest !== reported.digest)
    findings.add(
      'event',
      null,
      `The file has ids of ${kept.count} reports that were removed, and ${says}: a report that is sent again may be taken or passed over wrongly.`,
    );
  if (happened !== announcedOccurrences)
    findings.add('counts', null, `The file says that ${happened} occurrences were removed, and ${says}.`);
}

/** What the log itself says is removed; `undefined` if it does not say so. */
function announcedIn(
  db: Sqlite,
  { removed, announcedBy, before }: RemovalState,
  tree: TreeHead,
): Removal | undefined {
  if (announcedBy <= removed || announcedBy > tree.size) return undefined;
  const subtrees = subtreesOf(createTileReader(db));
  try {
    const [stored] = createStoredEvents(db, createTermReader(db))(announcedBy - 1, 1);
    const removal = stored?.event.seq === announcedBy ? removalIn(stored.event) : undefined;
    if (stored === undefined || removal === undefined || removal.last >= announcedBy) return undefined;
    const proof = inclusionProof(announcedBy - 1, tree.size, subtrees);
    const isThere = provesInclusion(leafOf(stored), announcedBy - 1, tree, proof);
    const root = Buffer.from(rootAt(removal.last, subtrees)).toString('base64');
    return isThere && root === removal.root && before === removal.before ? removal : undefined;
  } catch {
    // An event that cannot be read, or a tree that lacks a hash, has been found as such.
    return undefined;
  }
}

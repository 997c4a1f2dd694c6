// Recomputes the leaf of every event of a part of the log, in slices, and sums up where each must be in the index.
import { leafOf, leafText } from '../../../shared/log/event-leaf.js';
import type { Sqlite } from '../../sqlite.js';
import { DamagedEvent } from '../damaged-event.js';
import { removalReader } from '../retention/removal-state.js';
import { createErasureCheck } from './erasure-check.js';
import type { Findings } from './findings.js';
import type { LaneKeys } from './lanes.js';
import { createPartsReader, STORED_COLUMNS, type StoredParts, type StoredRow } from './stored-parts.js';
import { createTermBook } from './term-book.js';
import type { TreeCheck } from './tree-check.js';

/** Events of a slice: about 10 ms; of those that are removed there is less to do. */
const SLICE = 500;
const REMOVED_SLICE = 5_000;

export interface EventCheckOptions {
  db: Sqlite;
  keys: LaneKeys;
  tree: TreeCheck;
  findings: Findings;
  /** Takes what a good event must be found and counted under. */
  onEvent(seq: number, timestamp: number, stored: StoredParts): void;
}

export interface EventCheck {
  /** Checks events after `from`, up to `to` at most. @returns the last one that was looked at */
  slice(from: number, to: number): number;
  /** When the last event was stored. */
  recordedAt(): number;
}

export function createEventCheck({ db, keys, tree, findings, onEvent }: EventCheckOptions): EventCheck {
  const read = db
    .prepare<[number, number, number], StoredRow>(
      `SELECT ${STORED_COLUMNS},
         (SELECT i.seq FROM events AS i INDEXED BY events_by_id WHERE i.id = e.id)
       FROM events AS e WHERE e.seq > ? AND e.seq <= ? ORDER BY e.seq LIMIT ?`,
    )
    .raw();
  const removal = removalReader(db);
  const partsOf = createPartsReader(createTermBook(db, keys), keys);
  const erasures = createErasureCheck(db, findings);
  let recordedAt = 0;

  function check(row: StoredRow): void {
    const [seq, , timestamp, , , , indexed] = row;
    let stored: StoredParts;
    try {
      stored = partsOf(row);
    } catch (error) {
      if (!(error instanceof DamagedEvent)) throw error;
      tree.next(undefined);
      findings.add('event', seq, `Event ${seq} is damaged: ${error.message}.`);
      return;
    }
    const leaf = leafOf(leafText(stored.parts, stored.salts), { seq, recordedAt: stored.recordedAt });
    if (!tree.next(leaf)) {
      findings.add('event', seq, `Event ${seq} is not the one that the tree has a leaf of.`);
      return;
    }
    if (stored.recordedAt < recordedAt)
      findings.add('event', seq, `Event ${seq} was stored before the one in front of it.`);
    recordedAt = stored.recordedAt;
    if (indexed !== seq) findings.add('index', seq, `Event ${seq} is not found by its id.`);
    erasures.check(seq, stored);
    onEvent(seq, timestamp, stored);
  }

  return {
    slice(from, to) {
      const gone = Math.min(to, from + REMOVED_SLICE, removal().removed);
      if (gone > from) {
        for (let seq = from + 1; seq <= gone && !findings.full(); seq += 1) tree.skip();
        return gone;
      }
      const rows = read.all(from, to, SLICE);
      // What goes while this goes on is gone from what was read after it.
      const { removed } = removal();
      const last = rows.length < SLICE ? to : rows.at(-1)![0];
      let next = 0;
      for (let seq = from + 1; seq <= last && !findings.full(); seq += 1) {
        const row = rows[next];
        if (row?.[0] === seq) {
          next += 1;
          check(row);
        } else if (seq <= removed) {
          tree.skip();
        } else {
          tree.next(undefined);
          findings.add('event', seq, `Event ${seq} is missing.`);
        }
      }
      return last;
    },
    recordedAt: () => recordedAt,
  };
}

// Holds what was erased against what was announced: each value that is gone must be named by the event that its seal
// names, and each value that such an event names must be gone.
import { LRUCache } from 'lru-cache';
import type { DataEvent } from '../../../shared/data-event.js';
import type { Sqlite } from '../../sqlite.js';
import { DamagedEvent } from '../damaged-event.js';
import { announcedIn, ERASURE_EVENT } from '../erasure/announcement.js';
import { erasedOf } from '../erasure/seal.js';
import { createSealReader } from '../erasure/sealed-body.js';
import { removalReader } from '../retention/removal-state.js';
import { createStoredEvents } from '../stored-event.js';
import { createTermReader } from '../term-reader.js';
import type { Findings } from './findings.js';
import type { StoredParts } from './stored-parts.js';

/** Announcements that are remembered; events that were erased together lie close together. */
const REMEMBERED = 64;

export interface ErasureCheck {
  /** Takes an event that is the one which the tree has. */
  check(seq: number, stored: StoredParts): void;
}

const NAME_TEXT = JSON.stringify(ERASURE_EVENT);

type Announced = ReadonlyMap<string, ReadonlySet<number>>;

export function createErasureCheck(db: Sqlite, findings: Findings): ErasureCheck {
  const storedEvents = createStoredEvents(db, createTermReader(db));
  const sealOf = createSealReader(db);
  const removal = removalReader(db);
  const remembered = new LRUCache<number, { names: Announced }>({ max: REMEMBERED });

  function eventAt(seq: number): DataEvent | undefined {
    try {
      const [stored] = storedEvents(seq - 1, 1);
      return stored?.event.seq === seq ? stored.event : undefined;
    } catch {
      // Found when its own turn comes, as an event that is damaged.
      return undefined;
    }
  }

  function announcedBy(seq: number): Announced {
    const known = remembered.get(seq);
    if (known !== undefined) return known.names;
    const event = eventAt(seq);
    const said = event === undefined ? undefined : announcedIn(event);
    const names = new Map([...(said ?? [])].map(([path, seqs]) => [path, new Set(seqs)]));
    remembered.set(seq, { names });
    return names;
  }

  function isGone(seq: number, path: string, by: number): boolean {
    // With the whole event.
    if (seq <= removal().removed) return true;
    try {
      return erasedOf(sealOf(seq)).some(slot => slot.path === path && slot.by === by);
    } catch (error) {
      if (!(error instanceof DamagedEvent)) throw error;
      return false;
    }
  }

  return {
    check(seq, { erased, parts }) {
      for (const { path, by } of erased) {
        if (by > seq && announcedBy(by).get(path)?.has(seq)) continue;
        findings.add(
          'erasure',
          seq,
          `Of event ${seq} ${path} is gone, and no event says that it was erased.`,
        );
      }
      if (parts.eventName !== NAME_TEXT || parts.source !== '"daemon"') return;
      const event = eventAt(seq);
      const said = event === undefined ? undefined : announcedIn(event);
      if (said === undefined) {
        findings.add('erasure', seq, `Event ${seq} does not say what was erased.`);
        return;
      }
      for (const [path, seqs] of said) {
        for (const one of seqs) {
          if (!isGone(one, path, seq))
            findings.add(
              'erasure',
              one,
              `Event ${one} has ${path}, and event ${seq} says that it was erased.`,
            );
        }
      }
    },
  };
}

// Holds what was erased against what was announced: each value that is gone must be named by the event that its seal
// names, and each value that such an event names must be gone.
import { LRUCache } from 'lru-cache';
import type { DataEvent } from '../../../shared/data-event.js';
import { SOURCE_DAEMON } from '../../../shared/vocabulary.js';
import type { Sqlite } from '../../sqlite.js';
import { DamagedEvent } from '../damaged-event.js';
import { announcedIn, ERASURE_EVENT } from '../erasure/announcement.js';
import { CONTROL_DAYS, isControlEvent } from '../erasure/control-events.js';
import { erasedOf } from '../erasure/seal.js';
import { createSealReader } from '../erasure/sealed-body.js';
import { DAY_MS } from '../retention/due.js';
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

const DAEMON_TEXT = JSON.stringify(SOURCE_DAEMON);

/** What an event says was erased, and what it may not have been. */
interface Announced {
  names: ReadonlyMap<string, ReadonlySet<number>>;
  /** When it was stored, if it was for its age that something went; milliseconds since the Unix epoch. */
  ofAgeAt: number | undefined;
}

export function createErasureCheck(db: Sqlite, findings: Findings): ErasureCheck {
  const storedEvents = createStoredEvents(db, createTermReader(db));
  const sealOf = createSealReader(db);
  const removal = removalReader(db);
  const remembered = new LRUCache<number, Announced>({ max: REMEMBERED });

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
    if (known !== undefined) return known;
    const event = eventAt(seq);
    const said = event === undefined ? undefined : announcedIn(event);
    const names = new Map([...(said ?? [])].map(([path, seqs]) => [path, new Set(seqs)]));
    const isOfAge = event?.actorType === 'system' && event.actorId === 'retention';
    const announced = { names, ofAgeAt: isOfAge ? event.recordedAt : undefined };
    remembered.set(seq, announced);
    return announced;
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

  /** What no erasure may take, and none for its age within a year. */
  function isKept(path: string, { parts, recordedAt }: StoredParts, ofAgeAt: number | undefined): boolean {
    if (parts.source === DAEMON_TEXT && path.startsWith('/changes/')) return true;
    if (ofAgeAt === undefined || ofAgeAt - recordedAt >= CONTROL_DAYS * DAY_MS) return false;
    return isControlEvent({
      source: JSON.parse(parts.source) as string,
      targetType: JSON.parse(parts.targetType) as string,
      changes: Object.fromEntries((parts.changes ?? []).map(([name]) => [JSON.parse(name) as string, true])),
    });
  }

  return {
    check(seq, stored) {
      const { erased, parts } = stored;
      for (const { path, by } of erased) {
        const { names, ofAgeAt } = announcedBy(by);
        if (by <= seq || !names.get(path)?.has(seq))
          findings.add(
            'erasure',
            seq,
            `Of event ${seq} ${path} is gone, and no event says that it was erased.`,
          );
        else if (isKept(path, stored, ofAgeAt))
          findings.add(
            'erasure',
            seq,
            `Of event ${seq} ${path} is gone, which event ${by} says, and it has to be kept.`,
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

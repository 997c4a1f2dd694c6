// The event that an erasure is: it says who erased what and why, and names every value that went, so that a
// verification can hold the log to it.
import type { DataEvent, PendingEvent } from '../../../shared/data-event.js';
import { SCHEMA_VERSION } from '../../../shared/data-event.js';
import { uuidV7 } from '../../../shared/uuid-v7.js';
import { SOURCE_DAEMON } from '../../../shared/vocabulary.js';
import { formatRanges, parseRanges } from './seq-ranges.js';

export const ERASURE_EVENT = 'audit.erased';

/** Most events of one announcement. */
export const MAX_ANNOUNCED = 200;

/** In whose name, in which request and why something is erased: as in events. */
export type ErasedBy = Pick<
  PendingEvent,
  | 'actorType'
  | 'actorId'
  | 'actorName'
  | 'onBehalfOf'
  | 'tenantId'
  | 'requestId'
  | 'correlationId'
  | 'context'
>;

/** Which values: the events of each path, ascending. */
export type ErasedValues = ReadonlyMap<string, readonly number[]>;

export interface AnnouncedErasure {
  by: ErasedBy;
  /** What was asked for. */
  asked: unknown;
  erased: ErasedValues;
  /** Milliseconds since the Unix epoch. */
  now: number;
}

export function announcement({ by, asked, erased, now }: AnnouncedErasure): PendingEvent {
  const values = [...erased].sort(([a], [b]) => (a < b ? -1 : 1));
  const events = new Set(values.flatMap(([, seqs]) => seqs)).size;
  const said = {
    asked,
    erased: Object.fromEntries(values.map(([path, seqs]) => [path, formatRanges(seqs)])),
    events,
    values: values.reduce((sum, [, seqs]) => sum + seqs.length, 0),
  };
  return {
    id: uuidV7(now),
    timestamp: now,
    action: 'changed',
    outcome: 'success',
    ...by,
    targetType: 'audit',
    targetId: 'log',
    eventName: ERASURE_EVENT,
    changes: Object.fromEntries(Object.entries(said).map(([field, next]) => [field, { prev: null, next }])),
    source: SOURCE_DAEMON,
    schemaVersion: SCHEMA_VERSION,
  };
}

/** What an event announces to be erased; `undefined` for one that announces nothing, or not as it must. */
export function announcedIn(event: DataEvent): ErasedValues | undefined {
  const { eventName, source, changes, outcome } = event;
  if (eventName !== ERASURE_EVENT || source !== SOURCE_DAEMON || outcome !== 'success') return undefined;
  const said = changes?.erased?.next;
  if (typeof said !== 'object' || said === null) return undefined;
  const erased = new Map<string, number[]>();
  for (const [path, ranges] of Object.entries(said)) {
    const seqs = typeof ranges === 'string' ? parseRanges(ranges, MAX_ANNOUNCED) : undefined;
    // Nothing that is to come can have been erased.
    if (seqs === undefined || seqs.at(-1)! >= event.seq) return undefined;
    erased.set(path, seqs);
  }
  return erased;
}

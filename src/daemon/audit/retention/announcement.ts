// The event that announces a removal: which events go, the root of the tree over everything up to the last of them, and what
// is kept of them beside that: how often they happened, and the ids by which reports are known. It is in the log before the first of them goes, and nothing goes that no such event has announced.
import type { Changes, PendingEvent } from '../../../shared/data-event.js';
import { HASH_BYTES } from '../../../shared/log/merkle-hash.js';
import { base64Bytes } from '../../../shared/log/signed-note.js';
import { SOURCE_DAEMON } from '../../../shared/vocabulary.js';

/** The name of the event. */
export const LOG_REMOVED = 'audit.removed';

/** The events `first` to `last`, all of those before `first` having gone earlier. */
export interface Removal {
  first: number;
  last: number;
  /** The root of the tree over the events 1 to `last`, base64. */
  root: string;
  /** How many occurrences the events 1 to `last` stand for. */
  occurrences: number;
  /** Of the events 1 to `last` those that were reported, by their ids. */
  reported: ReportedIds;
  /** All of them were stored before this moment, in milliseconds since the Unix epoch. */
  before: number;
}

/** A list of ids: how many, and a digest of them in their order (reported-ids.ts), base64. */
export interface ReportedIds {
  count: number;
  digest: string;
}

/** What the event says. */
export function removalChanges({ first, last, root, before, occurrences, reported }: Removal): Changes {
  const { count, digest } = reported;
  const prev = { first, last, root, before, occurrences, reported: { count, digest } };
  return { removed: { prev, next: null } };
}

/** What `event` announces; `undefined` if it is no such event. Only the daemon itself makes one. */
export function removalIn(
  event: Pick<
    PendingEvent,
    'eventName' | 'source' | 'outcome' | 'actorType' | 'actorId' | 'targetType' | 'targetId' | 'changes'
  >,
): Removal | undefined {
  const isOne =
    event.eventName === LOG_REMOVED &&
    event.source === SOURCE_DAEMON &&
    event.outcome === 'success' &&
    event.actorType === 'system' &&
    event.actorId === 'retention' &&
    event.targetType === 'audit' &&
    event.targetId === 'log';
  if (!isOne) return undefined;
  const said = Object(event.changes?.removed?.prev) as Partial<Removal>;
  const { first, last, root, before, occurrences } = said;
  const { count, digest } = Object(said.reported) as Partial<ReportedIds>;
  if (!isCount(first) || !isCount(last) || !isCount(before) || first < 1 || last < first) return undefined;
  if (!isCount(occurrences) || !isCount(count) || !isHash(root) || !isHash(digest)) return undefined;
  return { first, last, root, before, occurrences, reported: { count, digest } };
}

const isHash = (value: unknown): value is string =>
  typeof value === 'string' && base64Bytes(value)?.length === HASH_BYTES;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

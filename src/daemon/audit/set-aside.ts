// What becomes of an event that cannot be appended: it is kept as it is, and an event that says so takes its place.
import { createHash } from 'node:crypto';
import { type PendingEvent, SCHEMA_VERSION } from '../../shared/data-event.js';
import { SOURCE_DAEMON } from '../../shared/vocabulary.js';
import type { SetAside } from './log-store.js';
import { hexToUuid } from './uuid-bytes.js';

/** The name of the event that stands for what was set aside. */
export const SET_ASIDE = 'event.set-aside';

/** Most characters of the reason in the event; the whole of it is kept beside. */
const MAX_REASON = 512;

/** @param now milliseconds since the Unix epoch. */
export function setAsideEvent(
  event: unknown,
  error: unknown,
  now: number,
): { setAside: SetAside; inItsPlace: PendingEvent } {
  const kept = jsonOf(event);
  const reason = error instanceof Error ? error.message : String(error);
  return {
    setAside: { event: kept, reason },
    inItsPlace: {
      id: setAsideId(kept),
      timestamp: now,
      action: 'created',
      outcome: 'failure',
      actorType: 'system',
      actorId: 'daemon',
      targetType: 'audit',
      targetId: 'log',
      eventName: SET_ASIDE,
      context: { reason: reason.slice(0, MAX_REASON).toWellFormed() },
      source: SOURCE_DAEMON,
      schemaVersion: SCHEMA_VERSION,
    },
  };
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/**
 * The id of the event that stands for what was set aside, made from it (UUID v8, RFC 9562), so that setting it aside
 * again after a crash is a repeat.
 */
export function setAsideId(kept: string): string {
  const bytes = createHash('sha256').update('event.set-aside\n').update(kept).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return hexToUuid(bytes.toString('hex'));
}

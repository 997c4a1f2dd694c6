// What time it is for retention, and from when on the log is kept as it is.
import type { Sqlite } from '../../sqlite.js';
import { removalReader } from './removal-state.js';
import { createStoredTimes } from './stored-before.js';

export const DAY_MS = 86_400_000;

/**
 * The beginning of the month (UTC) that holds the moment `days` before `now`: what was stored before it is due to be
 * removed. Whole months, so that what is removed is always a month and never a few events.
 */
export function dueBefore(now: number, days: number): number {
  const kept = new Date(now - days * DAY_MS);
  return Date.UTC(kept.getUTCFullYear(), kept.getUTCMonth(), 1);
}

/** The beginning of the day (UTC) that holds the moment `days` before `now`: what was stored before it is due to be erased. */
export function eraseBefore(now: number, days: number): number {
  return Math.floor((now - days * DAY_MS) / DAY_MS) * DAY_MS;
}

/**
 * What time it is at most: `clock`, but no more than a day later than the log itself bears out, by events that lie a day
 * or more apart. So a clock that is ahead makes nothing due before events have been stored by it for a day.
 */
export function trustedTime(db: Sqlite, clock: number): number {
  const { removed } = removalReader(db)();
  const size = db.prepare<[], number>('SELECT size FROM head').pluck().get() ?? 0;
  if (size === removed) return Math.min(clock, 0);
  const times = createStoredTimes(db);
  // Of what was stored in the last day of the log there may be one wrong clock as the only witness.
  const borneOut = times.lastBefore(times.recordedAt(size) - DAY_MS + 1, removed, size);
  return Math.min(
    clock,
    borneOut === removed ? times.recordedAt(removed + 1) : times.recordedAt(borneOut) + DAY_MS,
  );
}

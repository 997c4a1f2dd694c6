// From when on the log is kept: whole months, so that what is removed is always a month and never a few events.

const DAY_MS = 86_400_000;

/** The beginning of the month (UTC) that holds the moment `days` before `now`: what was stored before it is due. */
export function dueBefore(now: number, days: number): number {
  const kept = new Date(now - days * DAY_MS);
  return Date.UTC(kept.getUTCFullYear(), kept.getUTCMonth(), 1);
}

// Times for people: how long ago, or a date and time of the place where the terminal stands, or of UTC. Programs get
// RFC 3339 in UTC or milliseconds, whatever these options say.
import { safe } from './escape.js';
import { localClock, localTime, withSeconds } from './local-time.js';
import { relativeTime } from './relative-time.js';
import { isoTime, type TimeText } from './view.js';

export interface TimeFlags {
  /** Dates and times in UTC. */
  utc?: boolean;
  /** Dates and times instead of how long ago. */
  absolute?: boolean;
}

interface Situation {
  /** Now, in milliseconds since the Unix epoch. */
  clock: () => number;
  flags: TimeFlags;
}

/** `2026-07-31 14:05:09`, or with `--utc` `2026-07-31 12:05:09Z`. */
export const pointInTime = ({ utc }: TimeFlags): TimeText =>
  utc ? ms => safe`${day(ms)} ${clockOf(ms)}Z` : withSeconds;

/** `2026-07-31 14:05`, or with `--utc` `2026-07-31 12:05Z`. */
export const minuteInTime = ({ utc }: TimeFlags): TimeText =>
  utc ? ms => safe`${day(ms)} ${minute(ms)}Z` : localTime;

const part = (ms: number, from: number, to: number) =>
  isoTime(ms).slice(from, to) as ReturnType<typeof isoTime>;
const day = (ms: number) => part(ms, 0, 10);
const clockOf = (ms: number) => part(ms, 11, 19);
const minute = (ms: number) => part(ms, 11, 16);

/**
 * In a column of a table: how long ago, unless something else is asked for. Of what comes in its own time (`live`),
 * and stays on the screen, the time of day.
 */
export function timeInColumn({ clock, flags }: Situation, live: boolean): TimeText {
  if (flags.utc || flags.absolute) return pointInTime(flags);
  if (live) return ms => localClock(ms, clock());
  const now = clock();
  return ms => relativeTime(ms, now);
}

/** One fact among others: the point in time, and how long ago that is. */
export function timeAsFact({ clock, flags }: Situation): TimeText {
  const now = clock();
  const point = pointInTime(flags);
  return ms => safe`${point(ms)} (${ahead(ms, now) ?? relativeTime(ms, now)})`;
}

/** `in 3d` for what is to come. */
function ahead(ms: number, now: number) {
  if (ms <= now) return undefined;
  for (const [unitMs, letter] of UNITS) {
    if (ms - now >= unitMs) return safe`in ${Math.floor((ms - now) / unitMs)}${letter}`;
  }
  return safe`now`;
}

const UNITS = [
  [86_400_000, safe`d`],
  [3_600_000, safe`h`],
  [60_000, safe`m`],
  [1_000, safe`s`],
] as const;

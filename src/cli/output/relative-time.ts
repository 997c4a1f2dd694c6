// How long ago something was, as short as people say it.
import { escapeText, type SafeText, safe } from './escape.js';
import { localDate, localTime } from './local-time.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Longer ago than this, the date says more. */
const DATE_AFTER = 30 * DAY;

/**
 * `12s ago`, `5m ago`, `3h ago`, `2d ago`, then the local date; `now` within a second. The future shows as a
 * date and time, because it is a clock that is wrong. Both in milliseconds since the Unix epoch.
 */
export function relativeTime(time: number, now: number): SafeText {
  const age = now - time;
  if (age < -SECOND) return localTime(time);
  if (age < SECOND) return escapeText('now');
  if (age >= DATE_AFTER) return localDate(time);
  for (const [unit, letter] of [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
  ] as const) {
    if (age >= unit) return escapeText(`${Math.floor(age / unit)}${letter} ago`);
  }
  return escapeText(`${Math.floor(age / SECOND)}s ago`);
}

/** A date and, behind it, how long ago that is; long ago the date alone, which is what would stand there again. */
export function withAge(date: SafeText, ms: number, now: number): SafeText {
  const age = relativeTime(ms, now);
  return date.startsWith(age) ? date : safe`${date}  ${age}`;
}

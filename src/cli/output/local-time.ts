// Dates and times of the place where the terminal stands, for people; programs get RFC 3339 in UTC.
import { type SafeText, safe } from './escape.js';

/** `2026-07-31`. */
export function localDate(ms: number): SafeText {
  const date = new Date(ms);
  return safe`${digits(date.getFullYear(), 4)}-${digits(date.getMonth() + 1, 2)}-${digits(date.getDate(), 2)}`;
}

/** `2026-07-31 14:05`. */
export function localTime(ms: number): SafeText {
  const date = new Date(ms);
  return safe`${localDate(ms)} ${digits(date.getHours(), 2)}:${digits(date.getMinutes(), 2)}`;
}

/** `2026-07-31 14:05:09`. */
export function withSeconds(ms: number): SafeText {
  return safe`${localTime(ms)}:${digits(new Date(ms).getSeconds(), 2)}`;
}

/** `14:05:09`, and the date before it if that is not the date of `now`. */
export function localClock(ms: number, now: number): SafeText {
  const date = new Date(ms);
  const clock = safe`${digits(date.getHours(), 2)}:${digits(date.getMinutes(), 2)}:${digits(date.getSeconds(), 2)}`;
  return localDate(ms) === localDate(now) ? clock : safe`${localDate(ms)} ${clock}`;
}

function digits(number: number, length: number): SafeText {
  return String(number).padStart(length, '0') as SafeText;
}

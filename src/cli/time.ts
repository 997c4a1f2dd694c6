// Times as people write them on a command line: `2h`, `yesterday`, `2026-07-31`, `2026-07-31T12:00Z`.
import { Problem } from '../shared/problem.js';

const UNIT_MS: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Latest time that JavaScript knows, in milliseconds (ECMA-262, 21.4.1.1). */
const MAX_MS = 8_640_000_000_000_000;

/**
 * A point in the past as milliseconds since the Unix epoch: `30s`, `5m`, `2h`, `3d`, `1w` before `now`; `now`;
 * `today` and `yesterday` at midnight; ISO 8601 down to a year, in the local time zone where it names none; or
 * milliseconds as they are (five digits or more).
 * @param now milliseconds since the Unix epoch
 * @throws Problem `bad_request` that names `flag`
 */
export function parseTime(text: string, now: number, flag: string): number {
  const ago = durationMs(text);
  if (ago !== undefined && ago <= now) return now - ago;
  const time = namedTime(text, now) ?? isoMs(text) ?? epochMs(text);
  if (time === undefined || time < 0 || time > MAX_MS) throw unclear(text, flag, '2h, 3d, yesterday');
  return time;
}

/**
 * A point in the future: `30d` from `now`, or ISO 8601.
 * @throws Problem `bad_request` that names `flag`, also for a time that is past
 */
export function parseExpiry(text: string, now: number, flag: string): number {
  const ahead = durationMs(text);
  const time = ahead === undefined ? isoMs(text) : now + ahead;
  if (time === undefined || time > MAX_MS) throw unclear(text, flag, '30d, 12h');
  if (time <= now) throw new Problem('bad_request', `${flag} ${text} is in the past.`);
  return time;
}

function unclear(text: string, flag: string, examples: string): Problem {
  return new Problem(
    'bad_request',
    `${flag} does not understand "${text}". It takes ${examples}, or a date like 2026-07-31 or 2026-07-31T12:00Z.`,
  );
}

/** `30s`, `5m`, `2h`, `3d`, `1w` in milliseconds; `undefined` for any other text. */
export function durationMs(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  return amount === undefined || unitMs === undefined ? undefined : Number(amount) * unitMs;
}

function namedTime(text: string, now: number): number | undefined {
  if (text === 'now') return now;
  const days = { today: 0, yesterday: 1 }[text];
  if (days === undefined) return undefined;
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days).getTime();
}

function epochMs(text: string): number | undefined {
  return /^\d{5,16}$/.test(text) ? Number(text) : undefined;
}

const ISO =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/i;

/** ISO 8601 in its extended form. A date that the calendar does not have is none. */
function isoMs(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const part = (index: number, otherwise: number) => Number(match[index] ?? otherwise);
  const [year, month, day] = [part(1, 0), part(2, 1), part(3, 1)];
  const [hour, minute, second] = [part(4, 0), part(5, 0), part(6, 0)];
  const ms = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const zone = match[8];
  // Date.UTC and the Date constructor take the years 0 to 99 for 1900 to 1999; setFullYear does not.
  const date = new Date(0);
  if (zone === undefined) {
    date.setFullYear(year, month - 1, day);
    date.setHours(hour, minute, second, ms);
    return date.getTime();
  }
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  const offset = offsetMs(zone);
  return offset === undefined ? undefined : date.getTime() - offset;
}

function daysIn(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

function offsetMs(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600_000 + Number(minutes) * 60_000);
}

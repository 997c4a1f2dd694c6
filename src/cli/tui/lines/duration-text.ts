// How far two moments are from each other, as short as fits a column: `+1.25s`, `−2h 05m`, `+3d 4h`.
import type { SafeText } from '../../output/escape.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @param ms negative for what was before */
export function durationText(ms: number): SafeText {
  const sign = ms < 0 ? '−' : '+';
  return `${sign}${lengthText(Math.abs(ms))}` as SafeText;
}

function lengthText(ms: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(ms < 10 * SECOND ? 3 : 2)}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m ${two(Math.floor((ms % MINUTE) / SECOND))}s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}h ${two(Math.floor((ms % HOUR) / MINUTE))}m`;
  return `${Math.floor(ms / DAY)}d ${Math.floor((ms % DAY) / HOUR)}h`;
}

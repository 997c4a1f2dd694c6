// UUIDs that sort by the time of their making (RFC 9562, version 7): ids of requests, events and sessions.
import { randomBytes } from 'node:crypto';

let last = { milliseconds: -1, prefix: '' };

/** The time's 48 bits in hexadecimal and the version, as they begin a UUID. */
function prefixOf(milliseconds: number): string {
  if (milliseconds !== last.milliseconds) {
    const digits = milliseconds.toString(16).padStart(12, '0');
    last = { milliseconds, prefix: `${digits.slice(0, 8)}-${digits.slice(8)}-7` };
  }
  return last.prefix;
}

/** Random hexadecimal digits of one UUID: 19, one of which gives the variant its two bits. */
const DIGITS = 19;

/** UUIDs that random bytes are drawn for at once, which is what makes one cheap. Even, as two digits are a byte. */
const DRAWN_AT_ONCE = 128;

/** The first digit behind the variant `10`, by the value of a random digit. */
const VARIANTS: Record<string, string> = Object.fromEntries(
  Array.from({ length: 16 }, (_, value) => [value.toString(16), (8 + (value & 3)).toString(16)]),
);

let pool = '';
let used = 0;

/**
 * A new UUID of the given moment, with 74 random bits.
 * @param milliseconds since the Unix epoch
 */
export function uuidV7(milliseconds: number): string {
  if (used === pool.length) {
    pool = randomBytes((DRAWN_AT_ONCE * DIGITS) / 2).toString('hex');
    used = 0;
  }
  const at = used;
  used += DIGITS;
  const variant = VARIANTS[pool[at + 3]!]!;
  return `${prefixOf(milliseconds)}${pool.slice(at, at + 3)}-${variant}${pool.slice(at + 4, at + 7)}-${pool.slice(at + 7, at + DIGITS)}`;
}

// UUIDs that sort by the time of their making (RFC 9562, version 7): ids of requests, events and sessions.
import { randomUUID } from 'node:crypto';

let last = { milliseconds: -1, prefix: '' };

/** The time's 48 bits in hexadecimal and the version, as they begin a UUID. */
function prefixOf(milliseconds: number): string {
  if (milliseconds !== last.milliseconds) {
    const digits = milliseconds.toString(16).padStart(12, '0');
    last = { milliseconds, prefix: `${digits.slice(0, 8)}-${digits.slice(8)}-7` };
  }
  return last.prefix;
}

/**
 * A new UUID of the given moment, with 74 random bits.
 * @param milliseconds since the Unix epoch
 */
export function uuidV7(milliseconds: number): string {
  // Node draws random bytes for many UUIDs at once, which is what makes this cheap. Of version 4 the part from
  // behind the version on is taken: 12 random bits, the variant, 62 random bits.
  return prefixOf(milliseconds) + randomUUID().slice(15);
}

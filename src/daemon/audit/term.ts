// Terms: what the inverted index knows an event by. Values that come again and again have an id in the table
// `terms`; nearly unique ones would only double there, so their key is made from the value itself.
import type { FilterKey } from '../../shared/audit-filter.js';
import { sha256 } from '../../shared/log/merkle-hash.js';
import { writeUuid } from './uuid-bytes.js';

/** The number of each kind of string in `terms`. They are in the file: never change one. */
export const KIND = {
  /** The one term of every event, so that each query has a list to walk along. */
  all: 0,
  actor: 1,
  actorType: 2,
  target: 3,
  targetType: 4,
  action: 5,
  outcome: 6,
  source: 7,
  field: 8,
  eventName: 9,
  tenantId: 10,
  onBehalfOf: 11,
  onBehalfOfType: 12,
  ip: 13,
  sessionId: 14,
  /** UTC days (`2026-01-31`): counted, found by time and not by the index. */
  day: 15,
  /** Names of actors and targets: nobody filters by them. */
  name: 16,
  userAgent: 17,
  /** The highest id, whose string was erased: it stays, so that it is never given again. */
  gone: 18,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/** Kinds whose terms are not found by: `events` counts the places in bodies that hold them. */
export const HELD_KINDS: ReadonlySet<Kind> = new Set([KIND.name, KIND.userAgent]);

/** What `postings.term` holds: an id of `terms`, or the key of a nearly unique value. */
export type TermKey = number | Buffer;

/** Filters whose values are nearly unique, with the first byte of their keys. */
const UNIQUE_PREFIX = { requestId: 1, correlationId: 2 } as const;
export type UniqueFilterKey = keyof typeof UNIQUE_PREFIX;

export function isUniqueKey(key: FilterKey): key is UniqueFilterKey {
  return key in UNIQUE_PREFIX;
}

/**
 * The key of a nearly unique value: its bytes if it is a UUID, so that keys made one after the other (v7) lie
 * side by side in the index, and else 128 bits of its SHA-256.
 */
export function uniqueTermKey(key: UniqueFilterKey, value: string): Buffer {
  const term = Buffer.allocUnsafe(17);
  term[0] = UNIQUE_PREFIX[key];
  if (!writeUuid(value, term, 1)) sha256(value).copy(term, 1, 0, 16);
  return term;
}

const TYPE_KIND = {
  actor: KIND.actorType,
  target: KIND.targetType,
  onBehalfOf: KIND.onBehalfOfType,
} as const;

/** The kind under which a filter's value is in `terms`; `TYPE:`, a whole type, has a kind of its own. */
export function kindOf(key: Exclude<FilterKey, UniqueFilterKey>, value: string): Kind {
  if (key === 'actor' || key === 'target' || key === 'onBehalfOf') {
    return value.indexOf(':') === value.length - 1 ? TYPE_KIND[key] : KIND[key];
  }
  return KIND[key];
}

const DAY_MS = 86_400_000;
let lastDay = { number: 0, text: '1970-01-01' };

/** The UTC day of a moment, as it is counted by. Mostly it is the same as the last time, and writing it is slow. */
export function dayOf(timestamp: number): string {
  const number = Math.floor(timestamp / DAY_MS);
  if (number !== lastDay.number) {
    const text = new Date(timestamp).toISOString();
    lastDay = { number, text: text.slice(0, text.indexOf('T')) };
  }
  return lastDay.text;
}

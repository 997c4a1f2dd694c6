// Where a page goes on. Lists are in the order of positions, (timestamp, seq), while the log grows by seq alone: a
// reported event can be late, and then its place is in the middle of pages that somebody has seen already. So:
//
// - A query sees the log as it was when it began, the events up to `snapshot`. All its pages, either way, are parts
//   of that one list: following `next` (or `prev`) gives each of its events once, whatever is appended meanwhile.
// - `next` and `prev` name a position; the page holds what is strictly past it, in the order asked or the other way.
//   An event on the page never needs to exist still: positions are compared, not looked up.
// - In descending order the first page begins at the newest end. There `prev` becomes `newer`: it gives what was
//   appended after the snapshot, late events too, so that refreshing misses none and repeats none. It goes by seq,
//   at most `limit` at a time, each time in the order asked; `[]` if there is nothing, and always again a `prev`.
//   The `next` of such a page begins at the newest end of the old snapshot: page and `next` together are everything.
// - In ascending order the first page begins at the oldest end, where `prev` is null, and the list ends at its
//   newest with `next: null`; what comes later is a matter of following.
import { createHash } from 'node:crypto';
import type { AuditFilter } from '../../shared/audit-filter.js';
import { canonicalJson } from '../../shared/log/canonical-json.js';
import { Problem } from '../../shared/problem.js';
import type { Order } from '../../shared/vocabulary.js';
import type { Position } from './posting-list.js';

export type PageCursor =
  /** What lies past `position` in the order asked; from the beginning without one. */
  | { way: 'next'; snapshot: number; position: Position | null }
  /** What lies past `position` the other way. */
  | { way: 'prev'; snapshot: number; position: Position }
  /** What was appended after `snapshot`. */
  | { way: 'newer'; snapshot: number };

const WAYS = ['next', 'prev', 'newer'] as const;

/** What a cursor is bound to: a digest of filter and order. */
export function queryDigest(filter: AuditFilter, order: Order): string {
  return createHash('sha256').update(canonicalJson({ filter, order })).digest('base64url').slice(0, 16);
}

/** The opaque text of a cursor. */
export function formatCursor(cursor: PageCursor, digest: string): string {
  const position = cursor.way === 'newer' ? null : cursor.position;
  const parts = [digest, WAYS.indexOf(cursor.way), cursor.snapshot];
  if (position !== null) parts.push(position.timestamp, position.seq);
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * The cursor that `text` is.
 * @throws Problem `bad_request` if it is none, or one of another filter, order or log (of `size` events).
 */
export function parseCursor(text: string, digest: string, size: number): PageCursor {
  const [ofQuery, way, snapshot, ...rest] = parts(text);
  if (ofQuery !== digest) refuse('belongs to another filter or order');
  if (!isCount(snapshot) || !rest.every(isCount)) refuse('is malformed');
  if (snapshot > size) refuse('is newer than the log');
  const position = rest.length === 2 ? { timestamp: rest[0]!, seq: rest[1]! } : null;
  if (rest.length !== 0 && position === null) refuse('is malformed');
  switch (WAYS[way as number]) {
    case 'next':
      return { way: 'next', snapshot, position };
    case 'prev':
      return position === null ? refuse('is malformed') : { way: 'prev', snapshot, position };
    case 'newer':
      return position === null ? { way: 'newer', snapshot } : refuse('is malformed');
    default:
      return refuse('is malformed');
  }
}

function parts(text: string): unknown[] {
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(text)) refuse('is malformed');
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(value)) return value;
  } catch {
    // Said below, as for everything else that is no cursor.
  }
  return refuse('is malformed');
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function refuse(reason: string): never {
  throw new Problem('bad_request', `The cursor ${reason}. Ask again without it.`, {
    errors: [{ field: 'cursor', reason }],
  });
}

// Pages of lists, and the cursors of lists that go by id.
import { createHash } from 'node:crypto';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../shared/page.js';
import { Problem } from '../../shared/problem.js';

/** Forwards or backwards in the order asked. */
export type ListDirection = 'next' | 'prev';

/** Where a list of records goes on: beyond `after`. */
export interface ListCursor {
  after: number;
  direction: ListDirection;
}

const bad = (field: string, reason: string) =>
  new Problem('bad_request', `${field} ${reason}.`, { errors: [{ field, reason }] });

/** The single value of a query parameter. @throws Problem `bad_request` if it is repeated. */
export function single(query: Record<string, unknown>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw bad(name, 'is given more than once');
}

/** @throws Problem `bad_request` for a query whose percent-encoding is broken: it would be taken as it stands */
export function refuseMalformedQuery(url: string): void {
  const at = url.indexOf('?');
  try {
    if (at >= 0) decodeURIComponent(url.slice(at + 1));
  } catch {
    throw new Problem('bad_request', 'The query of the address is not well-formed (percent-encoding).');
  }
}

/** `limit`. @throws Problem `bad_request` unless it is a whole number from 1 to 1000. */
export function limitOf(query: Record<string, unknown>): number {
  const text = single(query, 'limit');
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw bad('limit', `must be a whole number from 1 to ${MAX_LIMIT}`);
  return limit;
}

/** `order`: by id, the oldest first unless asked otherwise. */
export function orderOf(query: Record<string, unknown>): 'asc' | 'desc' {
  const text = single(query, 'order') ?? 'asc';
  if (text !== 'asc' && text !== 'desc') throw bad('order', 'must be asc or desc');
  return text;
}

/** A boolean parameter that is absent, `true` or `false`. */
export function flagOf(query: Record<string, unknown>, name: string): boolean {
  const text = single(query, name) ?? 'false';
  if (text !== 'true' && text !== 'false') throw bad(name, 'must be true or false');
  return text === 'true';
}

/** @throws Problem `bad_request` naming the first parameter that is not among `known`. */
export function refuseUnknown(query: Record<string, unknown>, known: readonly string[]): void {
  const unknown = Object.keys(query).find(name => !known.includes(name));
  if (unknown !== undefined) throw bad(unknown, `is not a parameter here; known are ${known.join(', ')}`);
}

/** What a cursor is bound to: asking something else with it is refused. */
export const listIdentity = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);

export function formatListCursor({ after, direction }: ListCursor, identity: string): string {
  return Buffer.from(JSON.stringify([1, direction, after, identity])).toString('base64url');
}

/** @throws Problem `bad_request` for a cursor that is malformed or belongs to another list. */
export function parseListCursor(text: string, identity: string): ListCursor {
  try {
    const [version, direction, after, of] = JSON.parse(
      Buffer.from(text, 'base64url').toString('utf8'),
    ) as unknown[];
    if (version === 1 && Number.isSafeInteger(after) && (direction === 'next' || direction === 'prev')) {
      if (of !== identity) throw bad('cursor', 'belongs to another list');
      return { after: after as number, direction };
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
  }
  throw bad('cursor', 'is not one that this daemon gave');
}

/** A page whose items the query thread has written already. */
export interface WrittenPage {
  data: Uint8Array;
  next: string | null;
  prev: string | null;
  stale: boolean;
  within?: string;
  removedThrough?: number;
}

/** The bytes of a page around those of its items. */
export function pageBytes({ data, next, prev, stale, within, removedThrough }: WrittenPage): Buffer {
  const more = {
    next,
    prev,
    ...(stale ? { stale } : {}),
    ...(within === undefined ? {} : { within }),
    ...(removedThrough === undefined ? {} : { removedThrough }),
  };
  return Buffer.concat([Buffer.from('{"data":'), data, Buffer.from(`,${JSON.stringify(more).slice(1)}`)]);
}

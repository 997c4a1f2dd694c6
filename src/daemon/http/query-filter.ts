// Reads the query string of an audit query (DESIGN: filters, `not`, `since`, `until`, `limit`, `order`, `cursor`).
// Whatever is not understood is refused: a filter that is silently ignored would answer another question.
import { type AuditFilter, FILTER_KEYS, type FilterKey, REF_FILTER_KEYS } from '../../shared/audit-filter.js';
import { faultProblem } from '../../shared/field-faults.js';
import { textFault } from '../../shared/i-json.js';
import { fieldPath } from '../../shared/json-pointer.js';
import { parseRef } from '../../shared/object-ref.js';
import { DEFAULT_LIMIT, DEFAULT_ORDER, MAX_LIMIT } from '../../shared/page.js';
import type { FieldFault } from '../../shared/problem.js';
import { rfc3339Ms } from '../../shared/rfc3339.js';
import { ACTIONS, ORDERS, type Order, OUTCOMES } from '../../shared/vocabulary.js';

/** A query string as Fastify parses it: a parameter that is given more than once is a list. */
export type QueryString = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface ParsedAuditQuery {
  filter: AuditFilter;
  limit: number;
  order: Order;
  cursor?: string;
  browse?: boolean;
  within?: string;
}

/** Filters that take a comma-separated list, and the words that it may have. */
const LISTS: Partial<Record<FilterKey, readonly string[]>> = { action: ACTIONS, outcome: OUTCOMES };

/** Latest time that a timestamp can have (ECMA-262 §21.4.1.1). */
const MAX_TIME_MS = 8_640_000_000_000_000;

/** Most characters of a filter's value; no event has a longer one. */
const MAX_VALUE_LENGTH = 1024;

/**
 * Reads an audit query.
 * @param beside the parameters that the route takes beside the filters; those other than `limit`, `order` and
 * `cursor` are its own to read.
 * @throws Problem `bad_request` with `errors` that name the parameters.
 */
export function parseAuditQuery(
  query: QueryString,
  beside: readonly string[] = ['limit', 'order', 'cursor', 'browse', 'within'],
): ParsedAuditQuery {
  const faults: FieldFault[] = [];
  const filter: AuditFilter = { include: {}, exclude: {} };
  const parsed: ParsedAuditQuery = { filter, limit: DEFAULT_LIMIT, order: DEFAULT_ORDER };
  for (const [name, given] of Object.entries(query)) {
    const values = given === undefined ? [] : [given].flat();
    const reason = readParameter(parsed, name, values, beside);
    if (reason !== undefined) faults.push({ field: fieldPath([name]), reason });
  }
  const { since, until } = filter;
  if (since !== undefined && until !== undefined && since > until) {
    faults.push({ field: 'since', reason: 'is later than until' });
  }
  if (faults.length > 0) throw faultProblem('bad_request', faults);
  return parsed;
}

/** Takes one parameter into `parsed`, or says why it cannot. */
function readParameter(
  parsed: ParsedAuditQuery,
  name: string,
  values: readonly string[],
  beside: readonly string[],
): string | undefined {
  const { include, exclude } = parsed.filter;
  const key = filterKey(name);
  if (key !== undefined) return first(values, value => addTerm(include, key, value));
  if (name === 'not') return first(values, value => addExclusion(exclude, value));
  if (name !== 'since' && name !== 'until' && !beside.includes(name)) {
    return `is not a parameter; known are ${[...FILTER_KEYS, 'not', 'since', 'until', ...beside].join(', ')}`;
  }
  if (values.length > 1) return 'is given more than once';
  return first(values, value => SINGLES[name]?.(parsed, value));
}

const filterKey = (name: string) => FILTER_KEYS.find(key => key === name);

/** What may be given once; each takes its value or says what it must be. */
const SINGLES: Record<string, (parsed: ParsedAuditQuery, text: string) => string | undefined> = {
  since: ({ filter }, text) => readTime(text, ms => (filter.since = ms)),
  until: ({ filter }, text) => readTime(text, ms => (filter.until = ms)),
  limit(parsed, text) {
    parsed.limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    const fits = parsed.limit >= 1 && parsed.limit <= MAX_LIMIT;
    return fits ? undefined : `must be an integer from 1 to ${MAX_LIMIT}`;
  },
  order(parsed, text) {
    const order = ORDERS.find(known => known === text);
    if (order === undefined) return `must be one of ${ORDERS.join(', ')}`;
    parsed.order = order;
    return undefined;
  },
  cursor(parsed, text) {
    if (text === '') return 'is empty';
    parsed.cursor = text;
    return undefined;
  },
  browse(parsed, text) {
    if (text !== 'true' && text !== 'false') return 'must be true or false';
    parsed.browse = text === 'true';
    return undefined;
  },
  within(parsed, text) {
    if (text === '') return 'is empty';
    parsed.within = text;
    return undefined;
  },
};

function readTime(text: string, take: (ms: number) => void): string | undefined {
  const ms = /^\d{1,16}$/.test(text) ? Number(text) : rfc3339Ms(text);
  if (ms === undefined || ms > MAX_TIME_MS) {
    // A + that is not escaped arrives as a space, which is the likeliest mistake.
    const hint = / \d\d:\d\d$/.test(text) ? '; write + as %2B' : '';
    return `must be milliseconds since 1970 or an RFC 3339 time like 2026-07-31T12:00:00Z${hint}`;
  }
  take(ms);
  return undefined;
}

/** The time that a parameter gives, in milliseconds since the Unix epoch. @throws Problem `bad_request` */
export function parseTime(name: string, text: string): number {
  let time = 0;
  const reason = readTime(text, ms => {
    time = ms;
  });
  if (reason !== undefined) throw faultProblem('bad_request', [{ field: name, reason }]);
  return time;
}

/** The first fault among several values of one parameter. */
function first(values: readonly string[], read: (value: string) => string | undefined): string | undefined {
  for (const value of values) {
    const reason = read(value);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Adds the alternatives that `text` gives, or says why it cannot. */
function addTerm(terms: AuditFilter['include'], key: FilterKey, text: string): string | undefined {
  const words = LISTS[key];
  const values = words === undefined ? [text] : text.split(',');
  for (const value of values) {
    const reason = valueFault(key, value, words);
    if (reason !== undefined) return reason;
  }
  terms[key] = [...new Set([...(terms[key] ?? []), ...values])];
  return undefined;
}

function valueFault(key: FilterKey, value: string, words: readonly string[] | undefined): string | undefined {
  if (words !== undefined) {
    return words.includes(value) ? undefined : `must be a comma-separated list of ${words.join(', ')}`;
  }
  if (value === '') return 'is empty';
  if (value.length > MAX_VALUE_LENGTH) return `is longer than ${MAX_VALUE_LENGTH} characters`;
  if (REF_FILTER_KEYS.has(key) && parseRef(value) === undefined) {
    return 'must be TYPE:ID, or TYPE: for every object of a type';
  }
  return textFault(value);
}

function addExclusion(terms: AuditFilter['exclude'], text: string): string | undefined {
  const colon = text.indexOf(':');
  const key = filterKey(text.slice(0, Math.max(colon, 0)));
  if (key === undefined) return `must be KEY:VALUE, where KEY is one of ${FILTER_KEYS.join(', ')}`;
  const reason = addTerm(terms, key, text.slice(colon + 1));
  return reason === undefined ? undefined : `has a value for ${key} that ${reason}`;
}

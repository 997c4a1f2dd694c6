// An audit query as the client asks it, and the query string that it becomes.
import type { AuditFilter, FilterKey } from './audit-filter.js';
import type { Order } from './vocabulary.js';

export interface AuditQuery extends Partial<AuditFilter> {
  /** 1 to 1000. */
  limit?: number;
  order?: Order;
  /** From an earlier page of the same query. */
  cursor?: string;
  /** What follows from the events will be asked for: the answer says `within` what. */
  browse?: boolean;
  /** From the answer to the query that this one follows from, and belongs to. */
  within?: string;
}

/** Filters whose alternatives travel as one comma-separated list; the others are repeated. */
const LISTED: ReadonlySet<string> = new Set<FilterKey>(['action', 'outcome']);

/** The query string of `GET /v1/audit/events` and `/v1/audit/stream`. */
export function auditParams(query: AuditQuery): URLSearchParams {
  const params = new URLSearchParams();
  for (const [key, values] of Object.entries(query.include ?? {})) {
    if (LISTED.has(key)) params.set(key, values.join(','));
    else for (const value of values) params.append(key, value);
  }
  for (const [key, values] of Object.entries(query.exclude ?? {})) {
    for (const value of values) params.append('not', `${key}:${value}`);
  }
  for (const key of ['since', 'until', 'limit', 'order', 'cursor', 'within'] as const) {
    if (query[key] !== undefined) params.set(key, String(query[key]));
  }
  if (query.browse === true) params.set('browse', 'true');
  return params;
}

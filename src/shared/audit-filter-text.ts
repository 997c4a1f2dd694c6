// An audit query as one line of text that is the same however the query was put: what `context.query` of the
// event about the query says, and what repeated queries are counted by.
import { createHash } from 'node:crypto';
import type { ExportRange } from './audit-export.js';
import { type AuditFilter, FILTER_KEYS, type FilterValues } from './audit-filter.js';
import { auditParams } from './audit-query.js';
import type { Moment } from './object-history.js';
import { DEFAULT_LIMIT, DEFAULT_ORDER } from './page.js';
import type { Order, SummaryKey } from './vocabulary.js';

/** Most characters of the text, as `context.query` allows. */
export const MAX_QUERY_TEXT = 4096;

export interface QueryInWords {
  filter: AuditFilter;
  order?: Order;
  limit?: number;
  /** What a summary counts by. */
  by?: SummaryKey;
  /** What is derived from the events. */
  derive?: { what: 'history' | 'blame' | 'state' | 'stats' } & Moment;
  /** What of an export is asked for beside the filter. */
  exported?: ExportRange;
  /** Whether the query goes on with what comes later. */
  follow?: boolean;
  /** Whether what follows from the events is asked for with it. */
  browse?: boolean;
}

/**
 * The query string that asks `query`: filters and their values in a fixed order, defaults left out, and only those
 * characters escaped that have to be. A text that would be too long ends with the hash of the whole.
 */
export function auditQueryText({
  filter,
  order,
  limit,
  by,
  derive,
  exported,
  follow,
  browse,
}: QueryInWords): string {
  const { since, until } = filter;
  const params = auditParams({
    include: sorted(filter.include),
    exclude: sorted(filter.exclude),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(limit === undefined || limit === DEFAULT_LIMIT ? {} : { limit }),
    ...(order === undefined || order === DEFAULT_ORDER ? {} : { order }),
  });
  if (by !== undefined) params.set('by', by);
  for (const [name, value] of Object.entries(derive ?? {})) params.set(name, String(value));
  for (const [name, value] of Object.entries(exported ?? {})) if (value) params.set(name, String(value));
  if (follow === true) params.set('follow', 'true');
  if (browse === true) params.set('browse', 'true');
  const text = params.toString().replace(/%(?:3A|2C|2F|40)/g, decodeURIComponent);
  if (text.length <= MAX_QUERY_TEXT) return text;
  const end = `…sha256=${createHash('sha256').update(text).digest('hex')}`;
  return text.slice(0, MAX_QUERY_TEXT - end.length) + end;
}

function sorted(values: FilterValues): FilterValues {
  const inOrder: FilterValues = {};
  for (const key of FILTER_KEYS) {
    const alternatives = values[key];
    if (alternatives !== undefined) inOrder[key] = [...new Set(alternatives)].sort();
  }
  return inOrder;
}

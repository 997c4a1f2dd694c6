// Counts occurrences by actor, target, field … From the counts that the logger keeps when nothing is filtered, and
// else from the matching events themselves.
import { type AuditFilter, isEverything } from '../../shared/audit-filter.js';
import type { SummaryKey } from '../../shared/vocabulary.js';
import type { Sqlite } from '../sqlite.js';
import type { Summary, SummaryRow } from './audit-log.js';
import { countOf, type Fields, fieldsOf, valuesOf } from './event-values.js';
import type { LogView } from './log-view.js';
import { visitNewest } from './newest-matches.js';
import { dayOf, KIND, type Kind } from './term.js';

/** Terms that are read to fill a summary when few are busy: about 20 ms. */
const MAX_TERMS = 10_000;

/** From here on a term is busy, and in the index `terms_busiest` (schema.ts). */
const BUSY = 64;

/** @returns the `limit` most frequent, ties by key. */
export async function logSummary(
  view: LogView,
  filter: AuditFilter,
  by: SummaryKey,
  limit: number,
): Promise<Summary> {
  return isEverything(filter) ? keptCounts(view, by, limit) : countMatches(view, filter, by, limit);
}

function keptCounts({ db }: LogView, by: SummaryKey, limit: number): Summary {
  const { rows, partial } = busiestTerms(db, KIND[by], limit);
  return {
    rows: rows.map(({ key, occurrences, firstAt, lastAt }) => ({ key, count: occurrences, firstAt, lastAt })),
    partial,
  };
}

/** A term as it is counted. */
interface CountedTerm {
  key: string;
  events: number;
  occurrences: number;
  firstAt: number;
  lastAt: number;
}

/** The `limit` terms of a kind with the most occurrences; `partial` if there may be busier ones. */
export function busiestTerms(
  db: Sqlite,
  kind: Kind,
  limit: number,
): { rows: CountedTerm[]; partial: boolean } {
  const columns = 'value AS key, events, occurrences, first_at AS firstAt, last_at AS lastAt';
  const busiest = db
    .prepare<[number, number], CountedTerm>(
      `SELECT ${columns} FROM terms WHERE kind = ? AND occurrences >= ${BUSY}
       ORDER BY occurrences DESC, value LIMIT ?`,
    )
    .all(kind, limit);
  if (busiest.length === limit) return { rows: busiest, partial: false };
  const terms = db
    .prepare<[number, number], CountedTerm>(`SELECT ${columns} FROM terms WHERE kind = ? LIMIT ?`)
    .all(kind, MAX_TERMS + 1);
  const partial = terms.length > MAX_TERMS;
  const others = terms.filter(({ occurrences }) => occurrences > 0 && occurrences < BUSY);
  const byOccurrences = (a: CountedTerm, b: CountedTerm) =>
    b.occurrences - a.occurrences || (a.key < b.key ? -1 : 1);
  return { rows: [...busiest, ...others].sort(byOccurrences).slice(0, limit), partial };
}

async function countMatches(
  view: LogView,
  filter: AuditFilter,
  by: SummaryKey,
  limit: number,
): Promise<Summary> {
  const counts = new Map<string, SummaryRow>();
  const partial = await visitNewest(view, filter, row => {
    const fields = fieldsOf(row);
    for (const key of keysOf(view, fields, row[2], by)) addTo(counts, key, row[2], countOf(fields));
  });
  return { rows: mostFrequent([...counts.values()], limit), partial };
}

/** What an event counts under. */
function keysOf({ terms }: LogView, fields: Fields, timestamp: number, by: SummaryKey): string[] {
  if (by === 'day') return [dayOf(timestamp)];
  const values = valuesOf(fields, by, terms);
  return by === 'actor' || by === 'target' ? values.slice(0, 1) : values;
}

function addTo(counts: Map<string, SummaryRow>, key: string, timestamp: number, count: number): void {
  const row = counts.get(key);
  if (row === undefined) {
    counts.set(key, { key, count, firstAt: timestamp, lastAt: timestamp });
    return;
  }
  row.count += count;
  row.firstAt = Math.min(row.firstAt, timestamp);
  row.lastAt = Math.max(row.lastAt, timestamp);
}

function mostFrequent(rows: SummaryRow[], limit: number): SummaryRow[] {
  return rows.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)).slice(0, limit);
}

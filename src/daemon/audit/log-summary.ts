// Counts occurrences by actor, target, field … From the counts that the logger keeps when nothing is filtered, and
// else from the matching events themselves, newest first, in slices between which other queries get their turn.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditFilter } from '../../shared/audit-filter.js';
import type { SummaryKey } from '../../shared/vocabulary.js';
import type { Summary, SummaryRow } from './audit-log.js';
import { createEffort } from './effort.js';
import { countOf, type Fields, fieldsOf, valuesOf } from './event-values.js';
import type { LogView } from './log-view.js';
import type { Position } from './posting-list.js';
import { planQuery, walkPlan } from './query-plan.js';
import { dayOf, KIND } from './term.js';

/** Bounds of one summary: events that are read, and positions of the index that are looked at. */
const MAX_EVENTS = 100_000;
const MAX_EFFORT = 5_000_000;

/** Bounds of one slice: about 5 ms. */
const SLICE_EVENTS = 1_000;
const SLICE_EFFORT = 100_000;

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
  return isUnfiltered(filter) ? keptCounts(view, by, limit) : countMatches(view, filter, by, limit);
}

function isUnfiltered({ include, exclude, since, until }: AuditFilter): boolean {
  return (
    since === undefined &&
    until === undefined &&
    Object.keys(include).length === 0 &&
    Object.keys(exclude).length === 0
  );
}

function keptCounts({ db }: LogView, by: SummaryKey, limit: number): Summary {
  const columns = 'value AS key, occurrences AS count, first_at AS firstAt, last_at AS lastAt';
  const busiest = db
    .prepare<[number, number], SummaryRow>(
      `SELECT ${columns} FROM terms WHERE kind = ? AND occurrences >= ${BUSY}
       ORDER BY occurrences DESC, value LIMIT ?`,
    )
    .all(KIND[by], limit);
  if (busiest.length === limit) return { rows: busiest, partial: false };
  const terms = db
    .prepare<[number, number], SummaryRow>(`SELECT ${columns} FROM terms WHERE kind = ? LIMIT ?`)
    .all(KIND[by], MAX_TERMS + 1);
  const partial = terms.length > MAX_TERMS;
  const others = terms.filter(({ count }) => count > 0 && count < BUSY);
  return { rows: mostFrequent([...busiest, ...others], limit), partial };
}

async function countMatches(
  view: LogView,
  filter: AuditFilter,
  by: SummaryKey,
  limit: number,
): Promise<Summary> {
  const counts = new Map<string, SummaryRow>();
  const snapshot = view.size();
  let after: Position | null = null;
  let events = 0;
  for (let effort = 0; effort < MAX_EFFORT && events < MAX_EVENTS; effort += SLICE_EFFORT) {
    const found: Position[] = [];
    const stoppedAt = walkPlan(planQuery(filter, view.terms), view.postings, {
      order: 'desc',
      after,
      snapshot,
      effort: createEffort(SLICE_EFFORT),
      visit(seq, timestamp) {
        found.push({ timestamp, seq });
        return found.length < SLICE_EVENTS;
      },
    });
    for (const row of view.events.bySeqs(found.map(({ seq }) => seq))) {
      const fields = fieldsOf(row);
      for (const key of keysOf(view, fields, row[2], by)) addTo(counts, key, row[2], countOf(fields));
    }
    events += found.length;
    after = found.length === SLICE_EVENTS ? found.at(-1)! : stoppedAt;
    if (after === null) return { rows: mostFrequent([...counts.values()], limit), partial: false };
    await nextTurn();
  }
  return { rows: mostFrequent([...counts.values()], limit), partial: true };
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

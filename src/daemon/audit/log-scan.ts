// Finds matching events in the order of the log, for following, exporting and refreshing.
import { type AuditFilter, isEverything } from '../../shared/audit-filter.js';
import { createEffort } from './effort.js';
import type { EventRow } from './event-rows.js';
import { rowMatcher } from './event-values.js';
import type { LogView } from './log-view.js';
import { planQuery, walkPlan } from './query-plan.js';

/** Most rows that one call reads and compares with the filter: about 10 ms. */
const SCANNED_ROWS = 4_000;

/** Most matches that one call sorts by seq instead, and how much of the index it reads to find them. */
const SORTED_MATCHES = 4_000;
const SORTED_EFFORT = 50_000;

export interface Scan {
  /** Matching events by seq. */
  rows: EventRow[];
  /** Every event up to this seq was looked at. */
  scannedThrough: number;
}

/** At most `limit` matching events after `afterSeq`, out of a bounded number that is looked at. */
export function scanLog(view: LogView, afterSeq: number, filter: AuditFilter, limit: number): Scan {
  const size = view.size();
  if (afterSeq >= size) return { rows: [], scannedThrough: afterSeq };
  const maySpare = size - afterSeq > SCANNED_ROWS && !isEverything(filter);
  const sparse = maySpare ? sparseMatches(view, afterSeq, size, filter) : null;
  if (sparse === null) return scanRows(view, afterSeq, filter, limit);
  const seqs = sparse.slice(0, limit);
  return {
    rows: view.events.bySeqs(seqs),
    scannedThrough: sparse.length > limit ? seqs.at(-1)! : size,
  };
}

/** Reads row after row. */
function scanRows(view: LogView, afterSeq: number, filter: AuditFilter, limit: number): Scan {
  const matches = rowMatcher(filter, view.terms);
  const rows: EventRow[] = [];
  let scannedThrough = afterSeq;
  for (let read = 0; read < SCANNED_ROWS && rows.length < limit; ) {
    const some = view.events.after(scannedThrough, Math.min(limit, SCANNED_ROWS - read));
    if (some.length === 0) break;
    read += some.length;
    for (const row of some) {
      scannedThrough = row[0];
      if (matches(row)) rows.push(row);
      if (rows.length === limit) break;
    }
  }
  return { rows, scannedThrough };
}

/**
 * The seqs of all matches after `afterSeq`, if there are few in the whole log: then the index, which is ordered by
 * time, finds them without reading what lies between. `null` if there are many.
 */
function sparseMatches(view: LogView, afterSeq: number, size: number, filter: AuditFilter): number[] | null {
  const seqs: number[] = [];
  let matches = 0;
  const stoppedAt = walkPlan(planQuery(filter, view.terms), view.postings, {
    order: 'asc',
    after: null,
    snapshot: size,
    effort: createEffort(SORTED_EFFORT),
    visit(seq) {
      matches += 1;
      if (seq > afterSeq) seqs.push(seq);
      return matches <= SORTED_MATCHES;
    },
  });
  if (stoppedAt !== null || matches > SORTED_MATCHES) return null;
  return seqs.sort((a, b) => a - b);
}

// Visits the events that match a filter, newest first, as many as one question may read, in slices between which other
// queries get their turn.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditFilter } from '../../shared/audit-filter.js';
import { createEffort } from './effort.js';
import type { EventRow } from './event-rows.js';
import type { LogView } from './log-view.js';
import type { Position } from './posting-list.js';
import { planQuery, walkPlan } from './query-plan.js';

/** Bounds of one question: events that are read, and positions of the index that are looked at. */
const MAX_EVENTS = 100_000;
const MAX_EFFORT = 5_000_000;

/** Bounds of one slice: about 5 ms. */
const SLICE_EVENTS = 1_000;
const SLICE_EFFORT = 100_000;

/** @returns whether the bounds ended it: there may be more. */
export async function visitNewest(
  view: LogView,
  filter: AuditFilter,
  visit: (row: EventRow) => void,
): Promise<boolean> {
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
    for (const row of view.events.bySeqs(found.map(({ seq }) => seq))) visit(row);
    events += found.length;
    after = found.length === SLICE_EVENTS ? found.at(-1)! : stoppedAt;
    if (after === null) return false;
    await nextTurn();
  }
  return true;
}

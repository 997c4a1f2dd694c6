// All events that a filter matches, as places in the index. Slice by slice: other queries get their turn in between.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditFilter } from '../../../shared/audit-filter.js';
import { createEffort, PAGE_EFFORT } from '../effort.js';
import type { LogView } from '../log-view.js';
import { comparePositions, type Positions } from '../posting-block.js';
import type { Position } from '../posting-list.js';
import { planQuery, type QueryPlan, walkPlan } from '../query-plan.js';
import type { TermKey } from '../term.js';

/** Blocks of the index that are read at once: less than 1 ms. */
const BLOCKS_AT_ONCE = 100;

/** In the order of time. @param snapshot events with a `seq` above this are not there yet */
export async function allPositions(view: LogView, filter: AuditFilter, snapshot: number): Promise<Positions> {
  const plan = planQuery(filter, view.terms);
  const only = soleTerm(plan);
  if (only !== undefined) return termPositions(view, only, snapshot);
  const timestamps: number[] = [];
  const seqs: number[] = [];
  await walkAll(view, filter, snapshot, (seq, timestamp) => {
    timestamps.push(timestamp);
    seqs.push(seq);
    return true;
  });
  return { timestamps, seqs };
}

/** The one term that a plan asks for, if that is all it asks. */
function soleTerm({ include, exclude, since, until }: QueryPlan): TermKey | undefined {
  const [terms, ...others] = include ?? [];
  const isTimed = since !== 0 || until !== Number.POSITIVE_INFINITY;
  if (terms?.length !== 1 || others.length > 0 || exclude.length > 0 || isTimed) return undefined;
  return terms[0];
}

/** Block by block, several times faster than a walk that could also leap. */
async function termPositions(view: LogView, term: TermKey, snapshot: number): Promise<Positions> {
  const timestamps: number[] = [];
  const seqs: number[] = [];
  let block: Position = { timestamp: -1, seq: 0 };
  let last = block;
  for (;;) {
    const blocks = view.postings.after(term, block, BLOCKS_AT_ONCE);
    for (const { timestamps: times, seqs: places } of blocks) {
      for (let index = 0; index < places.length; index += 1) {
        const timestamp = times[index]!;
        const seq = places[index]!;
        // A block that was read may have become two since.
        if (seq > snapshot || comparePositions(timestamp, seq, last.timestamp, last.seq) <= 0) continue;
        timestamps.push(timestamp);
        seqs.push(seq);
      }
    }
    const end = blocks.at(-1);
    if (end === undefined || blocks.length < BLOCKS_AT_ONCE) return { timestamps, seqs };
    block = { timestamp: end.timestamps[0]!, seq: end.seqs[0]! };
    last = { timestamp: end.timestamps.at(-1)!, seq: end.seqs.at(-1)! };
    await nextTurn();
  }
}

/** Visits every match in the order of time, in slices. */
async function walkAll(
  view: LogView,
  filter: AuditFilter,
  snapshot: number,
  visit: (seq: number, timestamp: number) => boolean,
): Promise<void> {
  let after: Position | null = null;
  for (;;) {
    after = walkPlan(planQuery(filter, view.terms), view.postings, {
      order: 'asc',
      after,
      snapshot,
      effort: createEffort(PAGE_EFFORT),
      visit,
    });
    if (after === null) return;
    await nextTurn();
  }
}

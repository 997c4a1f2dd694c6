// Which events make the history of one object, and in which order. Objects that the daemon keeps follow the order of
// the log and their own data layer alone; those of other programs, whose reports can be late, follow time.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditFilter } from '../../../shared/audit-filter.js';
import { SOURCE_DATA_LAYER } from '../../../shared/vocabulary.js';
import { createEffort, PAGE_EFFORT } from '../effort.js';
import { FIELD } from '../event-body.js';
import { type Fields, outcomeOf } from '../event-values.js';
import type { LogView } from '../log-view.js';
import { comparePositions, type Positions } from '../posting-block.js';
import type { Position } from '../posting-list.js';
import { planQuery, walkPlan } from '../query-plan.js';
import { KIND } from '../term.js';

/** One object's history, as the caller may see it. */
export interface ObjectScope {
  /** `TYPE:ID`. */
  target: string;
  /** Events of this tenant alone. */
  tenantId?: string;
  /** The daemon keeps objects of this type. */
  managed: boolean;
}

/** Events that are read at once: about 2 ms. */
const SLICE_EVENTS = 500;

/** From so many events of an object on, its changes are sought in the index instead of being read out of them. */
const MANY_EVENTS = 20_000;

/** What of an object's events is asked for. */
export interface Wanted {
  /** Leave out views. */
  changesOnly: boolean;
  filter?: Partial<AuditFilter>;
  /** Events with a `seq` above this are not there yet. */
  snapshot: number;
}

export interface ObjectEvents {
  /** Whether the order is that of the log, and not that of time. */
  bySeq: boolean;
  /** Where the events are, in order. Some of them may turn out not to belong (`slicesOf` tells). */
  positions: Positions;
}

/** The events of one object, in the order of its history. Other queries get their turn in between. */
export async function objectEvents(
  view: LogView,
  { target, tenantId, managed }: ObjectScope,
  { changesOnly, filter = {}, snapshot }: Wanted,
): Promise<ObjectEvents> {
  const include = {
    ...filter.include,
    target: [target],
    ...(tenantId === undefined ? {} : { tenantId: [tenantId] }),
  };
  const kept = { include: { target: [target], source: [SOURCE_DATA_LAYER] }, exclude: {} };
  const bySeq = managed || (await anyMatch(view, kept, snapshot));
  const sought = changesOnly && hasManyEvents(view, target);
  const query = {
    exclude: {},
    ...filter,
    include: sought ? { ...include, action: ['created', 'changed', 'deleted'] } : include,
  };
  const positions = await allPositions(view, query, snapshot);
  return { bySeq, positions: bySeq ? sortedBySeq(positions) : positions };
}

function hasManyEvents({ db }: LogView, target: string): boolean {
  const events = db
    .prepare<[number, string], number>('SELECT events FROM terms WHERE kind = ? AND value = ?')
    .pluck()
    .get(KIND.target, target);
  return (events ?? 0) > MANY_EVENTS;
}

async function anyMatch(view: LogView, filter: AuditFilter, snapshot: number): Promise<boolean> {
  let found = false;
  await walkAll(view, filter, snapshot, () => {
    found = true;
    return false;
  });
  return found;
}

async function allPositions(view: LogView, filter: AuditFilter, snapshot: number): Promise<Positions> {
  const timestamps: number[] = [];
  const seqs: number[] = [];
  await walkAll(view, filter, snapshot, (seq, timestamp) => {
    timestamps.push(timestamp);
    seqs.push(seq);
    return true;
  });
  return { timestamps, seqs };
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

function sortedBySeq({ timestamps, seqs }: Positions): Positions {
  const inOrder = seqs.every((seq, index) => index === 0 || seqs[index - 1]! < seq);
  if (inOrder) return { timestamps, seqs };
  const places = seqs.map((_, index) => index).sort((a, b) => seqs[a]! - seqs[b]!);
  return { timestamps: places.map(at => timestamps[at]!), seqs: places.map(at => seqs[at]!) };
}

/** An event of an object's history. */
export interface ObjectEvent {
  seq: number;
  /** Milliseconds since the Unix epoch. */
  timestamp: number;
  fields: Fields;
}

/** The events from place `from` to before place `to` that belong to the history, slice by slice. */
export async function* slicesOf(
  view: LogView,
  { bySeq, positions: { seqs } }: ObjectEvents,
  { from = 0, to = seqs.length, backwards = false } = {},
): AsyncGenerator<ObjectEvent[]> {
  const belongs = ({ fields }: ObjectEvent) => {
    if (outcomeOf(fields[FIELD.happening]!) !== 'success') return false;
    return !bySeq || view.terms.text(fields[FIELD.source]!).value === SOURCE_DATA_LAYER;
  };
  for (let read = 0; from + read < to; read += SLICE_EVENTS) {
    const size = Math.min(SLICE_EVENTS, to - from - read);
    const start = backwards ? to - read - size : from + read;
    const slice = view.events
      .bodiesBySeqs(seqs.slice(start, start + size))
      .map(([seq, timestamp, body]) => ({ seq, timestamp, fields: body.split('\n') }))
      .filter(belongs);
    yield backwards ? slice.reverse() : slice;
    if (from + read + size < to) await nextTurn();
  }
}

/** How many of the positions come before `position` in their order. */
export function placeOf(
  { bySeq, positions: { timestamps, seqs } }: ObjectEvents,
  position: Position,
): number {
  const isBefore = (index: number) =>
    bySeq
      ? seqs[index]! < position.seq
      : comparePositions(timestamps[index]!, seqs[index]!, position.timestamp, position.seq) < 0;
  let low = 0;
  let high = seqs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

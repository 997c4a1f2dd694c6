// Which events make the history of one object, and in which order. Objects that the daemon keeps follow the order of
// the log and their own data layer alone; those of other programs, whose reports can be late, follow time.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditFilter } from '../../../shared/audit-filter.js';
import { SOURCE_DATA_LAYER } from '../../../shared/vocabulary.js';
import { FIELD } from '../event-body.js';
import { fieldOf, outcomeOf, touchedFields } from '../event-values.js';
import type { LogView } from '../log-view.js';
import { comparePositions, type Positions } from '../posting-block.js';
import type { Position } from '../posting-list.js';
import { KIND, type Kind } from '../term.js';
import type { TermReader } from '../term-reader.js';
import { allPositions } from './all-positions.js';

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
  /** Also what others than the data layer made of an object that the daemon keeps. */
  fromAnywhere?: boolean;
}

export interface ObjectEvents {
  /** Whether the order is that of the log, and not that of time. */
  bySeq: boolean;
  /** Where the events are, in order, together with some that turn out not to belong. */
  positions: Positions;
  /** Whether an event at one of them does, by its body. */
  belongs(body: string): boolean;
}

/** The events of one object, in the order of its history. Other queries get their turn in between. */
export async function objectEvents(
  view: LogView,
  { target, tenantId, managed }: ObjectScope,
  { changesOnly, filter = {}, snapshot, fromAnywhere = false }: Wanted,
): Promise<ObjectEvents> {
  const include = { target: [target] };
  const all = await allPositions(view, { include, exclude: {} }, snapshot);
  const bySeq = managed || (await view.kept.isKept(target, all.seqs, snapshot));
  let positions = within(all, filter);
  if (changesOnly && all.seqs.length > MANY_EVENTS) {
    const action = ['created', 'changed', 'deleted'];
    positions = await allPositions(view, { include: { ...include, action }, exclude: {} }, snapshot);
  }
  const { field: fields } = filter.include ?? {};
  return {
    bySeq,
    positions: bySeq ? sortedBySeq(positions) : positions,
    belongs: membership(view.terms, {
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(fields === undefined ? {} : { fields }),
      ...(bySeq && !fromAnywhere ? { source: SOURCE_DATA_LAYER } : {}),
    }),
  };
}

/** Those in the time that a filter asks for. They are in the order of time. */
function within({ timestamps, seqs }: Positions, { since, until }: Partial<AuditFilter>): Positions {
  const from = since === undefined ? 0 : firstAt(timestamps, since);
  const to = until === undefined ? seqs.length : firstAt(timestamps, until);
  return { timestamps: timestamps.slice(from, to), seqs: seqs.slice(from, to) };
}

function firstAt(timestamps: readonly number[], time: number): number {
  const index = timestamps.findIndex(timestamp => timestamp >= time);
  return index < 0 ? timestamps.length : index;
}

interface Members {
  tenantId?: string;
  /** Changes of any of these. */
  fields?: readonly string[];
  source?: string;
}

/**
 * Tests the bodies of an object's events. Reading them all costs less than seeking each of them among those of half
 * of the log, as the tenant's or the changes of a field can be.
 */
function membership(terms: TermReader, { tenantId, fields, source }: Members): (body: string) => boolean {
  const idOf = (kind: Kind, value: string) => terms.id(kind, value)?.toString(36);
  const wanted: [field: number, id: string | undefined][] = [];
  if (source !== undefined) wanted.push([FIELD.source, idOf(KIND.source, source)]);
  if (tenantId !== undefined) wanted.push([FIELD.tenantId, idOf(KIND.tenantId, tenantId)]);
  return body =>
    outcomeOf(fieldOf(body, FIELD.happening)) === 'success' &&
    wanted.every(([field, id]) => id !== undefined && fieldOf(body, field) === id) &&
    (fields === undefined || touchedFields(fieldOf(body, FIELD.changes)).some(name => fields.includes(name)));
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
  /** As event-body.ts writes it. */
  body: string;
}

/** The events from place `from` to before place `to` that belong to the history, slice by slice. */
export async function* slicesOf(
  view: LogView,
  { belongs, positions: { timestamps, seqs } }: ObjectEvents,
  { from = 0, to = seqs.length, backwards = false } = {},
): AsyncGenerator<ObjectEvent[]> {
  for (let read = 0; from + read < to; read += SLICE_EVENTS) {
    const size = Math.min(SLICE_EVENTS, to - from - read);
    const start = backwards ? to - read - size : from + read;
    const slice = view.events
      .bodiesBySeqs(seqs.slice(start, start + size))
      .map((body = '', index) => ({ seq: seqs[start + index]!, timestamp: timestamps[start + index]!, body }))
      .filter(({ body }) => body !== '' && belongs(body));
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

// The part of the log that a table holds: stretches of events side by side, newest first, each knowing how to ask
// for what lies past its ends. Bounded: what is far from where one reads is dropped and fetched again when wanted.
// Pure: every function answers a new window.
import type { Page } from '../../../shared/api.js';
import type { DataEvent } from '../../../shared/data-event.js';
import type { Order } from '../../../shared/vocabulary.js';

/**
 * How to ask for what lies past an end: a cursor of the query in that order; where there is none (a cut through
 * events that came in live) by time; `null` when nothing lies there.
 */
export type Edge = { cursor: string; order: Order } | { until: number } | { since: number } | null;

/** Events without a gap between them, newest first. */
export interface Stretch {
  events: readonly DataEvent[];
  newer: Edge;
  older: Edge;
}

export interface EventWindow {
  stretches: readonly Stretch[];
  /**
   * The stretch at the newest end, kept while the window is elsewhere, so that going back there asks nothing.
   * `undefined` when it is in the window, or was never loaded.
   */
  head: Stretch | undefined;
}

/** Most events that a window holds, unless all are wanted. */
export const WINDOW_EVENTS = 4000;

export const EMPTY_WINDOW: EventWindow = { stretches: [], head: undefined };

/** One event of the log, and all that is around it still to be asked for. */
export function windowAt(event: DataEvent): EventWindow {
  const { timestamp } = event;
  const around = { events: [event], newer: { since: timestamp }, older: { until: timestamp + 1 } };
  return { stretches: [around], head: undefined };
}

/** What a page answered: the beginning of the list in an order, or what lies past an edge. */
export type Asked = { start: Order } | NonNullable<Edge>;

/** A page as a stretch. */
export function stretchOf(page: Page<DataEvent>, asked: Asked): Stretch {
  const order = orderOf(asked);
  const events = order === 'asc' ? page.data.toReversed() : page.data;
  const edge = (cursor: string | null): Edge => (cursor === null ? null : { cursor, order });
  const [newer, older] = order === 'asc' ? [page.next, page.prev] : [page.prev, page.next];
  if ('until' in asked) return { events, newer: { since: asked.until - 1 }, older: edge(older) };
  if ('since' in asked) return { events, newer: edge(newer), older: { until: asked.since + 1 } };
  // What lies past the newest end is yet to happen: following shows it, scrolling does not.
  if ('start' in asked && order === 'desc') return { events, newer: null, older: edge(older) };
  return { events, newer: edge(newer), older: edge(older) };
}

/** The order in which to ask. */
export function orderOf(asked: Asked): Order {
  if ('start' in asked) return asked.start;
  if ('cursor' in asked) return asked.order;
  return 'until' in asked ? 'desc' : 'asc';
}

/** All events of the window, newest first. */
export function eventsOf({ stretches }: EventWindow): readonly DataEvent[] {
  const known = flattened.get(stretches);
  if (known !== undefined) return known;
  const [first, ...more] = stretches;
  const events = more.length === 0 ? (first?.events ?? []) : stretches.flatMap(({ events }) => events);
  flattened.set(stretches, events);
  return events;
}
const flattened = new WeakMap<EventWindow['stretches'], readonly DataEvent[]>();

export function newerEdge(window: EventWindow): Edge {
  return window.stretches[0]?.newer ?? null;
}
export function olderEdge(window: EventWindow): Edge {
  return window.stretches.at(-1)?.older ?? null;
}

/** Whether the window begins at the newest event there is. */
export function isAtHead(window: EventWindow): boolean {
  return window.head === undefined && newerEdge(window) === null;
}

/** The window with a stretch more at its older end; what is too much goes at the newer end. */
export function withOlder(window: EventWindow, stretch: Stretch, most = WINDOW_EVENTS): EventWindow {
  let stretches = withoutEmpty([...window.stretches, unknownOf(window, stretch)]);
  let head = window.head;
  while (count(stretches) > most && stretches.length > 2) {
    if (isAtHead({ stretches, head })) head = trimmed(stretches[0]);
    stretches = stretches.slice(1);
  }
  return { stretches, head };
}

/** The window with a stretch more at its newer end; what is too much goes at the older end. */
export function withNewer(window: EventWindow, stretch: Stretch, most = WINDOW_EVENTS): EventWindow {
  const { head } = window;
  const fresh = unknownOf(window, stretch);
  // The cursor at the newest end never ends: it gives what is yet to come. Whoever meets the head has arrived.
  const headSeqs = new Set(head?.events.map(({ seq }) => seq));
  const meets = fresh.events.some(({ seq }) => headSeqs.has(seq));
  const [newest] = fresh.events;
  if (newest !== undefined && fresh.newer === null && !meets && isCut(head)) {
    // While this page was on its way more came than the head holds: what is between is still to be asked for.
    fresh.newer = { since: newest.timestamp };
  }
  const arrived = head !== undefined && (fresh.newer === null || meets);
  let stretches = withoutEmpty([fresh, ...window.stretches]);
  if (arrived)
    stretches = withoutEmpty([unended(unknownOf({ stretches, head: undefined }, head)), ...stretches]);
  if (arrived && stretches[0] !== undefined) stretches[0] = { ...stretches[0], newer: null };
  while (count(stretches) > most && stretches.length > 2) stretches = stretches.slice(0, -1);
  return { stretches, head: arrived ? undefined : head };
}

/** A stretch less what the window holds already. */
function unknownOf(window: EventWindow, stretch: Stretch): Stretch {
  const known = new Set(eventsOf(window).map(({ seq }) => seq));
  return { ...stretch, events: stretch.events.filter(({ seq }) => !known.has(seq)) };
}

/** A page can be empty and have a next one: its neighbour then stands for both. */
function withoutEmpty(stretches: Stretch[]): Stretch[] {
  const kept: Stretch[] = [];
  for (const stretch of stretches) {
    const last = kept.at(-1);
    if (last?.events.length === 0) kept[kept.length - 1] = { ...stretch, newer: last.newer };
    else if (last !== undefined && stretch.events.length === 0)
      kept[kept.length - 1] = { ...last, older: stretch.older };
    else kept.push(stretch);
  }
  return kept;
}

/** A head with something to go on by, should all that is behind it be dropped. */
function unended(head: Stretch): Stretch {
  return cutBehind(head, head.events.length);
}

/** The newest end, asking nothing, or `undefined` when it is not at hand. */
export function atHead(window: EventWindow): EventWindow | undefined {
  if (window.head !== undefined) return { stretches: [window.head], head: undefined };
  return isAtHead(window) ? window : undefined;
}

/** A window somewhere else, which remembers the head. */
export function elsewhere(window: EventWindow, stretch: Stretch): EventWindow {
  const head = window.head ?? (isAtHead(window) ? trimmed(window.stretches[0]) : undefined);
  return { stretches: [stretch], head };
}

export interface Arrival {
  window: EventWindow;
  /** How many were put in, in rows from the top; the others were known, or belong past the older end. */
  insertedAt: number[];
  /** How many belong to the head while the window is elsewhere. */
  beyond: number;
  /** How many rows are no longer held above the first one. */
  cut: number;
}

/** From so many rows below the newest end on, what arrives there is kept apart. */
const FAR_DOWN = 1000;
/** Rows above the cursor that are kept then: enough that none has to be fetched as long as it rests. */
const KEPT_ABOVE = 500;

/**
 * The window after events that have just been stored, which may be late and belong further down.
 * @param cursor the row of the event that is to stay in the window, however many arrive
 */
export function withArrivals(window: EventWindow, arrived: readonly DataEvent[], cursor = 0): Arrival {
  const { head } = window;
  if (!isAtHead(window)) {
    if (head === undefined) return { window, insertedAt: [], beyond: arrived.length, cut: 0 };
    const { stretch, insertedAt } = withInserted(head, arrived);
    const next = { ...window, head: trimmed(stretch) };
    return { window: next, insertedAt: [], beyond: insertedAt.length, cut: 0 };
  }
  const [first = { events: [], newer: null, older: null }, ...more] = window.stretches;
  const { stretch, insertedAt } = withInserted(first, arrived, more.length === 0);
  const stretches = [stretch, ...more];
  const row = cursor + insertedAt.filter((at, index) => at <= cursor + index).length;
  const cut = row > FAR_DOWN ? row - KEPT_ABOVE : 0;
  const next =
    cut > 0
      ? { stretches: cutAbove(stretches, cut), head: trimmed(stretch) }
      : { stretches: bounded(stretches), head: undefined };
  return { window: next, insertedAt, beyond: 0, cut };
}

/** A stretch with the events that belong into it, and where they stand in it. @param isLast nothing is held past its older end */
function withInserted(stretch: Stretch, arrived: readonly DataEvent[], isLast = true) {
  const last = stretch.events.at(-1);
  const isEnd = last === undefined || (isLast && stretch.older === null);
  const fitting = arrived.filter(event => isEnd || isNewer(event, last));
  const { events, insertedAt } = merge(stretch.events, fitting);
  return { stretch: { ...stretch, events }, insertedAt };
}

/** The stretches without the rows above one; they can be asked for by time. */
function cutAbove(stretches: readonly Stretch[], row: number): readonly Stretch[] {
  const [first, ...more] = stretches;
  if (first === undefined) return stretches;
  if (row >= first.events.length && more.length > 0) return cutAbove(more, row - first.events.length);
  const events = first.events.slice(row);
  const [newest] = events;
  return newest === undefined
    ? stretches
    : [{ ...first, events, newer: { since: newest.timestamp } }, ...more];
}

/** Following can go on for days: what is far below goes, and can be asked for by time. */
function bounded(stretches: readonly Stretch[]): readonly Stretch[] {
  let kept = stretches;
  while (count(kept) > WINDOW_EVENTS && kept.length > 1) kept = kept.slice(0, -1);
  const [only] = kept;
  if (only === undefined || kept.length > 1 || only.events.length <= WINDOW_EVENTS) return kept;
  return [cutBehind(only, WINDOW_EVENTS - WINDOW_EVENTS / 4)];
}

/** The events of the head that are worth keeping while one is elsewhere. */
const HEAD_EVENTS = 500;
function trimmed(head: Stretch | undefined): Stretch | undefined {
  return head === undefined || head.events.length <= HEAD_EVENTS ? head : cutBehind(head, HEAD_EVENTS / 2);
}

/** Whether there may be events between those of the head and what is held. */
function isCut(head: Stretch | undefined): boolean {
  return head !== undefined && head.events.length > 0 && head.older !== null;
}

function cutBehind(stretch: Stretch, length: number): Stretch {
  const events = stretch.events.slice(0, length);
  const last = events.at(-1);
  return last === undefined ? stretch : { ...stretch, events, older: { until: last.timestamp + 1 } };
}

/** Both in their order; few are put into many, near their top. */
function merge(events: readonly DataEvent[], more: readonly DataEvent[]) {
  const merged: DataEvent[] = [];
  const insertedAt: number[] = [];
  let at = 0;
  for (const one of more.toSorted((a, b) => (isNewer(a, b) ? -1 : 1))) {
    for (let event = events[at]; event !== undefined && isNewer(event, one); event = events[at]) {
      merged.push(event);
      at += 1;
    }
    if (events[at]?.seq === one.seq || merged.at(-1)?.seq === one.seq) continue;
    insertedAt.push(merged.length);
    merged.push(one);
  }
  return { events: merged.concat(events.slice(at)), insertedAt };
}

/** The order of lists: timestamp, then seq. */
function isNewer(a: DataEvent, b: DataEvent): boolean {
  return a.timestamp === b.timestamp ? a.seq > b.seq : a.timestamp > b.timestamp;
}

function count(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { events }) => sum + events.length, 0);
}

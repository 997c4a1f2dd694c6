// Answers one page of an object's history: lines made of its events, newest first or oldest first.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { Order } from '../../../shared/vocabulary.js';
import { FIELD } from '../event-body.js';
import { eventJson } from '../event-json.js';
import { actionOf, countOf } from '../event-values.js';
import type { LogView } from '../log-view.js';
import { formatCursor, type PageCursor, parseCursor, queryDigest } from '../page-cursor.js';
import type { Position } from '../posting-list.js';
import {
  type ObjectEvent,
  type ObjectEvents,
  type ObjectScope,
  objectEvents,
  placeOf,
  slicesOf,
} from './object-events.js';
import { foldEvents, type Line, type Occurred, viewsOf } from './timeline.js';

export interface HistoryQuery extends ObjectScope {
  /** `field`, `since` and `until` at most. */
  filter: AuditFilter;
  order: Order;
  /** Lines, 1 to 1000. */
  limit: number;
  /** From an earlier page of the same query. */
  cursor?: string;
  /** Whether the answer may show `context`. */
  withContext: boolean;
}

export interface HistoryPage {
  /** A JSON array of lines, in bytes. */
  data: Uint8Array;
  count: number;
  /** Goes on in the order asked; `null` is the end. */
  next: string | null;
  /** Goes the other way; at the newest end it stays good for what comes later. */
  prev: string | null;
}

/** Most events that one page reads; a line of more views than that goes on in the next page. */
const MAX_EVENTS = 20_000;

/** An event and its place among those that were read. */
type Event = Occurred & { place: number };

/** What a page holds, in the order asked, and how it goes on, before either is written down. */
interface PageContent {
  lines: Line<Event>[];
  next: PageCursor | null;
  prev: PageCursor | null;
}

/** @throws Problem `bad_request` for a cursor that is malformed or belongs to another query */
export async function historyPage(view: LogView, query: HistoryQuery): Promise<HistoryPage> {
  const { order, filter, target, withContext } = query;
  const size = view.size();
  const digest = queryDigest({ ...filter, include: { ...filter.include, target: [target] } }, order);
  const cursor: PageCursor =
    query.cursor === undefined
      ? { way: 'next', snapshot: size, position: null }
      : parseCursor(query.cursor, digest, size);
  const { lines, next, prev } =
    cursor.way === 'newer'
      ? await newer(view, query, cursor.snapshot, size)
      : await listed(view, query, cursor);
  const json = lines.map(line => lineJson(view, line, withContext));
  return {
    data: new TextEncoder().encode(`[${json.join(',')}]`),
    count: json.length,
    next: next && formatCursor(next, digest),
    prev: prev && formatCursor(prev, digest),
  };
}

/** A part of the lines as they were at the snapshot. Folding gives the same ones from either side. */
async function listed(
  view: LogView,
  query: HistoryQuery,
  { way, snapshot, position }: Exclude<PageCursor, { way: 'newer' }>,
): Promise<PageContent> {
  const { order, limit, filter } = query;
  const walked = way === 'next' ? order : opposite(order);
  const events = await objectEvents(view, query, { changesOnly: false, filter, snapshot });
  const { lines, isEnd } = await readLines(view, events, rangeAfter(events, walked, position), limit);
  const far = isEnd ? null : edgeOf(lines.at(-1)!, 'last');
  const near = lines[0] === undefined ? position && beside(position, walked) : edgeOf(lines[0], 'first');
  /** Before the newest end comes what is yet to be appended. */
  const before = (at: Position | null): PageCursor | null => {
    if (at !== null) return { way: 'prev', snapshot, position: at };
    return order === 'desc' ? { way: 'newer', snapshot } : null;
  };
  if (way === 'next') {
    return {
      lines,
      next: far && { way, snapshot, position: far },
      prev: before(position === null ? null : near),
    };
  }
  const turned = lines.reverse().map(({ done, views }) => ({ done: done.reverse(), views: views.reverse() }));
  return { lines: turned, next: { way: 'next', snapshot, position: near }, prev: before(far) };
}

/** What was appended after the snapshot, at most `limit` events by seq. */
async function newer(
  view: LogView,
  query: HistoryQuery,
  snapshot: number,
  size: number,
): Promise<PageContent> {
  const { order, limit, filter } = query;
  const { positions, ...rest } = await objectEvents(view, query, {
    changesOnly: false,
    filter,
    snapshot: size,
  });
  const appended = positions.seqs.filter(seq => seq > snapshot).sort((a, b) => a - b);
  const through = appended[limit - 1] ?? size;
  const timestamps = positions.timestamps.filter((_, index) => isNew(positions.seqs[index]!));
  const seqs = positions.seqs.filter(isNew);
  function isNew(seq: number): boolean {
    return seq > snapshot && seq <= through;
  }
  const events = { ...rest, positions: { timestamps, seqs } };
  const { lines } = await readLines(view, events, { backwards: order === 'desc' }, seqs.length + 1);
  return {
    lines,
    next: snapshot === 0 ? null : { way: 'next', snapshot, position: null },
    prev: { way: 'newer', snapshot: through },
  };
}

/** At most `limit` lines of a range, and whether the range ends with them. */
async function readLines(
  view: LogView,
  events: ObjectEvents,
  range: ReturnType<typeof rangeAfter>,
  limit: number,
): Promise<{ lines: Line<Event>[]; isEnd: boolean }> {
  const lines: Line<Event>[] = [];
  const folding = foldEvents<Event>();
  let read = 0;
  const isFull = () => lines.length >= limit || read >= MAX_EVENTS;
  for await (const slice of slicesOf(view, events, range)) {
    for (const event of slice) {
      if (isFull()) break;
      lines.push(...folding.add(occurred(view, event, read)));
      read += 1;
    }
    if (isFull()) break;
  }
  // The line that is still open is whole only at the end of everything; else the next page begins with it.
  const isEnd = !isFull();
  if (isEnd || lines.length === 0) lines.push(...folding.rest());
  return { lines, isEnd };
}

const opposite = (order: Order): Order => (order === 'asc' ? 'desc' : 'asc');

/** The part of the events in which a page begins. */
function rangeAfter(events: ObjectEvents, order: Order, after: Position | null) {
  const backwards = order === 'desc';
  if (after === null) return { backwards };
  if (backwards) return { backwards, to: placeOf(events, after) };
  return { backwards, from: placeOf(events, { ...after, seq: after.seq + 1 }) };
}

/** Where the event of a line was that was read first, or last. */
function edgeOf({ done, views }: Line<Event>, edge: 'first' | 'last'): Position {
  const sign = edge === 'last' ? 1 : -1;
  const { timestamp, seq } = [...done, ...views].reduce((found, one) =>
    sign * (one.place - found.place) > 0 ? one : found,
  );
  return { timestamp, seq };
}

/** From an empty page the way back includes the position that it was asked for. */
function beside({ timestamp, seq }: Position, walked: Order): Position {
  return { timestamp, seq: seq + (walked === 'asc' ? 1 : -1) };
}

function occurred(view: LogView, { seq, timestamp, body }: ObjectEvent, place: number): Event {
  const fields = body.split('\n');
  const requestId = fields[FIELD.requestId];
  return {
    place,
    seq,
    timestamp,
    isView: actionOf(fields[FIELD.happening]!) === 'viewed',
    actor: view.terms.text(fields[FIELD.actor]!).value,
    count: countOf(fields),
    ...(requestId ? { requestId } : {}),
  };
}

function lineJson(view: LogView, { done, views }: Line<Event>, withContext: boolean): string {
  const { timestamp, seq, requestId } = done[0] ?? views[0]!;
  const rows = view.events.bySeqs(done.map(event => event.seq));
  const events = rows.map(row => eventJson(row, view.terms, withContext));
  const isRequest = done.length > 0 && requestId !== undefined;
  const request = isRequest ? `,"requestId":${requestId}` : '';
  const seen = views.length === 0 ? '' : `,"views":${JSON.stringify(viewsOf(views))}`;
  return `{"timestamp":${timestamp},"seq":${seq}${request},"events":[${events.join(',')}]${seen}}`;
}

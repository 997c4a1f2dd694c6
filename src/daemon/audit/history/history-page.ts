// Answers one page of an object's history: lines made of its events, newest first or oldest first.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { Order } from '../../../shared/vocabulary.js';
import { FIELD } from '../event-body.js';
import { eventJson } from '../event-json.js';
import { actionOf, countOf } from '../event-values.js';
import type { LogView } from '../log-view.js';
import { formatCursor, parseCursor, queryDigest } from '../page-cursor.js';
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
}

/** Most events that one page reads; a line of more views than that goes on in the next page. */
const MAX_EVENTS = 20_000;

/** An event and its place among those that were read. */
type Event = Occurred & { place: number };

/** @throws Problem `bad_request` for a cursor that is malformed or belongs to another query */
export async function historyPage(view: LogView, query: HistoryQuery): Promise<HistoryPage> {
  const { order, limit, filter, target, withContext } = query;
  const digest = queryDigest({ ...filter, include: { ...filter.include, target: [target] } }, order);
  const { snapshot, after } = beginning(query.cursor, digest, view.size());
  const events = await objectEvents(view, query, { changesOnly: false, filter, snapshot });
  const lines: Line<Event>[] = [];
  const folding = foldEvents<Event>();
  let read = 0;
  const isFull = () => lines.length >= limit || read >= MAX_EVENTS;
  for await (const slice of slicesOf(view, events, rangeAfter(events, order, after))) {
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
  const json = lines.map(line => lineJson(view, line, withContext));
  return {
    data: new TextEncoder().encode(`[${json.join(',')}]`),
    count: json.length,
    next: isEnd ? null : formatCursor({ way: 'next', snapshot, position: endOf(lines.at(-1)!) }, digest),
  };
}

/** The log that a query sees, and past which position of it this page begins; `null` from the very end. */
function beginning(cursor: string | undefined, digest: string, size: number) {
  if (cursor === undefined) return { snapshot: size, after: null };
  const parsed = parseCursor(cursor, digest, size);
  return { snapshot: parsed.snapshot, after: parsed.way === 'next' ? parsed.position : null };
}

/** The part of the events in which a page begins. */
function rangeAfter(events: ObjectEvents, order: Order, after: Position | null) {
  const backwards = order === 'desc';
  if (after === null) return { backwards };
  if (backwards) return { backwards, to: placeOf(events, after) };
  return { backwards, from: placeOf(events, { ...after, seq: after.seq + 1 }) };
}

/** Where the last event of a line was read. */
function endOf({ done, views }: Line<Event>): Position {
  const { timestamp, seq } = [...done, ...views].reduce((last, one) => (one.place > last.place ? one : last));
  return { timestamp, seq };
}

function occurred(view: LogView, { seq, timestamp, fields }: ObjectEvent, place: number): Event {
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

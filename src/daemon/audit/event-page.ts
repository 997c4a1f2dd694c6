// Answers one page of a query. What its cursors mean is said in page-cursor.ts.
import type { DataEvent } from '../../shared/data-event.js';
import { isReadingBy } from '../../shared/own-reading.js';
import type { EventPage, EventQuery } from './audit-log.js';
import { createEffort, PAGE_EFFORT } from './effort.js';
import { eventJson } from './event-json.js';
import type { EventRow } from './event-rows.js';
import { scanLog } from './log-scan.js';
import type { LogView } from './log-view.js';
import { formatCursor, type PageCursor, parseCursor, queryDigest } from './page-cursor.js';
import { comparePositions } from './posting-block.js';
import type { Position } from './posting-list.js';
import { planQuery, walkPlan } from './query-plan.js';

/** What a page holds and how it goes on, before either is written down. */
interface PageContent {
  rows: EventRow[];
  next: PageCursor | null;
  prev: PageCursor | null;
}

/** @throws Problem `bad_request` for a cursor that is malformed or belongs to another query. */
export function eventPage(view: LogView, query: EventQuery): EventPage {
  const size = view.size();
  const digest = queryDigest(query.filter, query.order);
  const cursor: PageCursor =
    query.cursor === undefined
      ? { way: 'next', snapshot: size, position: null }
      : parseCursor(query.cursor, digest, size);
  const { rows, next, prev } =
    cursor.way === 'newer' ? newer(view, query, cursor.snapshot) : listed(view, query, cursor);
  const json = rows.map(row => eventJson(row, view.terms, query.withContext));
  return {
    data: new TextEncoder().encode(`[${json.join(',')}]`),
    count: rows.length,
    next: next && formatCursor(next, digest),
    prev: prev && formatCursor(prev, digest),
  };
}

/** A part of the list as it was at the snapshot. */
function listed(
  view: LogView,
  { filter, order, limit }: EventQuery,
  cursor: Exclude<PageCursor, { way: 'newer' }>,
): PageContent {
  const { way, snapshot, position } = cursor;
  const walked = way === 'next' ? order : order === 'asc' ? 'desc' : 'asc';
  const found: Position[] = [];
  const stoppedAt = walkPlan(planQuery(filter, view.terms), view.postings, {
    order: walked,
    after: position,
    snapshot,
    effort: createEffort(PAGE_EFFORT),
    visit(seq, timestamp) {
      found.push({ timestamp, seq });
      return found.length <= limit;
    },
  });
  // One more than asked for was looked for, to know whether there is more.
  const more = found.length > limit ? found[limit - 1]! : stoppedAt;
  const shown = found.slice(0, limit);
  const rows = view.events.at(shown);
  const first = shown[0] ?? position;

  if (way === 'next') {
    return {
      rows,
      next: more && { way, snapshot, position: more },
      prev: before(position === null ? null : backFrom(first!, shown.length > 0, order)),
    };
  }
  return {
    rows: rows.reverse(),
    next: { way: 'next', snapshot, position: backFrom(first!, shown.length > 0, walked) },
    prev: before(more),
  };

  /** What comes before `at` in the order asked; before the newest end comes what is yet to be appended. */
  function before(at: Position | null): PageCursor | null {
    if (at !== null) return { way: 'prev', snapshot, position: at };
    return order === 'desc' ? { way: 'newer', snapshot } : null;
  }
}

/**
 * The position past which a walk against `order` gives what comes before the page: its first event, or, if it is
 * empty, the position it was asked for, which then belongs to what comes before.
 */
function backFrom(first: Position, isShown: boolean, order: 'asc' | 'desc'): Position {
  if (isShown) return first;
  return { timestamp: first.timestamp, seq: first.seq + (order === 'asc' ? 1 : -1) };
}

/** What was appended after the snapshot, by seq, shown in the order asked. */
function newer(view: LogView, { filter, order, limit, reader }: EventQuery, snapshot: number): PageContent {
  const { rows: found, scannedThrough } = scanLog(view, snapshot, filter, limit);
  const rows = reader === undefined ? found : found.filter(row => !isReadingBy(eventOf(view, row), reader));
  const sign = order === 'asc' ? 1 : -1;
  rows.sort((a, b) => sign * comparePositions(a[2], a[0], b[2], b[0]));
  return {
    rows,
    next: snapshot === 0 ? null : { way: 'next', snapshot, position: null },
    prev: { way: 'newer', snapshot: scannedThrough },
  };
}

const eventOf = (view: LogView, row: EventRow) => JSON.parse(eventJson(row, view.terms, false)) as DataEvent;

// A list of events as something that one moves through: a query, the part of its answer that is held, the cursor.
// The interactive table is one, each step of the explorer's path another. Pure.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import type { Order } from '../../../shared/vocabulary.js';
import { type ColumnName, comparing } from './columns.js';
import { EMPTY_WINDOW, type EventWindow, eventsOf, windowAt } from './event-window.js';

/** By time the daemon sorts; by anything else the rows are loaded and sorted here. */
export type Sort = { by: 'time'; order: Order } | { by: Exclude<ColumnName, 'time'> };

/** `lost`: it was on, and is tried again. */
export type Following = 'off' | 'starting' | 'on' | 'lost';

/** To what happened last at or before a time; with `after` to what happened first at or after it. */
export interface TimeJump {
  time: number;
  after?: true;
  /** To this event of that time. */
  seq?: number;
}

/** A way that leads past the rows that are loaded, from the event under the cursor: it is gone as they come. */
export interface OwedWay {
  from: number;
  /** Rows that cursor and view are still to go; down is positive. */
  cursor: number;
  view: number;
}

export interface EventList {
  /** Counts the queries: what still comes for an earlier one is dropped. */
  epoch: number;
  filter: AuditFilter;
  sort: Sort;
  window: EventWindow;
  /** The events of the window as they are shown. */
  rows: readonly DataEvent[];
  /** How many rows lie above the first of `rows`; `undefined` after a jump to the other end. */
  above: number | undefined;
  /** Whether the first page is there. */
  loaded: boolean;
  /** A jump that needs rows that are not loaded. */
  jump: 'start' | 'end' | TimeJump | undefined;
  /** What went wrong when rows were last asked for; nothing is asked until a key is pressed. */
  fault: string | undefined;
  /** With a fault: the same question again would be refused again, another filter might not. */
  refused: boolean;
  /** The daemon had not stored everything when it answered. */
  stale: boolean;
  selected: number;
  top: number;
  owed: OwedWay | undefined;
  following: Following;
  /** Everything up to here was looked at by the query or by following: following goes on from there without a gap. */
  storedSeq: number;
  /** How many have come in above what is shown. */
  unseen: number;
  /** Why nothing may have been found. */
  hints: readonly string[];
  /** What questions that follow from the events are asked with. */
  within: string | undefined;
}

/** A query of which nothing has been asked yet. @param known an event that is among its answer, shown until that is there */
export function newList(
  asked: { epoch: number; filter: AuditFilter; sort: Sort },
  known?: DataEvent,
): EventList {
  const rows = known === undefined ? [] : [known];
  return {
    ...asked,
    window: known === undefined ? EMPTY_WINDOW : windowAt(known),
    rows,
    above: known === undefined ? 0 : undefined,
    loaded: false,
    jump: undefined,
    fault: undefined,
    refused: false,
    stale: false,
    selected: 0,
    top: 0,
    owed: undefined,
    following: 'off',
    storedSeq: 0,
    unseen: 0,
    hints: [],
    within: undefined,
  };
}

/** The event under the cursor. */
export function selectedEvent({
  rows,
  selected,
}: Pick<EventList, 'rows' | 'selected'>): DataEvent | undefined {
  return rows[selected];
}

/** Whether the top of the list is the newest event. */
export function newestFirst({ sort }: Pick<EventList, 'sort'>): boolean {
  return sort.by === 'time' && sort.order === 'desc';
}

export function sortedRows(window: EventWindow, sort: Sort): readonly DataEvent[] {
  const events = eventsOf(window);
  if (sort.by !== 'time') return events.toSorted(comparing(sort.by));
  return sort.order === 'desc' ? events : events.toReversed();
}

/** The list with another window: the same event under the cursor, and the cursor where it was on the screen. */
export function anchored<L extends EventList>(list: L, window: EventWindow): L {
  const rows = sortedRows(window, list.sort);
  const anchor = selectedEvent(list);
  const found = anchor === undefined ? -1 : rows.findIndex(({ seq }) => seq === anchor.seq);
  const selected = found < 0 ? Math.min(list.selected, Math.max(0, rows.length - 1)) : found;
  return { ...list, window, rows, selected, top: list.top + selected - list.selected };
}

/** The list with its cursor on a row, and that row among the `lines` that are shown. */
export function clamped<L extends EventList>(list: L, lines: number): L {
  const last = Math.max(0, list.rows.length - 1);
  const selected = Math.max(0, Math.min(list.selected, last));
  const highest = Math.min(selected, Math.max(0, list.rows.length - lines));
  const top = Math.max(Math.min(list.top, highest), selected - lines + 1, 0);
  const unseen = top === 0 && list.window.head === undefined ? 0 : list.unseen;
  return { ...list, selected, top, unseen };
}

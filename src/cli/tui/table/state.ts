// Everything that the interactive table knows, as one value. It is changed by actions (what a key does) and by
// happenings (what the daemon, the clock and the terminal say), both pure; views show it, the loader serves it.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import type { Order } from '../../../shared/vocabulary.js';
import type { LineInput } from '../line-input.js';
import { lineOf } from '../line-input.js';
import type { TerminalSize } from '../terminal/terminal.js';
import { type ColumnName, comparing } from './columns.js';
import { EMPTY_WINDOW, type EventWindow, eventsOf } from './event-window.js';

/** By time the daemon sorts; by anything else the rows are loaded and sorted here. */
export type Sort = { by: 'time'; order: Order } | { by: Exclude<ColumnName, 'time'> };

/** Where the keys go. */
export type Place = 'table' | 'detail' | 'help' | 'search' | 'filter' | 'columns' | 'sort';

/** `lost`: it was on, and is tried again. */
export type Following = 'off' | 'starting' | 'on' | 'lost';

/** What the request of the event in the detail also did. */
export type Related =
  | { seq: number; state: 'loading' }
  | { seq: number; state: 'loaded'; events: readonly DataEvent[]; more: boolean }
  | { seq: number; state: 'failed'; reason: string };

export interface Detail {
  seq: number;
  /** First line shown. */
  scroll: number;
}

export interface TableState {
  size: TerminalSize;
  /** Most lines of the terminal that the table takes, in percent. */
  heightPercent: number;
  /** Lines of the region; it grows and does not shrink. */
  height: number;
  place: Place;

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
  jump: 'start' | 'end' | undefined;
  /** What went wrong when rows were last asked for; nothing is asked until a key is pressed. */
  fault: string | undefined;
  /** The daemon had not stored everything when it answered. */
  stale: boolean;

  selected: number;
  top: number;

  absoluteTime: boolean;
  hidden: readonly ColumnName[];
  following: Following;
  /** How many have come in above what is shown. */
  unseen: number;

  line: LineInput;
  /** What is wrong with the line. */
  lineFault: string | undefined;
  search: string;
  /** The line of a menu that is chosen. */
  choice: number;
  /** First line of the help that is shown. */
  helpScroll: number;
  detail: Detail | undefined;
  related: Related | undefined;
  /** One sentence, until the next key. */
  notice: string | undefined;
  /** How it ended. */
  ended: 'left' | 'interrupted' | undefined;
}

/** What is remembered from one time to the next. */
export interface TablePreferences {
  hidden: readonly ColumnName[];
  order: Order;
  absoluteTime: boolean;
  heightPercent: number;
}

export const DEFAULT_PREFERENCES: TablePreferences = {
  hidden: [],
  order: 'desc',
  absoluteTime: false,
  heightPercent: 50,
};

/** Smallest terminal that anything is shown on. */
export const SMALLEST: TerminalSize = { columns: 60, lines: 15 };

/** Lines around the rows: titles, status, keys. */
export const FRAME_LINES = 3;
const LEAST_HEIGHT = 7;

/** Most rows that are loaded to sort by something else than the time. */
export const MOST_SORTED = 10_000;

export function initialTable(options: {
  filter: AuditFilter;
  order: Order | undefined;
  size: TerminalSize;
  preferences: TablePreferences;
}): TableState {
  const { filter, size, preferences } = options;
  const { heightPercent, hidden, absoluteTime } = preferences;
  return {
    size,
    heightPercent,
    height: LEAST_HEIGHT,
    place: 'table',
    epoch: 0,
    filter,
    sort: { by: 'time', order: options.order ?? preferences.order },
    window: EMPTY_WINDOW,
    rows: [],
    above: 0,
    loaded: false,
    jump: undefined,
    fault: undefined,
    stale: false,
    selected: 0,
    top: 0,
    absoluteTime,
    hidden,
    following: 'off',
    unseen: 0,
    line: lineOf(''),
    lineFault: undefined,
    search: '',
    choice: 0,
    helpScroll: 0,
    detail: undefined,
    related: undefined,
    notice: undefined,
    ended: undefined,
  };
}

export function isTooSmall({ size }: TableState): boolean {
  return size.columns < SMALLEST.columns || size.lines < SMALLEST.lines;
}

/** Most lines of the region. */
export function mostLines({ size, heightPercent }: TableState): number {
  return Math.max(LEAST_HEIGHT, Math.floor((size.lines * heightPercent) / 100));
}

/** Lines for rows. */
export function bodyLines(state: TableState): number {
  return Math.max(1, state.height - FRAME_LINES);
}

/** The event under the cursor. */
export function selectedEvent(state: TableState): DataEvent | undefined {
  return state.rows[state.selected];
}

/** The event that the detail shows. */
export function detailEvent(state: TableState): DataEvent | undefined {
  const { detail } = state;
  return detail === undefined ? undefined : state.rows.find(({ seq }) => seq === detail.seq);
}

/** Whether the top of the table is the newest event. */
export function newestFirst({ sort }: TableState): boolean {
  return sort.by === 'time' && sort.order === 'desc';
}

export function sortedRows(window: EventWindow, sort: Sort): readonly DataEvent[] {
  const events = eventsOf(window);
  if (sort.by !== 'time') return events.toSorted(comparing(sort.by));
  return sort.order === 'desc' ? events : events.toReversed();
}

/** The state with another window, the same event under the cursor and the cursor where it was on the screen. */
export function withWindow(state: TableState, window: EventWindow): TableState {
  const rows = sortedRows(window, state.sort);
  const anchor = selectedEvent(state);
  const found = anchor === undefined ? -1 : rows.findIndex(({ seq }) => seq === anchor.seq);
  const selected = found < 0 ? Math.min(state.selected, Math.max(0, rows.length - 1)) : found;
  return settled({ ...state, window, rows, selected, top: state.top + selected - state.selected });
}

/** The state with a region high enough, and the cursor inside of what is shown. */
export function settled(state: TableState): TableState {
  const most = mostLines(state);
  const wanted = state.place === 'table' || state.place === 'search' ? state.rows.length + FRAME_LINES : most;
  const height = Math.min(most, Math.max(state.height, wanted, LEAST_HEIGHT));
  const lines = Math.max(1, height - FRAME_LINES);
  const last = Math.max(0, state.rows.length - 1);
  const selected = Math.max(0, Math.min(state.selected, last));
  const highest = Math.min(selected, Math.max(0, state.rows.length - lines));
  const top = Math.max(Math.min(state.top, highest), selected - lines + 1, 0);
  const unseen = top === 0 && state.window.head === undefined ? 0 : state.unseen;
  return { ...state, height, selected, top, unseen };
}

/** Another query from its beginning. */
export function asking(state: TableState, change: Partial<Pick<TableState, 'filter' | 'sort'>>): TableState {
  return {
    ...state,
    ...change,
    epoch: state.epoch + 1,
    window: EMPTY_WINDOW,
    rows: [],
    above: 0,
    loaded: false,
    jump: undefined,
    fault: undefined,
    stale: false,
    selected: 0,
    top: 0,
    unseen: 0,
    detail: undefined,
    related: undefined,
  };
}

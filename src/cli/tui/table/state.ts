// Everything that the interactive table knows, as one value. It is changed by actions (what a key does) and by
// happenings (what the daemon, the clock and the terminal say), both pure; views show it, the loader serves it.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import type { Order } from '../../../shared/vocabulary.js';
import type { TimeFlags } from '../../output/times.js';
import type { ColumnName } from '../events/columns.js';
import type { Related } from '../events/detail-lines.js';
import { anchored, clamped, type EventList, newList } from '../events/event-list.js';
import type { EventWindow } from '../events/event-window.js';
import type { AskedLine } from '../lines/asked-line.js';
import type { TerminalErrand } from '../show.js';
import type { TerminalSize } from '../terminal/terminal.js';

/** What can stand over the rows, until it is answered or closed. */
export type Prompt =
  | { what: 'help'; scroll: number }
  | ({ what: 'search' } & AskedLine)
  | ({ what: 'filter' } & AskedLine)
  /** A menu. */
  | { what: 'columns' | 'sort'; choice: number };

/** Where the keys go. */
export type Place = 'table' | 'detail' | Prompt['what'];

export interface Detail {
  seq: number;
  /** First line shown. */
  scroll: number;
}

export interface TableState extends EventList {
  size: TerminalSize;
  /** Most lines of the terminal that the table takes, in percent. */
  heightPercent: number;
  /** Lines of the region; it grows and does not shrink. */
  height: number;
  /** On top of everything. */
  prompt: Prompt | undefined;
  /** The event that is open. */
  detail: Detail | undefined;
  related: Related | undefined;

  absoluteTime: boolean;
  /** Absolute times in UTC, not of this place. */
  utc: boolean;
  hidden: readonly ColumnName[];

  search: string;
  /** One sentence, until the next key. */
  notice: string | undefined;
  errands: readonly TerminalErrand[];
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

export function initialTable(options: {
  filter: AuditFilter;
  order: Order | undefined;
  size: TerminalSize;
  preferences: TablePreferences;
  /** What the command line asks for; times are as they were last time without. */
  times?: TimeFlags;
}): TableState {
  const { filter, size, preferences, times = {} } = options;
  const { heightPercent, hidden, absoluteTime } = preferences;
  return {
    size,
    heightPercent,
    height: LEAST_HEIGHT,
    prompt: undefined,
    detail: undefined,
    related: undefined,
    ...newList({ epoch: 0, filter, sort: { by: 'time', order: options.order ?? preferences.order } }),
    absoluteTime: asksAbsolute(times) || absoluteTime,
    utc: times.utc === true,
    hidden,
    search: '',
    notice: undefined,
    errands: [],
    ended: undefined,
  };
}

/** Whether dates are asked for instead of how long ago. */
export const asksAbsolute = ({ utc, absolute }: TimeFlags): boolean => utc === true || absolute === true;

export function isTooSmall({ size }: TableState): boolean {
  return size.columns < SMALLEST.columns || size.lines < SMALLEST.lines;
}

/** Where the keys go. */
export function placeOf({ prompt, detail }: Pick<TableState, 'prompt' | 'detail'>): Place {
  return prompt?.what ?? (detail === undefined ? 'table' : 'detail');
}

/** Most lines of the region. */
export function mostLines({ size, heightPercent }: TableState): number {
  return Math.max(LEAST_HEIGHT, Math.floor((size.lines * heightPercent) / 100));
}

/** Lines for rows. */
export function bodyLines(state: TableState): number {
  return Math.max(1, state.height - FRAME_LINES);
}

/** The event that the detail shows. */
export function detailEvent(state: TableState): DataEvent | undefined {
  const { detail } = state;
  return detail === undefined ? undefined : state.rows.find(({ seq }) => seq === detail.seq);
}

/** The state with another window, the same event under the cursor and the cursor where it was on the screen. */
export function withWindow(state: TableState, window: EventWindow): TableState {
  return settled(anchored(state, window));
}

/** The state with a region high enough, and the cursor inside of what is shown. */
export function settled(state: TableState): TableState {
  const most = mostLines(state);
  const place = placeOf(state);
  const wanted = place === 'table' || place === 'search' ? state.rows.length + FRAME_LINES : most;
  const height = Math.min(most, Math.max(state.height, wanted, LEAST_HEIGHT));
  return clamped({ ...state, height }, Math.max(1, height - FRAME_LINES));
}

/** Another query from its beginning. */
export function asking(state: TableState, change: Partial<Pick<TableState, 'filter' | 'sort'>>): TableState {
  const { filter, sort, epoch, following } = { ...state, ...change };
  return {
    ...state,
    ...newList({ epoch: epoch + 1, filter, sort }),
    following,
    detail: undefined,
    related: undefined,
  };
}

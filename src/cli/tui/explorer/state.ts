// Everything that the explorer knows, as one value. It is changed by actions (what a key does) and by happenings
// (what the daemon, the clock and the terminal say), both pure; views show it, the loader serves it, and what it
// asks of the world outside (a copy, a file, a log-in) stands in its `errands`.
import type { Me, Status } from '../../../shared/api.js';
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { formatFilterLine } from '../../filter-line.js';
import type { ColumnName } from '../events/columns.js';
import { clamped, type EventList, newList, selectedEvent } from '../events/event-list.js';
import type { TerminalSize } from '../terminal/terminal.js';
import type { AnswerBook } from './answers.js';
import { NO_ANSWERS } from './answers.js';
import type { Errand } from './errands.js';
import { layoutOf } from './layout.js';
import type { Overlay } from './overlay.js';
import type { Pane } from './pane.js';
import type { Prompt } from './prompt.js';

/** Where the keys go. */
export type Place = Pane | Overlay['what'] | Prompt['what'];

/** One step of the path: a query, and where one is in its answer. */
export interface Step {
  /** In the breadcrumb. */
  label: string;
  /** The filter line as it was typed, if it was: `since:2h` stays that. */
  typed: string | undefined;
  list: EventList;
  /** Whether it is to be followed; it may have failed. */
  followed: boolean;
  /** An event to go to once it is loaded, and how many rows past it (down is positive). */
  goal: { seq: number; timestamp: number; past: number } | undefined;
  pane: Pane;
  /** First lines of the panes that scroll. */
  scroll: { detail: number; record: number };
  /** The row of the busiest that is chosen: actors first, then targets. */
  busiest: number;
  /** Shown instead of the panes. */
  overlay: Overlay | undefined;
}

/** A long work: so many of so many (if that is known) since a moment, in milliseconds. */
export interface Work {
  name: string;
  done: number;
  total: number | undefined;
  startedAt: number;
}

export type Connection = 'connecting' | 'on' | 'lost';

export interface ExplorerState {
  size: TerminalSize;
  /** The path; the last is where one is. Never empty. */
  steps: readonly Step[];
  /** The number of the next query. */
  nextEpoch: number;
  /** On top of everything: a line that is typed, a form, a question. */
  prompt: Prompt | undefined;
  answers: AnswerBook;

  me: Me;
  /** Whether a session that ends can be begun again in place. */
  mayLogIn: boolean;
  status: Status | undefined;
  connection: Connection;
  /** No action may change anything. */
  readOnly: boolean;

  absoluteTime: boolean;
  hidden: readonly ColumnName[];
  /** What the pane of the record shows: the fields, or who set them. */
  recordShows: 'state' | 'blame';
  mouse: boolean;
  search: string;
  /** Events that are marked, by number, in the order in which they were. */
  marked: ReadonlyMap<number, DataEvent>;
  /** Times are shown since this event. */
  since: DataEvent | undefined;
  /** Without frames, for selecting with the mouse. */
  undecorated: boolean;
  /** Filter lines that were applied, the newest last. */
  history: readonly string[];
  /** The filter line with which the last session ended. */
  last: string | undefined;
  /** Whether the terminal said that it takes what is copied. */
  clipboard: boolean;
  /** Filter lines under the digits. */
  saved: Readonly<Record<string, string>>;

  /** One sentence, until the next key. */
  notice: string | undefined;
  /** What takes its time, and how far it is. */
  work: Work | undefined;
  errands: readonly Errand[];
  ended: 'left' | 'interrupted' | undefined;
}

/** Smallest terminal that anything is shown on. */
export const SMALLEST: TerminalSize = { columns: 60, lines: 15 };

/** What is remembered from one time to the next. */
export interface ExplorerPreferences {
  saved: Readonly<Record<string, string>>;
  history: readonly string[];
  absoluteTime: boolean;
  hidden: readonly ColumnName[];
  /** The filter line with which it ended; absent the first time. */
  last?: string | undefined;
}

export const DEFAULT_PREFERENCES: ExplorerPreferences = {
  saved: {},
  history: [],
  absoluteTime: false,
  hidden: [],
};

export function initialExplorer(options: {
  filter: AuditFilter;
  label: string;
  size: TerminalSize;
  preferences: ExplorerPreferences;
  readOnly: boolean;
  me: Me;
  mayLogIn: boolean;
}): ExplorerState {
  const { filter, label, size, preferences, readOnly, me, mayLogIn } = options;
  return {
    size,
    steps: [newStep({ epoch: 0, filter, label })],
    nextEpoch: 1,
    prompt: undefined,
    answers: NO_ANSWERS,
    me,
    mayLogIn,
    status: undefined,
    connection: 'connecting',
    readOnly,
    absoluteTime: preferences.absoluteTime,
    hidden: preferences.hidden,
    recordShows: 'state',
    mouse: false,
    search: '',
    marked: new Map(),
    since: undefined,
    undecorated: false,
    history: preferences.history,
    saved: preferences.saved,
    last: preferences.last,
    clipboard: false,
    notice: undefined,
    work: undefined,
    errands: [],
    ended: undefined,
  };
}

export function newStep({
  epoch,
  filter,
  label,
  typed,
  known,
}: {
  epoch: number;
  filter: AuditFilter;
  label: string;
  typed?: string | undefined;
  known?: DataEvent | undefined;
}): Step {
  const list = newList({ epoch, filter, sort: { by: 'time', order: 'desc' } }, known);
  return {
    label,
    typed,
    list: { ...list, following: 'starting' },
    followed: true,
    goal: undefined,
    pane: 'events',
    scroll: { detail: 0, record: 0 },
    busiest: 0,
    overlay: undefined,
  };
}

export function isTooSmall({ size }: Pick<ExplorerState, 'size'>): boolean {
  return size.columns < SMALLEST.columns || size.lines < SMALLEST.lines;
}

/** Where one is. */
export function stepOf({ steps }: Pick<ExplorerState, 'steps'>): Step {
  const step = steps.at(-1);
  if (step === undefined) throw new Error('The path is empty.');
  return step;
}

/** The state with the step where one is changed. */
export function withStep(state: ExplorerState, change: Partial<Step>): ExplorerState {
  return { ...state, steps: [...state.steps.slice(0, -1), { ...stepOf(state), ...change }] };
}

/** The filter line that gives the step where one is. */
export function lineOfStep(state: Pick<ExplorerState, 'steps'>): string {
  const { typed, list } = stepOf(state);
  return typed ?? formatFilterLine(list.filter);
}

/** Where the keys go. */
export function placeOf(state: ExplorerState): Place {
  const { overlay, pane } = stepOf(state);
  return state.prompt?.what ?? overlay?.what ?? pane;
}

/** The event under the cursor. */
export function currentEvent(state: ExplorerState): DataEvent | undefined {
  return selectedEvent(stepOf(state).list);
}

/** How many rows of the list are shown. */
export function listLines(state: Pick<ExplorerState, 'size' | 'steps' | 'undecorated'>): number {
  return Math.max(1, layoutOf(state.size, stepOf(state).pane, state.undecorated).events.lines - 2);
}

/** The state with another list, its cursor in sight. What one read of another event is scrolled to its beginning. */
export function withList(state: ExplorerState, list: EventList): ExplorerState {
  const before = currentEvent(state);
  const next = clamped(list, listLines(state));
  const moved = selectedEvent(next)?.seq !== before?.seq;
  return withStep(state, { list: next, ...(moved ? { scroll: { detail: 0, record: 0 } } : {}) });
}

export function withErrand(state: ExplorerState, errand: Errand): ExplorerState {
  return { ...state, errands: [...state.errands, errand] };
}

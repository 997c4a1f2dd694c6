// What is between the titles and the status line, as lines of text, for every place.

import { detailLines } from '../events/detail-lines.js';
import type { EventLines, ShownList } from '../events/event-lines.js';
import { scrollNote } from '../lines/scroll-note.js';
import type { TableAction } from './action.js';
import { tableHelp } from './help-lines.js';
import { MENUS, menuItems } from './menus.js';
import { bodyLines, detailEvent, type TableState } from './state.js';

export interface OpenText {
  state: TableState;
  /** With the keys that they have here. */
  actions: readonly TableAction[];
  now: number;
}

export interface BodyOptions extends OpenText {
  colour: boolean;
  table: EventLines;
}

/** Exactly as many lines as there is room for. */
export function bodyOf(options: BodyOptions): string[] {
  const { state, now, table } = options;
  const long = scrolledLines(options);
  if (long !== undefined) {
    const room = bodyLines(state);
    const first = state.place === 'help' ? state.helpScroll : (state.detail?.scroll ?? 0);
    return filled(long.slice(first, first + room), room);
  }
  return MENUS.includes(state.place) ? menuLines(state) : table.rows(shownList(state), now);
}

/** How much of what is open lies above and below; empty where all is shown. */
export function scrolledNote({ state, ...rest }: OpenText): string {
  const long = scrolledLines({ state, ...rest, colour: false });
  if (long === undefined) return '';
  const first = state.place === 'help' ? state.helpScroll : (state.detail?.scroll ?? 0);
  return scrollNote(long.length, first, bodyLines(state));
}

/** The rows of the table as they are shown. */
export function shownList(state: TableState): ShownList {
  const { size, hidden, absoluteTime, search } = state;
  return { list: state, columns: size.columns, lines: bodyLines(state), hidden, absoluteTime, search };
}

/** What can be longer than the room for it. */
function scrolledLines({
  state,
  actions,
  now,
  colour,
}: OpenText & { colour: boolean }): string[] | undefined {
  const event = detailEvent(state);
  if (state.place === 'detail' && event !== undefined) {
    return detailLines({ event, related: state.related, columns: state.size.columns, now, colour });
  }
  return state.place === 'help' ? tableHelp({ state, actions, colour }) : undefined;
}

/** The state with nothing scrolled past its end. */
export function withinReach({ state, ...rest }: OpenText): TableState {
  const long = scrolledLines({ state, ...rest, colour: false });
  if (long === undefined) return state;
  const last = Math.max(0, long.length - bodyLines(state));
  if (state.place === 'help') return { ...state, helpScroll: Math.min(state.helpScroll, last) };
  const { detail } = state;
  return detail === undefined
    ? state
    : { ...state, detail: { ...detail, scroll: Math.min(detail.scroll, last) } };
}

function menuLines(state: TableState): string[] {
  const room = bodyLines(state);
  const lines = menuItems(state).map(({ label, chosen }, index) => {
    const text = `${chosen ? '[x]' : '[ ]'} ${label}`;
    return index === state.choice ? `\u001b[7m▌ ${text} \u001b[27m` : `  ${text}`;
  });
  const first = Math.max(0, state.choice - room + 1);
  return filled(lines.slice(first, first + room), room);
}

function filled(lines: string[], room: number): string[] {
  return [...lines, ...Array.from({ length: Math.max(0, room - lines.length) }, () => '')];
}

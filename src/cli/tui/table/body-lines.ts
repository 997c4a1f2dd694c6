// What is between the titles and the status line, as lines of text, for every place.

import { detailLines } from '../events/detail-lines.js';
import type { EventLines, ShownList } from '../events/event-lines.js';
import { scrollNote } from '../lines/scroll-note.js';
import type { TableAction } from './action.js';
import { tableHelp } from './help-lines.js';
import { menuItems, openMenuOf } from './menus.js';
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
    const first = scrollOf(state);
    return filled(long.slice(first, first + room), room);
  }
  return menuLines(state) ?? table.rows(shownList(state), now);
}

/** How much of what is open lies above and below; empty where all is shown. */
export function scrolledNote({ state, ...rest }: OpenText): string {
  const long = scrolledLines({ state, ...rest, colour: false });
  if (long === undefined) return '';
  return scrollNote(long.length, scrollOf(state), bodyLines(state));
}

/** The first line that is shown of what is open. */
const scrollOf = ({ prompt, detail }: TableState) =>
  prompt?.what === 'help' ? prompt.scroll : (detail?.scroll ?? 0);

/** The rows of the table as they are shown. */
export function shownList(state: TableState): ShownList {
  const { size, hidden, absoluteTime, utc, search } = state;
  return { list: state, columns: size.columns, lines: bodyLines(state), hidden, absoluteTime, utc, search };
}

/** What can be longer than the room for it. */
function scrolledLines({
  state,
  actions,
  now,
  colour,
}: OpenText & { colour: boolean }): string[] | undefined {
  if (state.prompt?.what === 'help') return tableHelp({ state, actions, colour });
  const event = detailEvent(state);
  if (event === undefined) return undefined;
  return detailLines({ event, related: state.related, columns: state.size.columns, now, colour });
}

/** The state with nothing scrolled past its end. */
export function withinReach({ state, ...rest }: OpenText): TableState {
  const long = scrolledLines({ state, ...rest, colour: false });
  if (long === undefined) return state;
  const last = Math.max(0, long.length - bodyLines(state));
  const { prompt, detail } = state;
  if (prompt?.what === 'help')
    return { ...state, prompt: { ...prompt, scroll: Math.min(prompt.scroll, last) } };
  return detail === undefined
    ? state
    : { ...state, detail: { ...detail, scroll: Math.min(detail.scroll, last) } };
}

function menuLines(state: TableState): string[] | undefined {
  const menu = openMenuOf(state);
  if (menu === undefined) return undefined;
  const room = bodyLines(state);
  const lines = menuItems(state, menu).map(({ label, chosen }, index) => {
    const text = `${chosen ? '[x]' : '[ ]'} ${label}`;
    return index === menu.choice ? `\u001b[7m▌ ${text} \u001b[27m` : `  ${text}`;
  });
  const first = Math.max(0, menu.choice - room + 1);
  return filled(lines.slice(first, first + room), room);
}

function filled(lines: string[], room: number): string[] {
  return [...lines, ...Array.from({ length: Math.max(0, room - lines.length) }, () => '')];
}

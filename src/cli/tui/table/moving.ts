// The actions of the table that move: through its rows, the lines of what is open, from event to event.
import { selectedEvent } from '../events/event-list.js';
import { movedBy, pagedBy, toBottom, toTop } from '../events/list-moves.js';
import type { TableAction } from './action.js';
import { bodyLines, type Place, placeOf, settled, type TableState } from './state.js';

const SCROLLED: readonly Place[] = ['table', 'detail', 'help'];

/** Moves the cursor of the table, or scrolls what is open above it. */
function moved(state: TableState, by: number): TableState {
  const { prompt, detail } = state;
  const scrolled = <T extends { scroll: number }>(one: T): T => ({
    ...one,
    scroll: Math.max(0, one.scroll + by),
  });
  if (prompt?.what === 'help') return { ...state, prompt: scrolled(prompt) };
  if (detail !== undefined) return { ...state, detail: scrolled(detail) };
  return movedBy(state, by, bodyLines(state));
}

function page(state: TableState, way: 1 | -1): TableState {
  if (placeOf(state) === 'table') return pagedBy(state, way, bodyLines(state));
  return moved(state, way * Math.max(1, bodyLines(state) - 1));
}

/** Further than anything is long; views stop at the last line. */
const END = 1_000_000;

const top = (state: TableState) =>
  placeOf(state) === 'table' ? toTop(state, bodyLines(state)) : moved(state, -END);
const bottom = (state: TableState) =>
  placeOf(state) === 'table' ? toBottom(state, bodyLines(state)) : moved(state, END);

/** The event before or after in the table, in the detail. */
function stepDetail(state: TableState, by: number): TableState {
  const next = settled({ ...state, selected: state.selected + by });
  const event = selectedEvent(next);
  return event === undefined || next.selected === state.selected
    ? state
    : { ...next, detail: { seq: event.seq, scroll: 0 }, related: undefined };
}

export const MOVING: readonly TableAction[] = [
  { id: 'up', keys: ['up', 'k'], label: 'one up', places: SCROLLED, run: state => moved(state, -1) },
  { id: 'down', keys: ['down', 'j'], label: 'one down', places: SCROLLED, run: state => moved(state, 1) },
  {
    id: 'page-up',
    keys: ['pageup', 'ctrl+b'],
    label: 'a page up',
    places: SCROLLED,
    run: state => page(state, -1),
  },
  {
    id: 'page-down',
    keys: ['pagedown', 'ctrl+f', 'space'],
    label: 'a page down',
    places: SCROLLED,
    run: state => page(state, 1),
  },
  { id: 'top', keys: ['home', 'g'], label: 'to the top', places: SCROLLED, run: top },
  { id: 'bottom', keys: ['end', 'G'], label: 'to the end of the log', places: SCROLLED, run: bottom },
];

export const DETAIL_MOVING: readonly TableAction[] = [
  {
    id: 'previous-event',
    keys: ['left', 'h'],
    label: 'the event above',
    footer: 'above',
    places: ['detail'],
    run: state => stepDetail(state, -1),
  },
  {
    id: 'next-event',
    keys: ['right', 'l'],
    label: 'the event below',
    footer: 'below',
    places: ['detail'],
    run: state => stepDetail(state, 1),
  },
];

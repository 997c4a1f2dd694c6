// The actions that move: through the events, the lines of a pane, the rows of what is on top.
import { movedBy, pagedBy, toBottom, toTop } from '../events/list-moves.js';
import type { ExplorerAction } from './action.js';
import { blameRows } from './blame-pane.js';
import { busiestRows } from './busiest.js';
import { copyables } from './copying.js';
import { countRows } from './counts.js';
import { historyEntries } from './history-view.js';
import { layoutOf } from './layout.js';
import { type ExplorerState, listLines, type Place, placeOf, stepOf, withList, withStep } from './state.js';
import { timelineOf } from './timeline.js';

/** Further than anything is long; views stop at the last line. */
const END = 1_000_000;

const MOVED: readonly Place[] = [
  ...([
    'events',
    'detail',
    'record',
    'busiest',
    'text',
    'history',
    'help',
    'histogram',
    'counts',
    'copy',
    'type',
  ] as const),
];

/** Where top and bottom are a matter of time, lines are moved all the same. */
const LINES: readonly Place[] = [...MOVED, 'scrubber'];

/** Moves whatever the keys are for by so many rows or lines. */
function moved(state: ExplorerState, by: number): ExplorerState {
  const step = stepOf(state);
  const least = (line: number) => Math.max(0, line + by);
  switch (placeOf(state)) {
    case 'events':
      return withList(state, movedBy(step.list, by, listLines(state)));
    case 'detail':
      return withStep(state, { scroll: { ...step.scroll, detail: least(step.scroll.detail) } });
    case 'record': {
      const last = state.recordShows === 'blame' ? Math.max(0, blameRows(state).length - 1) : END;
      return withStep(state, {
        scroll: { ...step.scroll, record: Math.min(last, least(step.scroll.record)) },
      });
    }
    case 'busiest': {
      const last = Math.max(0, busiestRows(state).length - 1);
      return withStep(state, { busiest: Math.min(last, least(step.busiest)) });
    }
    case 'help':
      return state.prompt?.what === 'help'
        ? { ...state, prompt: { ...state.prompt, scroll: least(state.prompt.scroll) } }
        : state;
    case 'history':
    case 'histogram':
    case 'counts':
    case 'copy':
    case 'type':
      return chosen(state, by);
    case 'text':
    case 'scrubber':
      return step.overlay?.what === 'text' || step.overlay?.what === 'scrubber'
        ? withStep(state, { overlay: { ...step.overlay, scroll: least(step.overlay.scroll) } })
        : state;
    default:
      return state;
  }
}

/** Another row of what is open. */
function chosen(state: ExplorerState, by: number): ExplorerState {
  const { overlay } = stepOf(state);
  const { prompt } = state;
  const within = (choice: number, all: number) => Math.max(0, Math.min(all - 1, choice + by));
  if (prompt?.what === 'copy') {
    return { ...state, prompt: { ...prompt, choice: within(prompt.choice, copyables(state).length) } };
  }
  if (prompt?.what === 'type') {
    return { ...state, prompt: { ...prompt, choice: within(prompt.choice, prompt.types.length) } };
  }
  if (overlay?.what === 'history') {
    const entries = historyEntries(state, overlay).length;
    return withStep(state, { overlay: { ...overlay, choice: within(overlay.choice, entries) } });
  }
  if (overlay?.what === 'histogram') {
    const bars = timelineOf(state)?.bars.length ?? 0;
    return withStep(state, { overlay: { ...overlay, choice: within(overlay.choice, bars) } });
  }
  if (overlay?.what === 'counts') {
    const rows = countRows(state, overlay).length;
    return withStep(state, { overlay: { ...overlay, choice: within(overlay.choice, rows) } });
  }
  return state;
}

function paged(state: ExplorerState, way: 1 | -1): ExplorerState {
  const place = placeOf(state);
  const step = stepOf(state);
  if (place === 'events') return withList(state, pagedBy(step.list, way, listLines(state)));
  const layout = layoutOf(state.size, step.pane, state.undecorated);
  const lines = place === 'detail' || place === 'record' ? (layout[place]?.lines ?? 2) : state.size.lines - 4;
  return moved(state, way * Math.max(1, lines - 2));
}

function top(state: ExplorerState): ExplorerState {
  if (placeOf(state) !== 'events') return moved(state, -END);
  return withList(state, toTop(stepOf(state).list, listLines(state)));
}

function bottom(state: ExplorerState): ExplorerState {
  if (placeOf(state) !== 'events') return moved(state, END);
  return withList(state, toBottom(stepOf(state).list, listLines(state)));
}

export const MOVING: readonly ExplorerAction[] = [
  { id: 'up', keys: ['up', 'k'], label: 'one up', places: LINES, run: state => moved(state, -1) },
  { id: 'down', keys: ['down', 'j'], label: 'one down', places: LINES, run: state => moved(state, 1) },
  {
    id: 'page-up',
    keys: ['pageup', 'ctrl+b'],
    label: 'a page up',
    places: LINES,
    run: state => paged(state, -1),
  },
  {
    id: 'page-down',
    keys: ['pagedown', 'ctrl+f'],
    label: 'a page down',
    places: LINES,
    run: state => paged(state, 1),
  },
  { id: 'top', keys: ['home', 'g'], label: 'to the newest, to the top', places: MOVED, run: top },
  { id: 'bottom', keys: ['end', 'G'], label: 'to the oldest, to the end', places: MOVED, run: bottom },
];

// The actions of the panes: which of them has the keys, what is closed first, how times are shown.
import type { ExplorerAction } from './action.js';
import { IN_PANES } from './action.js';
import { asked } from './happenings.js';
import { PANES, type Pane } from './pane.js';
import { type ExplorerState, stepOf, withErrand, withStep } from './state.js';

function nextPane(state: ExplorerState, by: 1 | -1): ExplorerState {
  const at = PANES.indexOf(stepOf(state).pane) + by + PANES.length;
  return withStep(state, { pane: PANES[at % PANES.length] ?? 'events' });
}

const toPane = (pane: Pane) => (state: ExplorerState) => withStep(state, { pane });

/** Closes the innermost thing that is open. */
function closed(state: ExplorerState): ExplorerState {
  const { pane } = stepOf(state);
  if (state.work !== undefined) return withErrand(state, { what: 'stop-export' });
  if (pane !== 'events') return toPane('events')(state);
  if (state.search !== '') return { ...state, search: '' };
  if (state.since !== undefined) return { ...state, since: undefined };
  if (state.marked.size > 0) return { ...state, marked: new Map() };
  return { ...state, notice: 'Nothing is open. Backspace goes back, q leaves.' };
}

export const PANE_ACTIONS: readonly ExplorerAction[] = [
  {
    id: 'detail',
    keys: ['enter'],
    label: 'to the whole event',
    footer: 'event',
    places: ['events'],
    run: toPane('detail'),
  },
  {
    id: 'next-pane',
    keys: ['tab'],
    label: 'the next pane',
    footer: 'pane',
    places: IN_PANES,
    run: state => nextPane(state, 1),
  },
  {
    id: 'previous-pane',
    keys: ['shift+tab'],
    label: 'the pane before',
    places: IN_PANES,
    run: state => nextPane(state, -1),
  },
  {
    id: 'close',
    keys: ['escape'],
    label: 'close the innermost: pane, search, marks',
    places: IN_PANES,
    run: closed,
  },
  {
    id: 'close-text',
    keys: ['escape'],
    label: 'close',
    footer: 'close',
    places: ['text', 'history', 'histogram', 'counts'],
    run: state => withStep(state, { overlay: undefined }),
  },
  {
    id: 'close-help',
    keys: ['escape'],
    label: 'close',
    footer: 'close',
    places: ['help', 'copy', 'save', 'type', 'form', 'revert'],
    run: state => ({ ...state, prompt: undefined }),
  },
  {
    id: 'absolute-time',
    keys: ['v'],
    label: 'relative or absolute times',
    places: IN_PANES,
    run: state => ({ ...state, absoluteTime: !state.absoluteTime }),
  },
  {
    id: 'follow',
    keys: ['F'],
    label: 'follow the log, or stop following it',
    places: IN_PANES,
    run(state) {
      const { list, followed } = stepOf(state);
      const following = followed ? 'off' : 'starting';
      return withStep(state, { followed: !followed, list: { ...list, following } });
    },
  },
  {
    id: 'retry',
    keys: ['R'],
    label: 'ask again after a failure',
    places: IN_PANES,
    run: asked,
  },
  {
    id: 'undecorated',
    keys: ['ctrl+l'],
    label: 'redraw; this pane alone, for selecting with the mouse',
    places: IN_PANES,
    run: state => withErrand({ ...state, undecorated: !state.undecorated }, { what: 'repaint' }),
  },
  {
    id: 'mouse',
    keys: ['M'],
    label: 'wheel and clicks, or selecting as everywhere',
    places: IN_PANES,
    run: state =>
      withErrand(
        {
          ...state,
          mouse: !state.mouse,
          notice: `The mouse is ${state.mouse ? 'the terminal’s' : 'the explorer’s'} now.`,
        },
        { what: 'mouse', on: !state.mouse },
      ),
  },
  {
    id: 'help',
    keys: ['?'],
    label: 'all keys',
    footer: 'keys',
    always: true,
    places: [...IN_PANES, 'text', 'history', 'scrubber', 'histogram', 'counts'],
    run: state => ({ ...state, prompt: { what: 'help', scroll: 0 } }),
  },
  {
    id: 'leave',
    keys: ['q'],
    label: 'leave',
    footer: 'leave',
    always: true,
    places: [...IN_PANES, 'text', 'history', 'scrubber', 'help', 'histogram', 'counts'],
    run: state => ({ ...state, ended: 'left' }),
  },
];

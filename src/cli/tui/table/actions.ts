// What the keys of the interactive table do: one table from which the keys, `?`, the footer and the manual are
// made. Each action is a pure step from one state to the next.
import { newestFirst, selectedEvent } from '../events/event-list.js';
import type { TableAction } from './action.js';
import { MENU_ACTIONS, MENUS, openMenu } from './menus.js';
import { DETAIL_MOVING, MOVING } from './moving.js';
import { acceptFilter, acceptSearch, complete, nextMatch, openFilter, openSearch } from './prompts.js';
import { type Place, settled, type TableState } from './state.js';

const EVERYWHERE: readonly Place[] = ['table', 'detail', 'help', 'search', 'filter', ...MENUS];

const closed = (state: TableState): TableState => settled({ ...state, prompt: undefined });

/** What is on top of the rows: the prompt, else the event. */
const wentBack = (state: TableState): TableState =>
  state.prompt === undefined ? settled({ ...state, detail: undefined, related: undefined }) : closed(state);

const noRow = (state: TableState) => (state.rows.length === 0 ? 'there is no event' : undefined);

export const ACTIONS: readonly TableAction[] = [
  ...MOVING,
  {
    id: 'detail',
    keys: ['enter'],
    label: 'the whole event',
    footer: 'event',
    places: ['table'],
    off: noRow,
    run(state) {
      const event = selectedEvent(state);
      if (event === undefined) return state;
      return settled({ ...state, detail: { seq: event.seq, scroll: 0 }, related: undefined });
    },
  },
  ...DETAIL_MOVING,
  {
    id: 'search',
    keys: ['/'],
    label: 'search the loaded rows',
    footer: 'search',
    places: ['table'],
    off: noRow,
    run: openSearch,
  },
  {
    id: 'next-match',
    keys: ['n'],
    label: 'next match',
    places: ['table'],
    off: state => (state.search === '' ? 'nothing has been searched for' : undefined),
    run: state => nextMatch(state, 1),
  },
  {
    id: 'previous-match',
    keys: ['N'],
    label: 'previous match',
    places: ['table'],
    off: state => (state.search === '' ? 'nothing has been searched for' : undefined),
    run: state => nextMatch(state, -1),
  },
  {
    id: 'filter',
    keys: ['f'],
    label: 'filter the whole log',
    footer: 'filter',
    places: ['table'],
    run: openFilter,
  },
  {
    id: 'follow',
    keys: ['F'],
    label: 'show new events as they come',
    footer: 'follow',
    places: ['table'],
    off: state =>
      newestFirst(state) ? undefined : 'new events come in at the top: sort by time, newest first (s)',
    run: state => ({ ...state, following: state.following === 'off' ? 'starting' : 'off' }),
  },
  {
    id: 'time',
    keys: ['t'],
    label: 'relative or absolute times',
    footer: 'time',
    places: ['table'],
    run: state => ({ ...state, absoluteTime: !state.absoluteTime }),
  },
  {
    id: 'columns',
    keys: ['c'],
    label: 'choose columns',
    footer: 'columns',
    places: ['table'],
    run: state => openMenu(state, 'columns'),
  },
  {
    id: 'sort',
    keys: ['s'],
    label: 'sort',
    footer: 'sort',
    places: ['table'],
    run: state => openMenu(state, 'sort'),
  },
  ...MENU_ACTIONS,
  {
    id: 'accept-search',
    keys: ['enter'],
    label: 'search',
    footer: 'search',
    places: ['search'],
    run: acceptSearch,
  },
  {
    id: 'accept-filter',
    keys: ['enter'],
    label: 'apply',
    footer: 'apply',
    places: ['filter'],
    run: (state, { now }) => acceptFilter(state, now),
  },
  {
    id: 'complete',
    keys: ['tab'],
    label: 'complete, then what else it can be',
    footer: 'complete',
    places: ['filter'],
    run: state => complete(state, 1),
  },
  {
    id: 'complete-back',
    keys: ['shift+tab'],
    label: 'what it could be before that',
    places: ['filter'],
    run: state => complete(state, -1),
  },
  {
    id: 'close',
    keys: ['escape'],
    label: 'close',
    footer: 'close',
    places: ['search', 'filter', ...MENUS],
    run: closed,
  },
  {
    id: 'back',
    keys: ['escape', 'enter', 'backspace'],
    label: 'back to the table',
    footer: 'back',
    places: ['detail', 'help'],
    run: wentBack,
  },
  {
    id: 'retry',
    keys: ['r'],
    label: 'ask again after a failure',
    places: ['table'],
    off: state => (state.fault === undefined ? 'nothing has failed' : undefined),
    run: state => ({ ...state, fault: undefined }),
  },
  {
    id: 'help',
    keys: ['?'],
    label: 'all keys',
    footer: 'keys',
    always: true,
    places: ['table', 'detail'],
    run: state => settled({ ...state, prompt: { what: 'help', scroll: 0 } }),
  },
  {
    id: 'leave',
    keys: ['q'],
    label: 'leave; the rows stay on the screen',
    footer: 'leave',
    always: true,
    places: ['table', 'detail', 'help', ...MENUS],
    run: state => ({ ...state, ended: 'left' }),
  },
  {
    id: 'redraw',
    keys: ['ctrl+l'],
    label: 'draw it again',
    places: EVERYWHERE,
    run: state => ({ ...state, errands: [{ what: 'repaint' }] }),
  },
  {
    id: 'stop',
    keys: ['ctrl+z'],
    label: 'stop, until fg',
    places: EVERYWHERE,
    run: state => ({ ...state, errands: [{ what: 'stop' }] }),
  },
  {
    id: 'interrupt',
    keys: ['ctrl+c'],
    label: 'end at once (status 130)',
    places: EVERYWHERE,
    run: state => ({ ...state, ended: 'interrupted' }),
  },
];

// Every action of the explorer: one table from which the keys, `?`, `:`, the footer and the manual are made.
import type { ExplorerAction } from './action.js';
import { ASKING } from './asking.js';
import { MOVING } from './moving.js';
import { PANE_ACTIONS } from './panes.js';
import { PIVOTS } from './pivots.js';
import type { Place } from './state.js';

const EVERYWHERE: readonly Place[] = [
  ...['events', 'detail', 'record', 'busiest', 'text', 'help', 'filter', 'search', 'password'],
] as Place[];

const ENDING: readonly ExplorerAction[] = [
  {
    id: 'interrupt',
    keys: ['ctrl+c'],
    label: 'end at once (status 130)',
    places: EVERYWHERE,
    run: state => ({ ...state, ended: 'interrupted' }),
  },
  {
    id: 'stop',
    keys: ['ctrl+z'],
    label: 'stop, until fg',
    places: EVERYWHERE,
    run: state => ({ ...state, errands: [...state.errands, { what: 'stop' }] }),
  },
];

export const ACTIONS: readonly ExplorerAction[] = [
  ...PANE_ACTIONS.slice(0, 1),
  ...PIVOTS,
  ...MOVING,
  ...ASKING,
  ...PANE_ACTIONS.slice(1),
  ...ENDING,
];

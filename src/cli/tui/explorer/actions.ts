// Every action of the explorer: one table from which the keys, `?`, `:`, the footer and the manual are made.
import { ACTING } from './acting.js';
import type { ExplorerAction } from './action.js';
import { ASKING } from './asking.js';
import { COPYING } from './copying.js';
import { FORM_ACTIONS } from './form-actions.js';
import { LOOKING } from './looking.js';
import { MOVING } from './moving.js';
import { OVERLAY_ACTIONS } from './overlays.js';
import { PALETTE } from './palette.js';
import { PANE_ACTIONS } from './panes.js';
import { PIVOTS } from './pivots.js';
import { SCRUBBING } from './scrubber.js';
import type { Place } from './state.js';
import { TIMES } from './times.js';

const EVERY_PLACE: Record<Place, true> = {
  events: true,
  detail: true,
  record: true,
  busiest: true,
  text: true,
  history: true,
  scrubber: true,
  histogram: true,
  counts: true,
  help: true,
  filter: true,
  search: true,
  palette: true,
  password: true,
  copy: true,
  save: true,
  file: true,
  type: true,
  form: true,
  confirm: true,
  delete: true,
  revert: true,
  comment: true,
};

const ENDING: readonly ExplorerAction[] = [
  {
    id: 'interrupt',
    keys: ['ctrl+c'],
    label: 'end at once (status 130)',
    places: Object.keys(EVERY_PLACE) as Place[],
    run: state => ({ ...state, ended: 'interrupted' }),
  },
  {
    id: 'stop',
    keys: ['ctrl+z'],
    label: 'stop, until fg',
    places: Object.keys(EVERY_PLACE) as Place[],
    run: state => ({ ...state, errands: [...state.errands, { what: 'stop' }] }),
  },
];

/** In the order in which `?` and the footer have them. */
export const ACTIONS: readonly ExplorerAction[] = [
  ...PANE_ACTIONS.slice(0, 1),
  ...PIVOTS,
  ...ASKING,
  PALETTE,
  ...PANE_ACTIONS.slice(1),
  ...MOVING,
  ...SCRUBBING,
  ...TIMES,
  ...OVERLAY_ACTIONS,
  ...COPYING,
  ...LOOKING,
  ...ACTING,
  ...FORM_ACTIONS,
  ...ENDING,
];

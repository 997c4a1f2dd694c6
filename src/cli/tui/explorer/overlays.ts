// The actions of what is shown instead of the panes: when it happened, and how much of what.
import type { FilterKey } from '../../../shared/audit-filter.js';
import type { ExplorerAction } from './action.js';
import { IN_PANES } from './action.js';
import { countRows } from './counts.js';
import { COUNTED_COLUMNS, type Overlay } from './overlay.js';
import { narrowed, pivoted } from './path.js';
import { type ExplorerState, stepOf, withStep } from './state.js';
import { timelineOf } from './timeline.js';

const opened = (overlay: Overlay) => (state: ExplorerState) => withStep(state, { overlay });

/** A step more, within the time of a bar; its own bars are finer, down to minutes. */
function zoomed(state: ExplorerState): ExplorerState {
  const { overlay, list } = stepOf(state);
  const timeline = timelineOf(state);
  const bar = overlay?.what === 'histogram' ? timeline?.bars[overlay.choice] : undefined;
  if (bar === undefined) return state;
  const { since, until } = list.filter;
  const filter = {
    ...list.filter,
    since: Math.max(bar.since, since ?? bar.since),
    until: Math.min(bar.until, until ?? bar.until),
  };
  const next = pivoted(state, { label: bar.label, filter });
  return timeline?.unit === 'minute' ? next : withStep(next, { overlay: { what: 'histogram', choice: 0 } });
}

function emptyBar(state: ExplorerState): string | undefined {
  const { overlay } = stepOf(state);
  const bar = overlay?.what === 'histogram' ? timelineOf(state)?.bars[overlay.choice] : undefined;
  return bar === undefined ? 'there is no bar' : bar.count === 0 ? 'nothing happened then' : undefined;
}

function toEventsOfBar(state: ExplorerState): ExplorerState {
  return withStep(zoomed(state), { overlay: undefined });
}

function filteredByCount(state: ExplorerState): ExplorerState {
  const { overlay, list } = stepOf(state);
  if (overlay?.what !== 'counts') return state;
  const row = countRows(state, overlay)[overlay.choice];
  if (row === undefined) return state;
  const key: FilterKey = overlay.by;
  return pivoted(state, { label: row.key, filter: narrowed(list.filter, key, row.key) });
}

const nextColumn = (by: 1 | -1) => (state: ExplorerState) => {
  const { overlay } = stepOf(state);
  if (overlay?.what !== 'counts') return state;
  const at = COUNTED_COLUMNS.indexOf(overlay.by) + by + COUNTED_COLUMNS.length;
  const column = COUNTED_COLUMNS[at % COUNTED_COLUMNS.length] ?? 'actor';
  return withStep(state, { overlay: { ...overlay, by: column, choice: 0 } });
};

export const OVERLAY_ACTIONS: readonly ExplorerAction[] = [
  {
    id: 'histogram',
    keys: ['i'],
    label: 'when it happened, as bars',
    footer: 'when',
    places: IN_PANES,
    run: opened({ what: 'histogram', choice: 0 }),
  },
  {
    id: 'zoom',
    keys: ['enter'],
    label: 'into a bar',
    footer: 'zoom in',
    places: ['histogram'],
    off: emptyBar,
    run: zoomed,
  },
  {
    id: 'bar-events',
    keys: ['e'],
    label: 'the events of a bar',
    footer: 'events',
    places: ['histogram'],
    off: emptyBar,
    run: toEventsOfBar,
  },
  {
    id: 'counts',
    keys: ['S'],
    label: 'how much of what, with when',
    footer: 'counts',
    places: IN_PANES,
    run: opened({ what: 'counts', by: 'actor', choice: 0 }),
  },
  {
    id: 'count-filter',
    keys: ['enter'],
    label: 'filter by the row',
    footer: 'filter by it',
    places: ['counts'],
    run: filteredByCount,
  },
  {
    id: 'next-column',
    keys: ['right', 'l', 'tab'],
    label: 'count by the next column',
    footer: 'column',
    places: ['counts'],
    run: nextColumn(1),
  },
  {
    id: 'previous-column',
    keys: ['left', 'h', 'shift+tab'],
    label: 'count by the column before',
    places: ['counts'],
    run: nextColumn(-1),
  },
];

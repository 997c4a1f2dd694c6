// The two menus of the table: which columns are shown, and how it is sorted.
import { COLUMN_NAMES, type ColumnName } from '../events/columns.js';
import type { Sort } from '../events/event-list.js';
import { MOST_SORTED } from '../events/wanted-rows.js';
import type { TableAction } from './action.js';
import { asking, type Place, settled, type TableState, withWindow } from './state.js';

export const MENUS: readonly Place[] = ['columns', 'sort'];

export interface MenuItem {
  label: string;
  chosen: boolean;
}

const SORTS: readonly { label: string; sort: Sort }[] = [
  { label: 'time, newest first', sort: { by: 'time', order: 'desc' } },
  { label: 'time, oldest first', sort: { by: 'time', order: 'asc' } },
  ...COLUMN_NAMES.filter(name => name !== 'time').map(by => ({
    label: `${by} (loads at most ${MOST_SORTED.toLocaleString('en-US')} rows)`,
    sort: { by },
  })),
];

/** What an open menu shows. */
export function menuItems(state: TableState): MenuItem[] {
  if (state.place === 'columns') {
    return COLUMN_NAMES.map(name => ({ label: name, chosen: !state.hidden.includes(name) }));
  }
  return SORTS.map(({ label, sort }) => ({ label, chosen: isSame(sort, state.sort) }));
}

export function openMenu(state: TableState, place: 'columns' | 'sort'): TableState {
  const choice = place === 'sort' ? SORTS.findIndex(({ sort }) => isSame(sort, state.sort)) : 0;
  return settled({ ...state, place, choice: Math.max(0, choice) });
}

function movedChoice(state: TableState, by: number): TableState {
  const last = menuItems(state).length - 1;
  return { ...state, choice: Math.max(0, Math.min(last, state.choice + by)) };
}

/** Shows or hides a column, or sorts and closes the menu. */
function acceptChoice(state: TableState): TableState {
  if (state.place === 'columns') return toggled(state, COLUMN_NAMES[state.choice]);
  const { sort } = SORTS[state.choice] ?? {};
  if (sort === undefined) return state;
  return sorted({ ...state, place: 'table' }, sort);
}

function toggled(state: TableState, name: ColumnName | undefined): TableState {
  if (name === undefined) return state;
  const { hidden } = state;
  if (hidden.includes(name)) return { ...state, hidden: hidden.filter(other => other !== name) };
  if (hidden.length === COLUMN_NAMES.length - 1) {
    return { ...state, notice: 'One column has to stay.' };
  }
  return { ...state, hidden: [...hidden, name] };
}

function sorted(state: TableState, sort: Sort): TableState {
  if (isSame(sort, state.sort)) return settled(state);
  const following = sort.by === 'time' && sort.order === 'desc' ? state.following : 'off';
  // The daemon sorts by time; from one other order to the next, the rows are here.
  if (sort.by !== 'time' && state.sort.by !== 'time') {
    return withWindow({ ...state, sort, selected: 0, top: 0, rows: [] }, state.window);
  }
  return settled(asking({ ...state, following }, { sort }));
}

function isSame(a: Sort, b: Sort): boolean {
  return a.by === b.by && ('order' in a ? a.order : '') === ('order' in b ? b.order : '');
}

export const MENU_ACTIONS: readonly TableAction[] = [
  {
    id: 'choice-up',
    keys: ['up', 'k'],
    label: 'one up',
    places: MENUS,
    run: state => movedChoice(state, -1),
  },
  {
    id: 'choice-down',
    keys: ['down', 'j'],
    label: 'one down',
    places: MENUS,
    run: state => movedChoice(state, 1),
  },
  {
    id: 'choose',
    keys: ['space', 'enter'],
    label: 'choose',
    footer: 'choose',
    places: MENUS,
    run: acceptChoice,
  },
];

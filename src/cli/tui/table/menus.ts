// The two menus of the table: which columns are shown, and how it is sorted.
import { COLUMN_NAMES, type ColumnName } from '../events/columns.js';
import type { Sort } from '../events/event-list.js';
import { MOST_SORTED } from '../events/wanted-rows.js';
import type { TableAction } from './action.js';
import { asking, type Prompt, settled, type TableState, withWindow } from './state.js';

export const MENUS = ['columns', 'sort'] as const;

type Menu = Extract<Prompt, { choice: number }>;

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

/** The menu that is open. */
export function openMenuOf({ prompt }: Pick<TableState, 'prompt'>): Menu | undefined {
  return prompt !== undefined && 'choice' in prompt ? prompt : undefined;
}

/** What a menu shows. */
export function menuItems(state: TableState, { what }: Menu): MenuItem[] {
  if (what === 'columns') {
    return COLUMN_NAMES.map(name => ({ label: name, chosen: !state.hidden.includes(name) }));
  }
  return SORTS.map(({ label, sort }) => ({ label, chosen: isSame(sort, state.sort) }));
}

export function openMenu(state: TableState, what: Menu['what']): TableState {
  const choice = what === 'sort' ? SORTS.findIndex(({ sort }) => isSame(sort, state.sort)) : 0;
  return settled({ ...state, prompt: { what, choice: Math.max(0, choice) } });
}

const inMenu = (run: (state: TableState, menu: Menu) => TableState) => (state: TableState) => {
  const menu = openMenuOf(state);
  return menu === undefined ? state : run(state, menu);
};

const movedChoice = (by: 1 | -1) =>
  inMenu((state, menu) => {
    const last = menuItems(state, menu).length - 1;
    return { ...state, prompt: { ...menu, choice: Math.max(0, Math.min(last, menu.choice + by)) } };
  });

/** Shows or hides a column, or sorts and closes the menu. */
const acceptChoice = inMenu((state, { what, choice }) => {
  if (what === 'columns') return toggled(state, COLUMN_NAMES[choice]);
  const { sort } = SORTS[choice] ?? {};
  return sort === undefined ? state : sorted({ ...state, prompt: undefined }, sort);
});

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
    run: movedChoice(-1),
  },
  {
    id: 'choice-down',
    keys: ['down', 'j'],
    label: 'one down',
    places: MENUS,
    run: movedChoice(1),
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

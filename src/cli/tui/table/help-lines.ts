// What `?` shows in the table.
import { helpLines } from '../keys/help-lines.js';
import type { TableAction } from './action.js';
import type { Place, TableState } from './state.js';

const SECTIONS: readonly { title: string; place: Place }[] = [
  { title: 'In the table', place: 'table' },
  { title: 'In an event', place: 'detail' },
  { title: 'In the filter line', place: 'filter' },
];

export function tableHelp({
  state,
  actions,
  colour,
}: {
  state: TableState;
  actions: readonly TableAction[];
  colour: boolean;
}): string[] {
  const { columns } = state.size;
  return helpLines({ actions, sections: SECTIONS, here: 'table', state, columns, colour });
}

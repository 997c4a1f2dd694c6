// What `?` shows in the table.
import { helpLines } from '../keys/help-lines.js';
import { ACTIONS } from './actions.js';
import type { Place, TableState } from './state.js';

const SECTIONS: readonly { title: string; place: Place }[] = [
  { title: 'In the table', place: 'table' },
  { title: 'In an event', place: 'detail' },
  { title: 'In the filter line', place: 'filter' },
];

export function tableHelp(state: TableState, colour: boolean): string[] {
  const { columns } = state.size;
  return helpLines({ actions: ACTIONS, sections: SECTIONS, here: 'table', state, columns, colour });
}

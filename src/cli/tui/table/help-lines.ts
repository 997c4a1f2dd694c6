// What `?` shows: the keys of the table, made from the table of actions.
import type { SafeText } from '../../output/escape.js';
import { paint } from '../../output/style.js';
import { fitted } from '../events/columns.js';
import { keyName } from '../lines/key-names.js';
import { ACTIONS } from './actions.js';
import type { Place, TableState } from './state.js';

const KEYS_WIDTH = 16;
const ENTRY_WIDTH = 58;

const SECTIONS: readonly { title: string; place: Place }[] = [
  { title: 'In the table', place: 'table' },
  { title: 'In an event', place: 'detail' },
  { title: 'In the filter line', place: 'filter' },
];

/** The lines of the help, in as many columns as fit. */
export function helpLines(state: TableState, colour: boolean): string[] {
  const across = Math.max(1, Math.floor(state.size.columns / ENTRY_WIDTH));
  const width = Math.floor(state.size.columns / across);
  return SECTIONS.flatMap(({ title, place }) => {
    const entries = ACTIONS.filter(({ places }) => places.includes(place)).map(action => {
      const keys = fitted(` ${action.keys.map(keyName).join(' ')}` as SafeText, KEYS_WIDTH);
      const reason = place === 'table' ? action.off?.(state) : undefined;
      const label = reason === undefined ? action.label : `${action.label} (not now)`;
      const text = fitted(label as SafeText, width - KEYS_WIDTH - 2);
      return `${paint(keys, 'bold', colour)} ${reason === undefined ? text : paint(text, 'dim', colour)} `;
    });
    const high = Math.ceil(entries.length / across);
    const lines = Array.from({ length: high }, (_, line) =>
      Array.from({ length: across }, (_, column) => entries[column * high + line] ?? '').join(''),
    );
    return [paint(title as SafeText, 'bold', colour), ...lines];
  });
}

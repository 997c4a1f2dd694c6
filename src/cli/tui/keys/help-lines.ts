// What `?` shows: the keys of a place, in as many columns as fit.
import type { SafeText } from '../../output/escape.js';
import { paint } from '../../output/style.js';
import { fitted } from '../events/columns.js';
import type { Action } from './action.js';
import { keyName } from './key-names.js';

const KEYS_WIDTH = 16;
const ENTRY_WIDTH = 58;

export interface HelpOptions<State, Place extends string> {
  actions: readonly Action<State, Place>[];
  sections: readonly { title: string; place: Place }[];
  /** The place of which it is known what is off now: the keys of that stand in brackets. */
  here: Place;
  state: State;
  columns: number;
  colour: boolean;
}

export function helpLines<State, Place extends string>(options: HelpOptions<State, Place>): string[] {
  const { actions, sections, here, state, columns, colour } = options;
  const across = Math.max(1, Math.floor(columns / ENTRY_WIDTH));
  const width = Math.floor(columns / across);
  return sections.flatMap(({ title, place }) => {
    const entries = actions
      .filter(({ places }) => places.includes(place))
      .map(action => {
        const reason = place === here ? action.off?.(state) : undefined;
        const names = action.keys.map(keyName).join(' ');
        const keys = fitted((reason === undefined ? ` ${names}` : `(${names})`) as SafeText, KEYS_WIDTH);
        const label = reason === undefined ? action.label : `${action.label} (not now: ${reason})`;
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

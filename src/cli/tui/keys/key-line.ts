// The footer: the keys of a place, as many as fit.
import type { SafeText } from '../../output/escape.js';
import { paint } from '../../output/style.js';
import { widthOf } from '../../output/width.js';
import type { Action } from './action.js';
import { keyName } from './key-names.js';

export interface KeyLineOptions<State, Place extends string> {
  actions: readonly Action<State, Place>[];
  state: State;
  place: Place;
  columns: number;
  colour: boolean;
}

export function keyLine<State, Place extends string>(options: KeyLineOptions<State, Place>): string {
  const { actions, state, place, columns, colour } = options;
  // What is of this place alone comes first: there is not always room for all.
  const shown = actions
    .filter(({ places, footer }) => footer !== undefined && places.includes(place))
    .toSorted((a, b) => Number(a.places.length > 1) - Number(b.places.length > 1));
  const widthIn = (action: Action<State, Place>) => widthOf(entryText(action)) + 2;
  let room =
    columns + 2 - shown.filter(({ always }) => always).reduce((sum, action) => sum + widthIn(action), 0);
  const fitting = shown.filter(action => {
    if (action.always) return true;
    if (widthIn(action) > room) return false;
    room -= widthIn(action);
    return true;
  });
  const last = (action: Action<State, Place>) => (action.always ? 1 : 0);
  return fitting
    .toSorted((a, b) => last(a) - last(b))
    .map(action => {
      if (action.off?.(state) !== undefined) return paint(entryText(action), 'dim', colour);
      return `${paint(keyName(action.keys[0] ?? '') as SafeText, 'bold', colour)} ${action.footer ?? ''}`;
    })
    .join('  ');
}

function entryText<State, Place extends string>({ keys, footer = '' }: Action<State, Place>): SafeText {
  return `${keyName(keys[0] ?? '')} ${footer}` as SafeText;
}

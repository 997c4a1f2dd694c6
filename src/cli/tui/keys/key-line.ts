// The footer: the keys of a place, as many as fit.
import { type SafeText, safe } from '../../output/escape.js';
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
  const isOff = (action: Action<State, Place>) => action.off?.(state) !== undefined;
  // In brackets, and not just faint: colours may be off, and eyes differ.
  const textOf = (action: Action<State, Place>) =>
    isOff(action) ? safe`(${entryText(action)})` : entryText(action);
  const widthIn = (action: Action<State, Place>) => widthOf(textOf(action)) + 2;
  let room =
    columns + 2 - shown.filter(({ always }) => always).reduce((sum, action) => sum + widthIn(action), 0);
  const fitting = new Set<Action<State, Place>>();
  // What can be done has room before what cannot.
  for (const action of shown.toSorted((a, b) => Number(isOff(a)) - Number(isOff(b)))) {
    if (!action.always && widthIn(action) > room) continue;
    if (!action.always) room -= widthIn(action);
    fitting.add(action);
  }
  const last = (action: Action<State, Place>) => (action.always ? 1 : 0);
  return shown
    .filter(action => fitting.has(action))
    .toSorted((a, b) => last(a) - last(b))
    .map(action => {
      if (isOff(action)) return paint(textOf(action), 'dim', colour);
      return `${paint(keyName(action.keys[0] ?? '') as SafeText, 'bold', colour)} ${action.footer ?? ''}`;
    })
    .join('  ');
}

function entryText<State, Place extends string>({ keys, footer = '' }: Action<State, Place>): SafeText {
  return `${keyName(keys[0] ?? '')} ${footer}` as SafeText;
}

// What a key does, as data: from one table of actions come the keys, `?`, the footer and the manual. Each action is
// a pure step from one state to the next.

import { keyName } from './key-names.js';

export interface Action<State, Place extends string> {
  id: string;
  /** Names as the key reader gives them; the first is shown. */
  keys: readonly string[];
  /** What it does, in a few words. */
  label: string;
  /** Where it can be done. */
  places: readonly Place[];
  /** Whether the footer shows it where there is room, and under which shorter word. */
  footer?: string;
  /** At the end of the footer, whatever else there is no room for. */
  always?: true;
  /** Why it cannot be done now. */
  off?(state: State): string | undefined;
  run(state: State, world: ActionWorld): State;
}

export interface ActionWorld {
  /** Milliseconds since the Unix epoch. */
  now: number;
}

/** The action of a key in a place. */
export function actionOf<State, Place extends string>(
  actions: readonly Action<State, Place>[],
  key: string,
  place: Place,
): Action<State, Place> | undefined {
  return actions.find(({ keys, places }) => places.includes(place) && keys.includes(key));
}

/** The state after a key that does nothing in a place: it says so, and where help is to be had. */
export function unmeant<State extends { notice: string | undefined }, Place extends string>(
  state: State,
  key: string,
  { actions, place }: { actions: readonly Action<State, Place>[]; place: Place },
): State {
  const help = actions.find(({ id, places }) => id === 'help' && places.includes(place))?.keys[0];
  const more = help === undefined ? '' : `; ${keyName(help)} shows the keys`;
  return { ...state, notice: `${keyName(key)} does nothing here${more}.` };
}

/** The state after an action; one that is off says why. */
export function acted<State extends { notice: string | undefined }, Place extends string>(
  state: State,
  action: Action<State, Place>,
  world: ActionWorld,
): State {
  const reason = action.off?.(state);
  if (reason !== undefined) return { ...state, notice: `Not now: ${reason}.` };
  return action.run({ ...state, notice: undefined }, world);
}

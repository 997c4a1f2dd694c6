// An action of the explorer, and the places that many of them share.
import type { ObjectRef } from '../../../shared/object-ref.js';
import type { Action } from '../keys/action.js';
import { PANES } from './pane.js';
import { currentEvent, type ExplorerState, type Place } from './state.js';

export type ExplorerAction = Action<ExplorerState, Place>;

export const IN_PANES: readonly Place[] = PANES;

/** Where there is an event that an action can be about. */
export const ON_AN_EVENT: readonly Place[] = ['events', 'detail', 'record'];

export const noEvent = (state: ExplorerState) =>
  currentEvent(state) === undefined ? 'there is no event' : undefined;

/** The object that an action is about. */
export function targetOf(state: ExplorerState): ObjectRef | undefined {
  const event = currentEvent(state);
  return event === undefined ? undefined : { type: event.targetType, id: event.targetId };
}

export const onTarget =
  (run: (state: ExplorerState, target: ObjectRef) => ExplorerState) => (state: ExplorerState) => {
    const target = targetOf(state);
    return target === undefined ? state : run(state, target);
  };

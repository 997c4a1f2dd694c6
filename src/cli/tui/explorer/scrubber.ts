// The time scrubber: a step whose events are the changes of one object, walked through with the state that each left.
// Pure; the state comes with the questions that go with every step.
import { formatRef } from '../../../shared/object-ref.js';
import { movedBy, toBottom, toTop } from '../events/list-moves.js';
import { isAtBottom, isAtTop } from '../events/wanted-rows.js';
import { mayNotWrite } from './acting.js';
import type { ExplorerAction } from './action.js';
import { noEvent, ON_AN_EVENT } from './action.js';
import { back, pivoted } from './path.js';
import {
  currentEvent,
  type ExplorerState,
  listLines,
  stepOf,
  withErrand,
  withList,
  withStep,
} from './state.js';

/** Events that one key goes past, where it goes far. */
const FAR = 10;

/** What changes an object: views and refusals leave it as it was. */
const CHANGING = { action: ['created', 'changed', 'deleted'], outcome: ['success'] };

function opened(state: ExplorerState): ExplorerState {
  const event = currentEvent(state);
  if (event === undefined) return state;
  const target = formatRef(event.targetType, event.targetId);
  const isChange = event.action !== 'viewed' && event.outcome === 'success';
  const next = pivoted(state, {
    label: `${target} through time`,
    filter: { include: { target: [target], ...CHANGING }, exclude: {} },
    ...(isChange ? { goal: { event, past: 0 } } : {}),
  });
  const { list } = stepOf(next);
  return withStep(next, {
    overlay: { what: 'scrubber', scroll: 0 },
    // At a view, or at what was refused, one stands after the last change before it.
    list: isChange ? list : { ...list, jump: { time: event.timestamp } },
  });
}

/** @param by events, newer ones with plus */
const moved = (by: number) => (state: ExplorerState) =>
  withTop(withList(state, movedBy(stepOf(state).list, -by, listLines(state))));

/** What one read of another state is read from its beginning. */
function withTop(state: ExplorerState): ExplorerState {
  const { overlay } = stepOf(state);
  return overlay?.what === 'scrubber' ? withStep(state, { overlay: { ...overlay, scroll: 0 } }) : state;
}

/** Which change of how many this is, the first counted as 1; `undefined` while not all are known. */
export function placeInLife(state: ExplorerState): { number: number; of: number } | undefined {
  const { list } = stepOf(state);
  if (!isAtBottom(list) || !isAtTop(list)) return undefined;
  return { number: list.rows.length - list.selected, of: list.rows.length };
}

function preview(state: ExplorerState): ExplorerState {
  const event = currentEvent(state);
  if (event === undefined) return state;
  const target = formatRef(event.targetType, event.targetId);
  return withErrand(state, { what: 'preview-revert', request: { target, seq: event.seq } });
}

export const SCRUBBING: readonly ExplorerAction[] = [
  {
    id: 'earlier',
    keys: ['left', 'h'],
    label: 'the change before',
    footer: 'earlier',
    places: ['scrubber'],
    run: moved(-1),
  },
  {
    id: 'later',
    keys: ['right', 'l'],
    label: 'the change after',
    footer: 'later',
    places: ['scrubber'],
    run: moved(1),
  },
  {
    id: 'far-earlier',
    keys: ['<', 'shift+left'],
    label: 'ten changes back',
    places: ['scrubber'],
    run: moved(-FAR),
  },
  {
    id: 'far-later',
    keys: ['>', 'shift+right'],
    label: 'ten changes on',
    places: ['scrubber'],
    run: moved(FAR),
  },
  {
    id: 'first-state',
    keys: ['home', 'g'],
    label: 'to its beginning',
    footer: 'first',
    places: ['scrubber'],
    run: state => withTop(withList(state, toBottom(stepOf(state).list, listLines(state)))),
  },
  {
    id: 'last-state',
    keys: ['end', 'G'],
    label: 'to how it stands now',
    footer: 'now',
    places: ['scrubber'],
    run: state => withTop(withList(state, toTop(stepOf(state).list, listLines(state)))),
  },
  {
    id: 'bring-back',
    keys: ['u'],
    label: 'bring it back to how it stood here',
    footer: 'bring back',
    places: ['scrubber'],
    off: state => noEvent(state) ?? mayNotWrite(state, currentEvent(state)?.targetType),
    run: preview,
  },
  {
    id: 'scrubbed-event',
    keys: ['enter'],
    label: 'the event, among the changes of the object',
    footer: 'event',
    places: ['scrubber'],
    off: noEvent,
    run: state => withStep(state, { overlay: undefined, pane: 'detail' }),
  },
  {
    id: 'close-scrubber',
    keys: ['escape', 'backspace'],
    label: 'back to where one was',
    footer: 'back',
    places: ['scrubber'],
    run: back,
  },
  {
    id: 'scrubber',
    keys: ['s'],
    label: 'its target through time',
    footer: 'through time',
    places: ON_AN_EVENT,
    off: noEvent,
    run: opened,
  },
];

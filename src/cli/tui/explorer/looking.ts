// The actions that look further at the object of an event: as it is now, who set its fields, its history.
import { formatRef } from '../../../shared/object-ref.js';
import type { ExplorerAction } from './action.js';
import { noEvent, ON_AN_EVENT, onTarget } from './action.js';
import { questionOf } from './answers.js';
import { withStep } from './state.js';

/** Shows the answer to a question about the target; it is asked each time anew. */
function looked(kind: 'live' | 'blame' | 'history', title: string) {
  return onTarget((state, target) =>
    withStep(
      { ...state, nextEpoch: state.nextEpoch + 1 },
      {
        overlay: {
          what: 'text',
          title: `${formatRef(target.type, target.id)}: ${title}`,
          source: questionOf(kind, { target }, { fresh: state.nextEpoch }),
          scroll: 0,
        },
      },
    ),
  );
}

export const LOOKING: readonly ExplorerAction[] = [
  {
    id: 'live',
    keys: ['L'],
    label: 'the record as it is now (recorded as a view)',
    places: ON_AN_EVENT,
    off: noEvent,
    run: looked('live', 'as it is now'),
  },
  {
    id: 'blame',
    keys: ['b'],
    label: 'who set each field of its target',
    places: ON_AN_EVENT,
    off: noEvent,
    run: looked('blame', 'who set each field'),
  },
  {
    id: 'history',
    keys: ['H'],
    label: 'the history of its target',
    places: ON_AN_EVENT,
    off: noEvent,
    run: looked('history', 'its history'),
  },
];

// The actions that look further at the object of an event: as it is now, who set its fields, its history.
import { formatRef } from '../../../shared/object-ref.js';
import type { ExplorerAction } from './action.js';
import { noEvent, ON_AN_EVENT, onTarget } from './action.js';
import { questionOf } from './answers.js';
import { blameRows } from './blame-pane.js';
import { historyEntries } from './history-view.js';
import { only, pivoted } from './path.js';
import { currentEvent, type ExplorerState, stepOf, withStep } from './state.js';

/** Shows the record as it is; it is asked for each time anew. */
const toLive = onTarget((state, target) =>
  withStep(
    { ...state, nextEpoch: state.nextEpoch + 1 },
    {
      overlay: {
        what: 'text',
        title: `${formatRef(target.type, target.id)} as it is now`,
        source: questionOf('live', { target }, { fresh: state.nextEpoch }),
        scroll: 0,
      },
    },
  ),
);

const toHistory = onTarget((state, target) =>
  withStep(
    { ...state, nextEpoch: state.nextEpoch + 1 },
    {
      overlay: {
        what: 'history',
        source: questionOf('history', { target }, { fresh: state.nextEpoch }),
        choice: 0,
      },
    },
  ),
);

/** The pane of the record: who set its fields instead of how it stood, and the other way round. */
function toggledBlame(state: ExplorerState): ExplorerState {
  const { pane } = stepOf(state);
  const step = { scroll: { ...stepOf(state).scroll, record: 0 }, pane: 'record' as const };
  if (state.recordShows === 'state') return withStep({ ...state, recordShows: 'blame' }, step);
  // Turned on from elsewhere it may not have been in sight.
  return withStep({ ...state, recordShows: 'state' }, { ...step, pane: pane === 'record' ? 'events' : pane });
}

function blamed(state: ExplorerState) {
  const rows = blameRows(state);
  return rows[Math.min(stepOf(state).scroll.record, rows.length - 1)];
}

/** A step along the changes of the field, at the one that set it. */
function toBlamed(state: ExplorerState): ExplorerState {
  const row = blamed(state);
  const event = currentEvent(state);
  if (row === undefined || event === undefined) return state;
  const target = formatRef(event.targetType, event.targetId);
  const filter = { include: { target: [target], field: [row.field] }, exclude: {} };
  return pivoted(state, { label: `${target} ${row.field}`, filter, goal: { event: row, past: 0 } });
}

function chosenEntry(state: ExplorerState) {
  const { overlay } = stepOf(state);
  return overlay?.what === 'history' ? historyEntries(state, overlay)[overlay.choice] : undefined;
}

/** A step with everything that happened to the object, at the chosen request. */
function toEntry(state: ExplorerState): ExplorerState {
  const { overlay } = stepOf(state);
  const event = chosenEntry(state)?.events[0];
  if (overlay?.what !== 'history' || event === undefined) return state;
  const { type, id } = overlay.source.ask.target;
  const label = formatRef(type, id);
  return pivoted(state, { label, filter: only('target', label), goal: { event, past: 0 } });
}

export const LOOKING: readonly ExplorerAction[] = [
  {
    id: 'live',
    keys: ['L'],
    label: 'the record as it is now (recorded as a view)',
    places: ON_AN_EVENT,
    off: noEvent,
    run: toLive,
  },
  {
    id: 'blame',
    keys: ['b'],
    label: 'who set each field of its target, or how it stood',
    footer: 'blame',
    places: ON_AN_EVENT,
    off: noEvent,
    run: toggledBlame,
  },
  {
    id: 'blamed-event',
    keys: ['enter'],
    label: 'with blame: the event that set the field',
    places: ['record'],
    off: state =>
      state.recordShows === 'state'
        ? 'b shows who set the fields'
        : blamed(state)
          ? undefined
          : 'there is no field',
    run: toBlamed,
  },
  {
    id: 'history',
    keys: ['H'],
    label: 'the history of its target',
    footer: 'history',
    places: ON_AN_EVENT,
    off: noEvent,
    run: toHistory,
  },
  {
    id: 'history-event',
    keys: ['enter'],
    label: 'its event, among all of the object',
    footer: 'event',
    places: ['history'],
    off: state => ((chosenEntry(state)?.events.length ?? 0) === 0 ? 'these are views alone' : undefined),
    run: toEntry,
  },
];

// The actions that go from an event to others: its actor, its target, its request, the same field before and after;
// and back.
import type { DataEvent } from '../../../shared/data-event.js';
import { formatRef } from '../../../shared/object-ref.js';
import type { ExplorerAction } from './action.js';
import { IN_PANES, noEvent, ON_AN_EVENT } from './action.js';
import { busiestRows } from './busiest.js';
import { back, only, pivoted, towardsGoal } from './path.js';
import { currentEvent, type ExplorerState, stepOf, withStep } from './state.js';

function onEvent(run: (state: ExplorerState, event: DataEvent) => ExplorerState) {
  return (state: ExplorerState) => {
    const event = currentEvent(state);
    return event === undefined ? state : run(state, event);
  };
}

/** It is in what the step asks for, and what it is about is there before the answer. */
const at = (event: DataEvent, past = 0) => ({ goal: { event, past }, known: event });

const toActor = onEvent((state, event) => {
  const label = formatRef(event.actorType, event.actorId);
  return pivoted(state, { label, filter: only('actor', label), ...at(event) });
});

const toTarget = onEvent((state, event) => {
  const label = formatRef(event.targetType, event.targetId);
  return pivoted(state, { label, filter: only('target', label), ...at(event) });
});

const toRequest = onEvent((state, event) => {
  const { requestId } = event;
  if (requestId === undefined) return state;
  return pivoted(state, { label: 'request', filter: only('requestId', requestId), ...at(event) });
});

/** The field whose changes one goes along: that of the filter, else the first that the event changed. */
function fieldOf(state: ExplorerState, event: DataEvent): string | undefined {
  const fields = Object.keys(event.changes ?? {});
  const [filtered] = stepOf(state).list.filter.include.field ?? [];
  return filtered !== undefined && fields.includes(filtered) ? filtered : fields[0];
}

/** @param past rows of a list that has the newest first */
function alongField(past: 1 | -1) {
  return onEvent((state, event) => {
    const field = fieldOf(state, event);
    if (field === undefined) return state;
    const target = formatRef(event.targetType, event.targetId);
    const label = `${target} ${field}`;
    const { list } = stepOf(state);
    if (stepOf(state).label === label && list.loaded) {
      // Already among the changes of this field: the goal moves, the step stays.
      return towardsGoal(withStep(state, { goal: { seq: event.seq, timestamp: event.timestamp, past } }));
    }
    const filter = { include: { target: [target], field: [field] }, exclude: {} };
    return pivoted(state, { label, filter, ...at(event, past) });
  });
}

const noField = (state: ExplorerState) => {
  const event = currentEvent(state);
  if (event === undefined) return 'there is no event';
  return Object.keys(event.changes ?? {}).length === 0 ? 'the event changed no field' : undefined;
};

function openBusiest(state: ExplorerState): ExplorerState {
  const row = busiestRows(state)[stepOf(state).busiest];
  return row === undefined ? state : pivoted(state, { label: row.key, filter: only(row.by, row.key) });
}

/** The same events without those that are called as this one is, or did what it did. */
const withoutLike = onEvent((state, event) => {
  const { filter } = stepOf(state).list;
  const [key, value] =
    event.eventName === undefined
      ? (['action', event.action] as const)
      : (['eventName', event.eventName] as const);
  const left = [...(filter.exclude[key] ?? []), value];
  const exclude = { ...filter.exclude, [key]: left };
  return pivoted(state, { label: `without ${value}`, filter: { ...filter, exclude } });
});

export const PIVOTS: readonly ExplorerAction[] = [
  {
    id: 'actor',
    keys: ['a'],
    label: 'what its actor has done',
    footer: 'actor',
    places: ON_AN_EVENT,
    off: noEvent,
    run: toActor,
  },
  {
    id: 'target',
    keys: ['t'],
    label: 'who has touched its target',
    footer: 'target',
    places: ON_AN_EVENT,
    off: noEvent,
    run: toTarget,
  },
  {
    id: 'request',
    keys: ['r'],
    label: 'everything of its request',
    footer: 'request',
    places: ON_AN_EVENT,
    off: state =>
      noEvent(state) ?? (currentEvent(state)?.requestId === undefined ? 'it names no request' : undefined),
    run: toRequest,
  },
  {
    id: 'previous-change',
    keys: ['['],
    label: 'the change of the same field before',
    places: ON_AN_EVENT,
    off: noField,
    run: alongField(1),
  },
  {
    id: 'next-change',
    keys: [']'],
    label: 'the change of the same field after',
    places: ON_AN_EVENT,
    off: noField,
    run: alongField(-1),
  },
  {
    id: 'without',
    keys: ['-'],
    label: 'leave out what is called as it is',
    places: ON_AN_EVENT,
    off: noEvent,
    run: withoutLike,
  },
  {
    id: 'open-busiest',
    keys: ['enter'],
    label: 'its events',
    footer: 'its events',
    places: ['busiest'],
    off: state => (busiestRows(state).length === 0 ? 'nobody is there' : undefined),
    run: openBusiest,
  },
  {
    id: 'back',
    keys: ['backspace'],
    label: 'back to where one was',
    footer: 'back',
    places: [...IN_PANES, 'text', 'history', 'histogram', 'counts'],
    off: state => (state.steps.length < 2 ? 'this is where you began' : undefined),
    run: back,
  },
];

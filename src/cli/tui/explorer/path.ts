// The path through the log: each pivot is a step, going back ends exactly where one was. Pure.
import type { AuditFilter, FilterKey } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { clamped } from '../events/event-list.js';
import { isAtBottom, isAtTop } from '../events/wanted-rows.js';
import { type ExplorerState, listLines, newStep, type Step, stepOf, withList, withStep } from './state.js';

export interface Pivot {
  label: string;
  filter: AuditFilter;
  /** The filter line, where it was typed. */
  typed?: string;
  /** Goes to this event, or so many rows past it. */
  goal?: { event: Pick<DataEvent, 'seq' | 'timestamp'>; past: number };
  /** An event that matches the filter: it is shown while the others are asked for. */
  known?: DataEvent;
}

/** A step more. */
export function pivoted(state: ExplorerState, { label, filter, goal, typed, known }: Pivot): ExplorerState {
  const step: Step = {
    ...newStep({ epoch: state.nextEpoch, filter, label, typed, known }),
    goal:
      goal === undefined
        ? undefined
        : { seq: goal.event.seq, timestamp: goal.event.timestamp, past: goal.past },
  };
  return { ...state, steps: [...state.steps, step], nextEpoch: state.nextEpoch + 1, notice: undefined };
}

/** The step before, as it was left. */
export function back(state: ExplorerState): ExplorerState {
  if (state.steps.length < 2) return { ...state, notice: 'This is where you began; q leaves.' };
  const shorter = { ...state, steps: state.steps.slice(0, -1) };
  // The terminal may have been resized since.
  return withStep(shorter, { list: clamped(stepOf(shorter).list, listLines(shorter)) });
}

/** Everything with one value, whatever the filter was. */
export function only(key: FilterKey, value: string): AuditFilter {
  return { include: { [key]: [value] }, exclude: {} };
}

/** The filter with a value more that must hold. */
export function narrowed(filter: AuditFilter, key: FilterKey, value: string): AuditFilter {
  return { ...filter, include: { ...filter.include, [key]: [value] } };
}

/** Goes on to the event that the step was opened for, as far as it is loaded. */
export function towardsGoal(state: ExplorerState): ExplorerState {
  const { goal, list } = stepOf(state);
  if (goal === undefined) return state;
  const at = list.rows.findIndex(({ seq }) => seq === goal.seq);
  if (at < 0) {
    if (list.jump !== undefined) return state;
    const tried = list.rows.some(({ timestamp }) => timestamp === goal.timestamp);
    if (tried || (isAtTop(list) && isAtBottom(list))) return withStep(state, { goal: undefined });
    return withStep(state, { list: { ...list, jump: { time: goal.timestamp } } });
  }
  const wanted = at + goal.past;
  const ended = goal.past < 0 ? isAtTop(list) : isAtBottom(list);
  if ((wanted < 0 || wanted >= list.rows.length) && !ended) return withList(state, { ...list, selected: at });
  const beyond = wanted < 0 || wanted >= list.rows.length;
  const lines = listLines(state);
  const selected = beyond ? at : wanted;
  const moved = withList(state, { ...list, selected, top: Math.max(0, selected - Math.floor(lines / 3)) });
  const notice = beyond
    ? goal.past < 0
      ? 'Nothing came after this.'
      : 'Nothing was before this.'
    : state.notice;
  return { ...withStep(moved, { goal: undefined }), notice };
}

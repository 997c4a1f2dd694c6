// How much of what: counts by a column, with when it was as a sparkline. Pure.
import type { DayCount } from '../../../shared/audit-stats.js';
import type { SummaryLine } from '../../../shared/client.js';
import { ACTIONS } from '../../../shared/vocabulary.js';
import { answerTo, questionOf, type Sample } from './answers.js';
import type { CountedColumn, Overlay } from './overlay.js';
import { type ExplorerState, stepOf } from './state.js';
import { daysQuestion, sampleQuestion } from './timeline.js';

/** Most rows that are counted. */
const MOST_COUNTED = 200;

export function countsQuestion(state: ExplorerState, by: CountedColumn) {
  const { list } = stepOf(state);
  return questionOf('summary', { filter: list.filter, by, limit: MOST_COUNTED }, { fresh: list.epoch });
}

/** The rows of an open count, most frequent first. */
export function countRows(
  state: ExplorerState,
  { by }: Extract<Overlay, { what: 'counts' }>,
): readonly SummaryLine[] {
  const answer = answerTo(state.answers, countsQuestion(state, by));
  return answer.state === 'answered' ? answer.value.rows : [];
}

/** How often in each of `cells` equal parts of the time of the sample; `undefined` while that is not known. */
export function seriesOf(
  state: ExplorerState,
  by: CountedColumn,
  key: string,
  cells: number,
): number[] | undefined {
  if (by === 'action') {
    const days = answerTo(state.answers, daysQuestion(stepOf(state)));
    return days.state === 'answered' ? dailySeries(days.value.days, key, cells) : undefined;
  }
  const answer = answerTo(state.answers, sampleQuestion(stepOf(state)));
  return answer.state === 'answered' ? series(answer.value, by, key, cells) : undefined;
}

/** What is asked for the sparklines: actions are counted by day in the rollup, all else in the newest events. */
export function seriesQuestion(state: ExplorerState, by: CountedColumn) {
  return by === 'action' ? daysQuestion(stepOf(state)) : sampleQuestion(stepOf(state));
}

/** Whether the sparklines are of the newest events, and there are more. */
export function isSampledInPart(state: ExplorerState, by: CountedColumn): boolean {
  const answer = answerTo(state.answers, sampleQuestion(stepOf(state)));
  return by !== 'action' && answer.state === 'answered' && !answer.value.complete;
}

function dailySeries(days: readonly DayCount[], key: string, cells: number): number[] {
  const values = Array.from({ length: cells }, () => 0);
  const first = Date.parse(days[0]?.day ?? '');
  const span = Math.max(1, Date.parse(days.at(-1)?.day ?? '') - first);
  const action = ACTIONS.find(word => word === key);
  for (const day of action === undefined ? [] : days) {
    const cell = Math.min(cells - 1, Math.floor(((Date.parse(day.day) - first) / span) * cells));
    values[cell]! += day[action!];
  }
  return values;
}

export function series({ events }: Sample, by: CountedColumn, key: string, cells: number): number[] {
  const values = Array.from({ length: cells }, () => 0);
  const newest = events[0]?.timestamp ?? 0;
  const oldest = events.at(-1)?.timestamp ?? 0;
  const span = Math.max(1, newest - oldest);
  for (const event of events) {
    const held = event[by];
    if (typeof held === 'string' ? held !== key : !held?.includes(key)) continue;
    const cell = Math.min(cells - 1, Math.floor(((event.timestamp - oldest) / span) * cells));
    values[cell] = (values[cell] ?? 0) + event.count;
  }
  return values;
}

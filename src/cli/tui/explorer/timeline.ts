// How much happened when, in bars of months, days, hours or minutes, the newest first. Pure.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { DayCount } from '../../../shared/audit-stats.js';
import { answerTo, questionOf, type Sample } from './answers.js';
import { MOST_SAMPLED } from './sample.js';
import { type ExplorerState, stepOf } from './state.js';

export type Unit = 'month' | 'day' | 'hour' | 'minute';

export interface Bar {
  /** Inclusive and exclusive, milliseconds since the Unix epoch. */
  since: number;
  until: number;
  label: string;
  count: number;
}

export interface Timeline {
  unit: Unit;
  bars: readonly Bar[];
  /** What is counted, where that is not everything. */
  partial: string | undefined;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** More days than this are shown as months; fewer than the other, as hours. */
const MOST_DAYS = 100;
const FEW_DAYS = 2;
/** Bars between the first and the last, empty ones too, up to so many. */
const MOST_BARS = 500;

/** Days and months are those of the place where the terminal stands. */
const TIME_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export function daysQuestion({ list }: { list: { filter: AuditFilter; epoch: number } }) {
  return questionOf('days', { filter: list.filter, timeZone: TIME_ZONE }, { fresh: list.epoch });
}

export function sampleQuestion({ list }: { list: { filter: AuditFilter; epoch: number } }) {
  return questionOf('sample', { filter: list.filter }, { fresh: list.epoch });
}

/** Whether bars are so short that the events themselves are counted. */
export function isFine({ since, until }: AuditFilter): boolean {
  return since !== undefined && until !== undefined && until - since <= FEW_DAYS * DAY;
}

/** The bars of the step where one is, or `undefined` while the daemon is asked. */
export function timelineOf(state: ExplorerState): Timeline | undefined {
  const step = stepOf(state);
  if (isFine(step.list.filter)) {
    const answer = answerTo(state.answers, sampleQuestion(step));
    return answer.state === 'answered' ? fineTimeline(answer.value, step.list.filter) : undefined;
  }
  const answer = answerTo(state.answers, daysQuestion(step));
  return answer.state === 'answered' ? dailyTimeline(answer.value.days, answer.value.partial) : undefined;
}

export function dailyTimeline(days: readonly DayCount[], partial: boolean): Timeline {
  const unit = days.length > MOST_DAYS || spanOf(days) > MOST_DAYS * 3 ? 'month' : 'day';
  const counts = new Map<number, number>();
  for (const { day, occurrences } of days) {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
    const start = startOf(unit, new Date(year, month - 1, date).getTime());
    counts.set(start, (counts.get(start) ?? 0) + occurrences);
  }
  return { unit, bars: barsOf(unit, counts), partial: partial ? 'counted so far' : undefined };
}

function spanOf(days: readonly DayCount[]): number {
  const [first] = days;
  const last = days.at(-1);
  return first === undefined || last === undefined ? 0 : (Date.parse(last.day) - Date.parse(first.day)) / DAY;
}

function fineTimeline({ events, complete }: Sample, { since = 0, until = 0 }: AuditFilter): Timeline {
  const unit = until - since <= 2 * HOUR ? 'minute' : 'hour';
  const counts = new Map<number, number>();
  for (const { timestamp, count } of events) {
    const start = startOf(unit, timestamp);
    counts.set(start, (counts.get(start) ?? 0) + count);
  }
  const newest = `of the newest ${MOST_SAMPLED.toLocaleString('en-US')} events alone`;
  return { unit, bars: barsOf(unit, counts), partial: complete ? undefined : newest };
}

/** When the month, day, hour or minute of a moment began, in local time. */
export function startOf(unit: Unit, ms: number): number {
  const date = new Date(ms);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  switch (unit) {
    case 'month':
      return new Date(year, month).getTime();
    case 'day':
      return new Date(year, month, day).getTime();
    case 'hour':
      return new Date(year, month, day, date.getHours()).getTime();
    case 'minute':
      return new Date(year, month, day, date.getHours(), date.getMinutes()).getTime();
  }
}

/** When the next one begins: days are not all as long. */
export function endOf(unit: Unit, start: number): number {
  const date = new Date(start);
  switch (unit) {
    case 'month':
      return new Date(date.getFullYear(), date.getMonth() + 1).getTime();
    case 'day':
      return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
    case 'hour':
      return start + HOUR;
    case 'minute':
      return start + 60_000;
  }
}

function barsOf(unit: Unit, counts: ReadonlyMap<number, number>): Bar[] {
  const starts = [...counts.keys()].sort((a, b) => a - b);
  const [first] = starts;
  const last = starts.at(-1);
  if (first === undefined || last === undefined) return [];
  const bar = (since: number): Bar => ({
    since,
    until: endOf(unit, since),
    label: labelOf(unit, since),
    count: counts.get(since) ?? 0,
  });
  const bars: Bar[] = [];
  for (
    let start = first;
    start <= last && bars.length <= MOST_BARS;
    start = startOf(unit, endOf(unit, start))
  ) {
    bars.push(bar(start));
  }
  return (bars.length > MOST_BARS ? starts.map(bar) : bars).reverse();
}

function labelOf(unit: Unit, ms: number): string {
  const date = new Date(ms);
  const two = (number: number) => String(number).padStart(2, '0');
  const month = `${date.getFullYear()}-${two(date.getMonth() + 1)}`;
  if (unit === 'month') return month;
  const day = `${month}-${two(date.getDate())}`;
  return unit === 'day' ? day : `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

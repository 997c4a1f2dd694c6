// The choices that count: how much of what, and when it happened; each leads into the events of a row.
import { escapeText, type SafeText, safe } from '../output/escape.js';
import { relativeTime } from '../output/relative-time.js';
import { COUNTED_COLUMNS, type CountedColumn } from '../tui/explorer/overlay.js';
import { dailyTimeline } from '../tui/explorer/timeline.js';
import type { WalkAction } from './action.js';
import { chosenOf } from './choosing.js';
import { stepInto, stepOf, withinOf } from './walk.js';

/** Most rows that are counted. */
const MOST_ROWS = 200;

const shown = (count: number) => count.toLocaleString('en-US') as SafeText;

export const COUNTING: readonly WalkAction[] = [
  {
    label: 'how much of what',
    place: 'events',
    async run(walk, world) {
      const { client, clock } = world;
      const by = await chosenOf<CountedColumn>(world, {
        title: safe`Count by`,
        items: COUNTED_COLUMNS,
        line: column => escapeText(column),
        question: 'By which',
      });
      if (by === undefined) return walk;
      const step = stepOf(walk);
      const { data, partial } = await client.audit.summary(
        { ...step.filter, limit: MOST_ROWS, ...withinOf(step) },
        by,
      );
      const row = await chosenOf(world, {
        title: safe`Counts by ${escapeText(by)}, the most first${partial ? safe`, counted so far` : safe``}.`,
        items: data,
        line: ({ key, count, lastAt }) =>
          safe`${escapeText(key)}: ${shown(count)}, last ${relativeTime(lastAt, clock())}`,
        question: 'To the events of which',
      });
      if (row === undefined) return walk;
      const { filter } = step;
      return stepInto(client, walk, `${by}:${row.key}`, {
        ...filter,
        include: { ...filter.include, [by]: [row.key] },
      });
    },
  },
  {
    label: 'when it happened',
    place: 'events',
    async run(walk, world) {
      const { client } = world;
      const step = stepOf(walk);
      const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
      const { days, partial } = await client.audit.stats({
        ...step.filter,
        timeZone,
        limit: 1,
        ...withinOf(step),
      });
      const timeline = dailyTimeline(days, partial === true);
      const bars = timeline.bars.filter(({ count }) => count > 0);
      const said = timeline.partial === undefined ? '' : `, ${timeline.partial}`;
      const bar = await chosenOf(world, {
        title: safe`By ${escapeText(timeline.unit)}, the newest first${escapeText(said)}.`,
        items: bars,
        line: ({ label, count }) => safe`${escapeText(label)}: ${shown(count)}`,
        question: 'To the events of which',
      });
      if (bar === undefined) return walk;
      const { since, until, label } = bar;
      return stepInto(client, walk, label, { ...step.filter, since, until });
    },
  },
];

// Statistics for programs: the object as it came, or rows of what was counted.
import type { Stats } from '../../shared/audit-stats.js';
import { properties, timeProperty, type View } from './view.js';

export const STATS_VIEW: View<Stats> = {
  fields: [
    ...properties<Stats>(['events', 'occurrences']),
    timeProperty<Stats>('firstAt'),
    timeProperty<Stats>('lastAt'),
    ...properties<Stats>([
      'actions',
      'outcomes',
      'actors',
      'targets',
      'days',
      'hours',
      'timeZone',
      'removed',
      'partial',
    ]),
  ],
  row: ['events', 'occurrences', 'firstAt', 'lastAt'],
};

/** One thing that was counted. */
export interface StatsRow {
  /** `log`, `removed`, `action`, `outcome`, `actor`, `target`, `day` or `hour`. */
  of: string;
  /** Which one; hours are like `mon 13`. */
  key: string;
  /** Not told for hours. */
  events?: number;
  occurrences: number;
}

export const STATS_ROW_VIEW: View<StatsRow> = {
  fields: properties<StatsRow>(['of', 'key', 'events', 'occurrences']),
  row: ['of', 'key', 'events', 'occurrences'],
};

export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** Everything that was counted, a row each; of hours only those with something in them. */
export function statsRows(stats: Stats): StatsRow[] {
  const { events, occurrences, removed, actions, outcomes, actors, targets, days, hours } = stats;
  const words = (of: string, counts: Record<string, { events: number; occurrences: number }>) =>
    Object.entries(counts).map(([key, count]) => ({ of, key, ...count }));
  return [
    { of: 'log', key: 'all', events, occurrences },
    ...(removed === undefined
      ? []
      : [{ of: 'removed', key: 'all', events: removed.events, occurrences: removed.occurrences }]),
    ...words('action', actions),
    ...words('outcome', outcomes),
    ...actors.map(actor => ({ of: 'actor', ...actor })),
    ...targets.map(target => ({ of: 'target', ...target })),
    ...days.map(day => ({ of: 'day', key: day.day, events: day.events, occurrences: day.occurrences })),
    ...hours.flatMap((row, weekday) =>
      row.flatMap((count, hour) =>
        count === 0
          ? []
          : [{ of: 'hour', key: `${WEEKDAYS[weekday]!.toLowerCase()} ${hour}`, occurrences: count }],
      ),
    ),
  ];
}

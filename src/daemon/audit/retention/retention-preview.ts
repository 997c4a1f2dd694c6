// What retention would remove and erase now, counted from the events as they are.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DueErasure, RetentionPreview } from '../../../shared/retention.js';
import { erasurePreview } from '../erasure/erasure-preview.js';
import type { LogView } from '../log-view.js';
import { type DueRule, planRetention, type RetentionPolicy } from './plan-retention.js';
import { removalReader } from './removal-state.js';
import { createStoredTimes } from './stored-before.js';

export type CountedRetention = Omit<RetentionPreview, 'retention'>;

/** @param clock milliseconds since the Unix epoch. @throws Error for a log that is damaged */
export async function retentionPreview(
  view: LogView,
  policy: RetentionPolicy,
  clock: number,
): Promise<CountedRetention> {
  const times = createStoredTimes(view.db);
  const { removed, announced } = removalReader(view.db)();
  const span = (first: number, last: number) => ({
    first,
    last,
    since: times.recordedAt(first),
    until: times.recordedAt(last),
  });

  async function erasure({ standing, before, after, through }: DueRule): Promise<DueErasure> {
    const { filters, paths, only, rule } = standing;
    const question = { filters, after, through, ...(paths && { paths }), ...(only && { only }) };
    const isDue = through > after;
    const { events, values } = isDue ? await erasurePreview(view, question) : { events: 0, values: [] };
    return {
      rule,
      before,
      control: only === 'control',
      range: isDue ? span(after + 1, through) : null,
      events,
      values: values.reduce((sum, path) => sum + path.events, 0),
      paths: values,
    };
  }

  const steps = planRetention(view.db, policy, clock);
  let step = steps.next();
  for (; !step.done; step = steps.next()) await nextTurn();
  const { trusted, removal, rules } = step.value;
  const erasures: DueErasure[] = [];
  for (const rule of rules) erasures.push(await erasure(rule));
  return {
    clock,
    trusted,
    removing: removed < announced ? announced : null,
    removal:
      removal === null
        ? null
        : {
            ...span(removal.first, removal.last),
            events: removal.last - removal.first + 1,
            occurrences: removal.occurrences - removal.occurrencesBefore,
          },
    erasures,
  };
}

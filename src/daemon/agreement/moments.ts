// Both databases as they stood at one moment, whether a daemon writes meanwhile or not: the log, and data.db with the
// events that had not reached the log by then.
import type { PendingEvent } from '../../shared/data-event.js';
import { formatRef } from '../../shared/object-ref.js';
import { QueueMismatch } from '../../shared/queue.js';
import { SOURCE_DATA_LAYER } from '../../shared/vocabulary.js';
import { createLogView, type LogView } from '../audit/log-view.js';
import { outboxOf } from '../data/outbox.js';
import type { Sqlite } from '../sqlite.js';

export interface Moment {
  data: Sqlite;
  log: LogView;
  /** What became of records and types and is not in the log yet, by target (`TYPE:ID`). */
  pending: ReadonlyMap<string, PendingEvent[]>;
}

/** How often a moment is sought while a daemon prunes the outbox between two looks. */
const TRIES = 5;

/**
 * Looks at both databases as they stand now. The connections are for reading, in no transaction.
 * @throws QueueMismatch if the two do not belong together.
 */
export async function atOneMoment<T>(
  { data, audit }: { data: Sqlite; audit: Sqlite },
  look: (moment: Moment) => Promise<T>,
): Promise<T> {
  for (let triesLeft = TRIES; ; triesLeft -= 1) {
    // The log first: what it does not hold then is in the outbox, unless it is stored and pruned in between.
    audit.exec('BEGIN');
    data.exec('BEGIN');
    try {
      const cursor = audit.prepare<[], string | null>('SELECT cursor FROM head').pluck().get() ?? null;
      const { events } = await outboxOf(data).read(cursor, Number.POSITIVE_INFINITY);
      const log = createLogView(audit);
      return await look({ data, log, pending: byTarget(events, log) });
    } catch (error) {
      if (!(error instanceof QueueMismatch) || triesLeft === 0) throw error;
    } finally {
      data.exec('COMMIT');
      audit.exec('COMMIT');
    }
  }
}

/** By target, less what the log holds already: after a repair the outbox can have that too. */
function byTarget(events: readonly PendingEvent[], log: LogView): Map<string, PendingEvent[]> {
  const found = new Map<string, PendingEvent[]>();
  for (const event of events) {
    // Reports tell of neither records nor types.
    const isOurs = event.source === SOURCE_DATA_LAYER || event.targetType === 'types';
    if (!isOurs || event.action === 'viewed' || event.outcome !== 'success') continue;
    if (log.events.byId(event.id) !== undefined) continue;
    const target = formatRef(event.targetType, event.targetId);
    const those = found.get(target);
    if (those === undefined) found.set(target, [event]);
    else those.push(event);
  }
  return found;
}

// Both databases as they stood at one moment, whether a daemon writes meanwhile or not: the log, and data.db with the
// events that had not reached the log by then.
import type { PendingEvent } from '../../shared/data-event.js';
import { QueueMismatch } from '../../shared/queue.js';
import { SOURCE_DATA_LAYER } from '../../shared/vocabulary.js';
import { createLogView, type LogView } from '../audit/log-view.js';
import { outboxOf } from '../data/outbox.js';
import type { Sqlite } from '../sqlite.js';

export interface Moment {
  data: Sqlite;
  log: LogView;
  /** Events that are not in the log yet. */
  backlog: number;
  /**
   * What became of objects of a type and is not in the log yet, oldest first. Reads through the outbox, and holds one
   * row of it at a time.
   */
  pending(type: string): Iterable<PendingEvent>;
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
      const outbox = outboxOf(data);
      // Finds out whether the two belong together.
      await outbox.read(cursor, 1);
      const backlog = outbox.tail().total - outbox.locate(cursor).total;
      const log = createLogView(audit);
      return await look({
        data,
        log,
        backlog,
        pending: type => pendingOf(outbox.rowsAfter(cursor), log, type),
      });
    } catch (error) {
      if (!(error instanceof QueueMismatch) || triesLeft === 0) throw error;
    } finally {
      data.exec('COMMIT');
      audit.exec('COMMIT');
    }
  }
}

/** Less what the log holds already: after a repair the outbox can have that too. */
function* pendingOf(rows: Iterable<string>, log: LogView, type: string): Generator<PendingEvent> {
  const named = `"targetType":${JSON.stringify(type)}`;
  for (const row of rows) {
    if (!row.includes(named)) continue;
    for (const event of JSON.parse(row) as PendingEvent[]) {
      // Reports tell of neither records nor types.
      const isOurs = event.source === SOURCE_DATA_LAYER || event.targetType === 'types';
      if (event.targetType !== type || !isOurs) continue;
      if (event.action === 'viewed' || event.outcome !== 'success') continue;
      if (log.events.byId(event.id) === undefined) yield event;
    }
  }
}

// The log in audit.db, for its one writer. An append is one transaction: events, terms, index, counts and cursor.
import type { PendingEvent } from '../../shared/data-event.js';
import type { QueueCursor } from '../../shared/queue.js';
import type { Sqlite } from '../sqlite.js';
import type { LogHead } from './audit-log.js';
import { openAuditForWriting } from './database.js';
import { eventBody } from './event-body.js';
import { indexEvent } from './event-index.js';
import { LogMoved, type LogStore, type SetAside } from './log-store.js';
import { createTermBatch } from './term-batch.js';
import { uuidToBytes } from './uuid-bytes.js';

/**
 * Opens the log in `file`, which is made or migrated if need be.
 * @throws Error if the file cannot be opened or is of a newer version.
 */
export function openSqliteLogStore(file: string, clock: () => number = Date.now): LogStore {
  return sqliteLogStore(openAuditForWriting(file), clock);
}

function sqliteLogStore(db: Sqlite, clock: () => number): LogStore {
  const readHead = db.prepare<[], LogHead>('SELECT size, recorded_at AS recordedAt, cursor FROM head');
  const writeHead = db.prepare(
    `INSERT INTO head (id, size, recorded_at, cursor) VALUES (1, @size, @recordedAt, @cursor)
     ON CONFLICT (id) DO UPDATE SET size = @size, recorded_at = @recordedAt, cursor = @cursor`,
  );
  const findId = db.prepare<[Buffer], number>('SELECT seq FROM events WHERE id = ?').pluck();
  const insertEvent = db.prepare<[number, Buffer, number, string]>(
    'INSERT INTO events (seq, id, timestamp, body) VALUES (?, ?, ?, ?)',
  );
  const insertSetAside = db.prepare<[number, string, string]>(
    'INSERT INTO set_aside (seq, reason, event) VALUES (?, ?, ?)',
  );
  const terms = createTermBatch(db);

  const currentHead = (): LogHead => readHead.get() ?? { size: 0, cursor: null, recordedAt: 0 };

  function appendTo(old: LogHead, events: readonly PendingEvent[], cursor: QueueCursor | null): LogHead {
    const recordedAt = Math.max(clock(), old.recordedAt);
    let { size } = old;
    for (const event of events) {
      const id = uuidToBytes(event.id);
      if (id === undefined) throw new TypeError("The event's id is not a UUID in lower case.");
      if (findId.get(id) !== undefined) continue;
      size += 1;
      insertEvent.run(size, id, event.timestamp, eventBody(event, recordedAt, terms.intern));
      indexEvent(event, size, terms);
    }
    terms.flush();
    const head = { size, cursor, recordedAt: size === old.size ? old.recordedAt : recordedAt };
    writeHead.run(head);
    return head;
  }

  /** Runs `step` on the head in one transaction, if the log has the expected size. */
  function transact(expectedSize: number, step: (old: LogHead) => LogHead): LogHead {
    try {
      return db
        .transaction(() => {
          const old = currentHead();
          if (old.size !== expectedSize) throw new LogMoved(expectedSize, old.size);
          return step(old);
        })
        .immediate();
    } catch (error) {
      terms.discard();
      throw error;
    }
  }

  return {
    head: async () => currentHead(),
    append: async (expectedSize, events, cursor) =>
      transact(expectedSize, old => appendTo(old, events, cursor)),
    setAside: async (expectedSize, { event, reason }: SetAside, inItsPlace, cursor) =>
      transact(expectedSize, old => {
        const head = appendTo(old, [inItsPlace], cursor);
        if (head.size > old.size) insertSetAside.run(head.size, reason, event);
        return head;
      }),
    close: () => db.close(),
  };
}

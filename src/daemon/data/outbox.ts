// The queue between data layer and logger, in data.db itself: the events of a commit are one row of the very
// transaction that changed the data, so that neither can exist without the other.
import type { PendingEvent } from '../../shared/data-event.js';
import { type Queue, type QueueBatch, type QueueCursor, QueueMismatch } from '../../shared/queue.js';
import { openForReading, type Sqlite } from '../sqlite.js';

/** In `meta`: the newest checkpoint of the log that main has heard of, and the repair that is under way. */
export const CHECKPOINT_KEY = 'checkpoint';
export const REPAIR_KEY = 'repair';

/** What a cursor says: the life of data.db, the row, and how many events there were up to and with that row. */
export interface Place {
  epoch: string;
  position: number;
  total: number;
}

const formatCursor = ({ epoch, position, total }: Place): QueueCursor => `${epoch}/${position}/${total}`;

/** The cursor before the first row of an outbox in this life of data.db. */
export const beginningOf = (epoch: string): QueueCursor => formatCursor({ epoch, position: 0, total: 0 });

/** @throws QueueMismatch for what is no cursor of an outbox */
export function parseCursor(cursor: QueueCursor): Place {
  const match = /^([0-9a-f-]{36})\/(\d+)\/(\d+)$/.exec(cursor);
  if (match === null) throw new QueueMismatch(`The log holds a place in the outbox that is none: ${cursor}.`);
  return { epoch: match[1]!, position: Number(match[2]), total: Number(match[3]) };
}

/** Where an outbox ends: its newest row. */
type Tail = Omit<Place, 'epoch'>;

/**
 * A row takes no more events when it has so many characters, and a batch no more rows: a commit of large records
 * is several rows, because a string has an end and the logger's memory too.
 */
const MAX_ROW_CHARACTERS = 4 * 1024 * 1024;
const MAX_BATCH_CHARACTERS = 4 * MAX_ROW_CHARACTERS;

/** Events as JSON, in portions for a row each. */
function* inRows(events: readonly string[]): Generator<string[]> {
  let row: string[] = [];
  let characters = 0;
  for (const event of events) {
    row.push(event);
    characters += event.length;
    if (characters < MAX_ROW_CHARACTERS) continue;
    yield row;
    row = [];
    characters = 0;
  }
  if (row.length > 0) yield row;
}

interface OutboxRow {
  position: number;
  total: number;
  events: string;
}

/** What can be read of the outbox through a connection that somebody else holds. */
export function outboxOf(sqlite: Sqlite, epoch = epochOf(sqlite)) {
  const after = sqlite.prepare<[number], OutboxRow>(
    'SELECT position, total, events FROM outbox WHERE position > ? ORDER BY position',
  );
  const next = sqlite.prepare<[number], OutboxRow>(
    'SELECT position, total, events FROM outbox WHERE position > ? ORDER BY position LIMIT 1',
  );
  const newest = sqlite.prepare<[], Tail>(
    'SELECT position, total FROM outbox ORDER BY position DESC LIMIT 1',
  );

  function tail(): Tail {
    return newest.get() ?? { position: 0, total: 0 };
  }

  /** The place of a cursor, if it can be one of this queue's. */
  function locate(cursor: QueueCursor | null): Place {
    if (cursor === null) return { epoch, position: 0, total: 0 };
    const place = parseCursor(cursor);
    const end = tail();
    if (place.epoch !== epoch) {
      throw new QueueMismatch(
        'The log and data.db are of different lives: one of the two was restored or replaced.',
      );
    }
    if (place.position > end.position || place.total > end.total) {
      throw new QueueMismatch(
        'The log holds events that data.db does not know: data.db is older than the log.',
      );
    }
    return place;
  }

  async function read(cursor: QueueCursor | null, maxEvents: number): Promise<QueueBatch> {
    let place = locate(cursor);
    const events: PendingEvent[] = [];
    let characters = 0;
    for (const row of after.iterate(place.position)) {
      const batch = JSON.parse(row.events) as PendingEvent[];
      if (row.total !== place.total + batch.length) {
        throw new QueueMismatch(
          `data.db lacks events that the log does not hold (before outbox row ${row.position}).`,
        );
      }
      events.push(...batch);
      place = { epoch, position: row.position, total: row.total };
      characters += row.events.length;
      if (events.length >= maxEvents || characters >= MAX_BATCH_CHARACTERS) break;
    }
    return { events, cursor: formatCursor(place) };
  }

  /** Everything behind a cursor as JSON, a row at a time. Between two of them the connection is free. */
  function* rowsAfter(cursor: QueueCursor | null): Generator<string> {
    let { position } = locate(cursor);
    for (let row = next.get(position); row !== undefined; row = next.get(position)) {
      yield row.events;
      position = row.position;
    }
  }

  return { tail, locate, read, rowsAfter };
}

function epochOf(sqlite: Sqlite): string {
  const epoch = sqlite.prepare<[], string>("SELECT value FROM meta WHERE key = 'epoch'").pluck().get();
  if (epoch === undefined)
    throw new Error(`${sqlite.name} has no epoch: it was not made by \`whodid init\`.`);
  return epoch;
}

function outboxOrClose(sqlite: Sqlite) {
  try {
    return outboxOf(sqlite);
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** The logger's end of the outbox: it opens data.db for reading alone, so it can never hold main's lock. */
export function openOutboxReader(dataFile: string): Queue & { close(): void } {
  const sqlite = openForReading(dataFile);
  const { read, locate, tail } = outboxOrClose(sqlite);
  return {
    read,
    forget: () =>
      Promise.reject(new Error('The outbox is open for reading alone: main lets go of its rows.')),
    depth: async (cursor = null) => tail().total - locate(cursor).total,
    close: () => sqlite.close(),
  };
}

/** Main's end of the outbox. */
export interface Outbox extends Queue {
  /** Appends the events of the transaction that is under way, each as JSON. */
  append(events: readonly string[]): void;
  /** Deletes the rows that were let go of, in the transaction that is under way. */
  prune(): void;
  /** Empties the newest row if it was let go of: it stays for its place, and nobody reads its events again. */
  blank(): void;
  /** Whether there is something to prune. */
  prunable(): boolean;
  /** The transaction that appended was rolled back: forget what it appended. */
  rolledBack(): void;
  /** The cursor behind everything committed so far. */
  head(): QueueCursor;
  /** Whether everything up to `wanted` lies at or before `stored`. */
  covers(stored: QueueCursor | null, wanted: QueueCursor): boolean;
  /** Events committed and, as far as is known, not yet stored. */
  backlog(): number;
  /** The events that are still held and lie after what was forgotten, oldest first. */
  pending(): Iterable<PendingEvent>;
}

/** The writer's end, on main's connection to data.db. */
export function createOutbox(sqlite: Sqlite, epoch: string): Outbox {
  const { tail, locate, read } = outboxOf(sqlite, epoch);
  const insert = sqlite.prepare('INSERT INTO outbox (position, total, events) VALUES (?, ?, ?)');
  // The newest row stays, so that positions and totals go on from it after a restart.
  const remove = sqlite.prepare('DELETE FROM outbox WHERE position <= ? AND position < ?');
  const empty = sqlite.prepare("UPDATE outbox SET events = '[]' WHERE position = ?");
  const oldest = sqlite.prepare<[], number>('SELECT min(position) FROM outbox').pluck();
  const held = sqlite.prepare<[number], OutboxRow>(
    'SELECT position, total, events FROM outbox WHERE position > ? ORDER BY position',
  );

  let end = tail();
  let stored: Tail = { position: 0, total: 0 };
  let pruned = (oldest.get() ?? 1) - 1;

  return {
    read,
    async forget(cursor) {
      const { position, total } = locate(cursor);
      if (position > stored.position) stored = { position, total };
    },
    depth: async (cursor = null) => end.total - (cursor === null ? stored.total : locate(cursor).total),
    append(events) {
      for (const row of inRows(events)) {
        end = { position: end.position + 1, total: end.total + row.length };
        insert.run(end.position, end.total, `[${row.join(',')}]`);
      }
    },
    prunable: () => Math.min(stored.position, end.position - 1) > pruned,
    prune() {
      remove.run(stored.position, end.position);
      pruned = Math.min(stored.position, end.position - 1);
    },
    blank() {
      if (stored.position >= end.position) empty.run(end.position);
    },
    rolledBack() {
      end = tail();
      pruned = (oldest.get() ?? 1) - 1;
    },
    head: () => formatCursor({ epoch, ...end }),
    covers(have, wanted) {
      return parseCursor(wanted).position <= (have === null ? 0 : parseCursor(have).position);
    },
    backlog: () => end.total - stored.total,
    *pending() {
      for (const row of held.iterate(stored.position)) yield* JSON.parse(row.events) as PendingEvent[];
    },
  };
}

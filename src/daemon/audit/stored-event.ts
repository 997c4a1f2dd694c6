// Stored events as they went into the tree: the whole event and the key of its salts.
import type { DataEvent } from '../../shared/data-event.js';
import { eventLeaf } from '../../shared/log/event-leaf.js';
import type { Sqlite } from '../sqlite.js';
import { eventJson } from './event-json.js';
import type { EventRow } from './event-rows.js';
import type { TermReader } from './term-reader.js';

export interface StoredEvent {
  event: DataEvent;
  /** Empty for one of a log that had no tree yet. */
  saltKey: Buffer;
}

/** Reads at most `limit` events after `afterSeq`, in the order of the log. */
export type StoredEvents = (afterSeq: number, limit: number) => StoredEvent[];

export function createStoredEvents(db: Sqlite, terms: TermReader): StoredEvents {
  const read = db
    .prepare<[number, number], [...EventRow, saltKey: Buffer]>(
      `SELECT seq, lower(hex(id)), timestamp, body, salt_key FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
    )
    .raw();
  return (afterSeq, limit) =>
    read.all(afterSeq, limit).map(([seq, id, timestamp, body, saltKey]) => ({
      event: JSON.parse(eventJson([seq, id, timestamp, body], terms, true)) as DataEvent,
      saltKey,
    }));
}

/** The leaf of a stored event. */
export function leafOf({ event, saltKey }: StoredEvent): Buffer {
  return eventLeaf(event, { seq: event.seq, recordedAt: event.recordedAt, saltKey });
}

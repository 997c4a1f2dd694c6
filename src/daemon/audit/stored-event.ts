// Stored events as they went into the tree: the whole event and what its digests are made with.
import type { DataEvent } from '../../shared/data-event.js';
import { eventLeaf } from '../../shared/log/event-leaf.js';
import type { LeafSalts } from '../../shared/log/leaf-salts.js';
import type { Sqlite } from '../sqlite.js';
import { saltsOf } from './erasure/seal.js';
import { createSealReader, isSealed, openedBody } from './erasure/sealed-body.js';
import { eventJson } from './event-json.js';
import type { EventRow } from './event-rows.js';
import type { TermReader } from './term-reader.js';

export interface StoredEvent {
  event: DataEvent;
  /** An empty key for one of a log that had no tree yet. */
  salts: LeafSalts;
}

/** Reads at most `limit` events after `afterSeq`, in the order of the log. */
export type StoredEvents = (afterSeq: number, limit: number) => StoredEvent[];

export function createStoredEvents(db: Sqlite, terms: TermReader): StoredEvents {
  const read = db
    .prepare<[number, number], [...EventRow, saltKey: string]>(
      `SELECT seq, lower(hex(id)), timestamp, body, lower(hex(salt_key)) FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
    )
    .raw();
  const sealOf = createSealReader(db);
  const parsed = (row: EventRow) => JSON.parse(eventJson(row, terms, true)) as DataEvent;
  return (afterSeq, limit) =>
    read.all(afterSeq, limit).map(([seq, id, timestamp, body, saltKey]) => {
      if (!isSealed(body)) return { event: parsed([seq, id, timestamp, body]), salts: saltKey };
      const seal = sealOf(seq);
      return { event: parsed([seq, id, timestamp, openedBody(body, seal)]), salts: saltsOf(seal) };
    });
}

/** The leaf of a stored event. */
export function leafOf({ event, salts }: StoredEvent): Buffer {
  return eventLeaf(event, { seq: event.seq, recordedAt: event.recordedAt, salts });
}

/** Reads what the digests of a stored event are made with. */
export function createSaltsReader(db: Sqlite): (seq: number) => LeafSalts {
  const readKey = db
    .prepare<[number], string>('SELECT lower(hex(salt_key)) FROM events WHERE seq = ?')
    .pluck();
  const sealOf = createSealReader(db);
  return seq => {
    const key = readKey.get(seq)!;
    return key === '' ? saltsOf(sealOf(seq)) : key;
  };
}

/** What a proof says of an event's salts: its key, or the list that stands in its place. */
export const provedSalts = (salts: LeafSalts): { saltKey: string } | { salts: string[] } =>
  typeof salts === 'string' ? { saltKey: salts } : { salts: [...salts] };

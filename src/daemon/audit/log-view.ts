// What queries read a log through: one read-only connection, its prepared statements and caches.
import type { Sqlite } from '../sqlite.js';
import { createEventRows, type EventRows } from './event-rows.js';
import { createKeptObjects, type KeptObjects } from './history/kept-objects.js';
import { createPostings, type Postings } from './posting-list.js';
import { createTermReader, type TermReader } from './term-reader.js';

export interface LogView {
  db: Sqlite;
  terms: TermReader;
  postings: Postings;
  events: EventRows;
  kept: KeptObjects;
  /** Events in the log at this moment. */
  size(): number;
}

export function createLogView(db: Sqlite): LogView {
  const size = db.prepare<[], number>('SELECT size FROM head').pluck();
  const terms = createTermReader(db);
  const events = createEventRows(db);
  return {
    db,
    terms,
    postings: createPostings(db),
    events,
    kept: createKeptObjects(events, terms),
    size: () => size.get() ?? 0,
  };
}

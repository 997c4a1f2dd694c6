// What queries read a log through: one read-only connection, its prepared statements and caches.
import type { Sqlite } from '../sqlite.js';
import { createEventRows, type EventRows } from './event-rows.js';
import { createPostings, type Postings } from './posting-list.js';
import { createTermReader, type TermReader } from './term-reader.js';

export interface LogView {
  db: Sqlite;
  terms: TermReader;
  postings: Postings;
  events: EventRows;
  /** Events in the log at this moment. */
  size(): number;
}

export function createLogView(db: Sqlite): LogView {
  const size = db.prepare<[], number>('SELECT size FROM head').pluck();
  return {
    db,
    terms: createTermReader(db),
    postings: createPostings(db),
    events: createEventRows(db),
    size: () => size.get() ?? 0,
  };
}

// What is left in data.db of rows that are gone: in the room between the rows of pages that were rearranged, and in the
// write-ahead log. After an erasure on request the file is written anew (VACUUM), if it is not too large for the second or
// so in which nothing else happens. What goes by its age goes each day: then only the tables are written anew that hold
// copies of events, which are small; nobody waits for long.
import { setTimeout as wait } from 'node:timers/promises';
import { rewriteTable } from '../rewritten-table.js';
import { emptyWal, type Sqlite } from '../sqlite.js';

/** What is written anew: all of the file, or what holds copies of events. */
export type Scrubbing = 'everything' | 'copies';

/** Up to so many bytes the file is written anew: measured, some 10 ms for each MiB. */
export const MAX_REWRITTEN_BYTES = 64 * 1024 * 1024;

/** Up to so many bytes of rows a table of copies is: some tens of milliseconds. */
export const MAX_COPIES_BYTES = 4 * 1024 * 1024;

const COPIES = { outbox: 'events', idempotency: 'answer' } as const;

/** How often, and after how many milliseconds, it is tried again while somebody reads what is only in the WAL. */
const ATTEMPTS = 20;
const RETRY_MS = 250;

/** @throws Error if the write-ahead log cannot be emptied for seconds: try again later */
export async function scrubShreds(sqlite: Sqlite, what: Scrubbing): Promise<void> {
  if (what === 'copies') rewriteCopies(sqlite);
  else if (sizeOf(sqlite) <= MAX_REWRITTEN_BYTES) rewrite(sqlite);
  for (let attempt = 1; !emptyWal(sqlite); attempt += 1) {
    if (attempt === ATTEMPTS)
      throw new Error(`${sqlite.name}-wal is being read all the time and cannot be emptied.`);
    await wait(RETRY_MS);
  }
}

function sizeOf(sqlite: Sqlite): number {
  const pages = sqlite.pragma('page_count', { simple: true }) as number;
  return pages * (sqlite.pragma('page_size', { simple: true }) as number);
}

function rewriteCopies(sqlite: Sqlite): void {
  for (const [table, column] of Object.entries(COPIES)) {
    const bytes = sqlite
      .prepare<[], number>(`SELECT coalesce(sum(octet_length(${column}) + 128), 0) FROM ${table}`)
      .pluck()
      .get()!;
    if (bytes <= MAX_COPIES_BYTES) rewriteTable(sqlite, table);
  }
}

function rewrite(sqlite: Sqlite): void {
  // Not by way of a file elsewhere.
  const kept = sqlite.pragma('temp_store', { simple: true }) as number;
  sqlite.pragma('temp_store = MEMORY');
  try {
    sqlite.exec('VACUUM');
  } finally {
    sqlite.pragma(`temp_store = ${kept}`);
  }
}

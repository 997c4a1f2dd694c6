// What is left in data.db of rows that are gone: in the room between the rows of pages that were rearranged, and in the
// write-ahead log. The file is written anew (VACUUM) if that takes less than about a second, in which nothing else
// happens; of a larger one the write-ahead log alone is emptied.
import { setTimeout as wait } from 'node:timers/promises';
import { emptyWal, type Sqlite } from '../sqlite.js';

/** Up to so many bytes the file is written anew. */
export const MAX_REWRITTEN_BYTES = 64 * 1024 * 1024;

/** How often, and after how many milliseconds, it is tried again while somebody reads what is only in the WAL. */
const ATTEMPTS = 20;
const RETRY_MS = 250;

/** @throws Error if the write-ahead log cannot be emptied for seconds: try again later */
export async function scrubShreds(sqlite: Sqlite): Promise<void> {
  const pages = sqlite.pragma('page_count', { simple: true }) as number;
  const pageBytes = sqlite.pragma('page_size', { simple: true }) as number;
  if (pages * pageBytes <= MAX_REWRITTEN_BYTES) rewrite(sqlite);
  for (let attempt = 1; !emptyWal(sqlite); attempt += 1) {
    if (attempt === ATTEMPTS)
      throw new Error(`${sqlite.name}-wal is being read all the time and cannot be emptied.`);
    await wait(RETRY_MS);
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

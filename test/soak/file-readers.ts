// Readers of both databases, one after the other without a pause: at every moment somebody reads, so that a write-ahead
// log never finds a moment for itself. And how large those become.
import { join } from 'node:path';
import { openForReading, type Sqlite } from '#src/daemon/sqlite.js';
import { walBytes } from '#src/daemon/wal.js';

/** How long each reads, in milliseconds. */
const READ_MS = 20;

export interface FileReaders {
  /** The largest that each write-ahead log has been, in bytes. */
  largest: { data: number; audit: number };
  /** The size of audit.db as it is read, with what is only in its write-ahead log, in bytes. */
  logBytes(): number;
  /** Turns so far. */
  turns(): number;
  stop(): void;
}

export function startFileReaders(home: string): FileReaders {
  const files = { data: join(home, 'data.db'), audit: join(home, 'audit.db') };
  const pairs = Object.values(files).map(file => [openForReading(file), openForReading(file)]);
  const largest = { data: 0, audit: 0 };
  let turns = 0;
  let logPages = 0;

  function begin(db: Sqlite): void {
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  }
  function turn(): void {
    turns += 1;
    for (const pair of pairs) {
      begin(pair[turns % 2]!);
      pair[(turns + 1) % 2]!.exec('COMMIT');
    }
    logPages = pairs[1]![turns % 2]!.pragma('page_count', { simple: true }) as number;
    largest.data = Math.max(largest.data, walBytes(files.data));
    largest.audit = Math.max(largest.audit, walBytes(files.audit));
  }

  for (const [first] of pairs) begin(first!);
  const timer = setInterval(turn, READ_MS);
  return {
    largest,
    logBytes: () => logPages * 4_096,
    turns: () => turns,
    stop() {
      clearInterval(timer);
      for (const db of pairs.flat()) db.close();
    },
  };
}

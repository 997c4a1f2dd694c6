// Keeps a write-ahead log below its limit while readers work without a pause: SQLite begins one anew only at a moment
// when nobody reads it, so near the limit its writer waits for such a moment.
import { statSync } from 'node:fs';
import type { Sqlite } from './sqlite.js';

/** Bytes of a page, as every database here has them. */
const PAGE_BYTES = 4_096;

const MIB = 1024 * 1024;

/**
 * How each log is bounded, by the database: begun anew from `beginBytes` on, so that what one more transaction, or
 * a second of them, adds stays below the limit.
 */
export const WAL = {
  /** `passiveBytes`: copied into the file from here on, as readers let it. */
  data: { passiveBytes: 4 * MIB, beginBytes: 48 * MIB, limitBytes: 64 * MIB, waitMs: 50 },
  /**
   * An append touches many pages of the index, and the same ones again soon: the later the copy, the fewer times it
   * is made.
   */
  audit: { passiveBytes: 64 * MIB, beginBytes: 112 * MIB, limitBytes: 128 * MIB, waitMs: 250 },
};

export type WalLimits = (typeof WAL)['data'];

/** Where a reader did not end in time (a backup reads for long), nothing is tried for so many times the wait. */
const PAUSE = 4;

/** The size of the write-ahead log of `file`, in bytes. */
export function walBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Sets up the writer's connection.
 * @returns called after a commit, or now and then: empties the log if it is near its limit
 */
export function boundWal(db: Sqlite, { passiveBytes, beginBytes, waitMs }: WalLimits): () => void {
  db.pragma(`wal_autocheckpoint = ${passiveBytes / PAGE_BYTES}`);
  db.pragma(`journal_size_limit = ${passiveBytes}`);
  let notBefore = 0;
  return () => {
    if (walBytes(db.name) < beginBytes || performance.now() < notBefore) return;
    const usual = db.pragma('busy_timeout', { simple: true }) as number;
    const deadline = performance.now() + waitMs;
    notBefore = deadline + PAUSE * waitMs;
    try {
      // Looks at the readers anew each time, where SQLite's own waiting would wait for one that reads again and again.
      while (!isCopied(db)) {
        if (performance.now() > deadline) return;
        Atomics.wait(NOBODY, 0, 0, 1);
      }
      // Whoever begins to read from here on reads the file alone, so the wait is for those who have begun.
      db.pragma(`busy_timeout = ${waitMs}`);
      const [outcome] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
      if (outcome?.busy === 0) notBefore = 0;
    } catch {
      // No room, most likely: what is written next says so.
    } finally {
      db.pragma(`busy_timeout = ${usual}`);
    }
  };
}

/** Never woken: to sleep with. */
const NOBODY = new Int32Array(new SharedArrayBuffer(4));

/** Copies what readers let it, and says whether that is all. */
function isCopied(db: Sqlite): boolean {
  const [outcome] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
  return outcome !== undefined && outcome.log === outcome.checkpointed;
}

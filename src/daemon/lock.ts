// One daemon for one data directory: an exclusive SQLite lock on lock.db, held for the process's lifetime.
// The kernel releases it however the process dies, so there is no stale lock to clean up.
import Database from 'better-sqlite3';
import { Problem } from '../shared/problem.js';

/** Long enough to outlast another program's short look at the lock (`isLocked`), in milliseconds. */
const PATIENCE_MS = 1_000;

/** Keeps the connections alive: one that nobody refers to is collected, closed, and its lock gone with it. */
const held = new Set<Database.Database>();

export interface Lock {
  /** Lets go. Not needed before the process ends. */
  release(): void;
}

/**
 * Takes the lock of a data directory.
 * @throws Problem `conflict` when another process holds it.
 */
export function acquireLock(lockDb: string): Lock {
  const db = new Database(lockDb, { timeout: PATIENCE_MS });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    throw new Problem(
      'conflict',
      'A daemon is already running on this data directory. See `whodid daemon status`, or stop it first with ' +
        '`whodid daemon stop`.',
    );
  }
  held.add(db);
  return {
    release() {
      held.delete(db);
      db.close();
    },
  };
}

/**
 * Whether a process holds the lock, and goes on holding it for `waitMs`: blocks until it is free, at most for
 * that long. Looks by reading, which a daemon that starts meanwhile waits out; never takes the lock itself.
 */
export function isLocked(lockDb: string, waitMs = 0): boolean {
  const db = new Database(lockDb, { readonly: true, fileMustExist: true, timeout: waitMs });
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (!isBusy(error)) throw error;
    return true;
  } finally {
    db.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY';
}

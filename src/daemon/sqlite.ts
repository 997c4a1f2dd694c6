// How this program opens a SQLite file: WAL, FULL durability, set explicitly and read back.
import Database from 'better-sqlite3';

export type Sqlite = Database.Database;

/** How long a statement waits for another process's lock, in milliseconds. Within the daemon nobody waits. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens `file` for its one writer. `synchronous=FULL` is set on every connection because the default can
 * silently be NORMAL in WAL mode, and then an acknowledged commit is lost with the power.
 * @throws Error if the file cannot be opened or does not take the settings.
 */
export function openForWriting(file: string): Sqlite {
  const db = opened(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    require(db, file, 'journal_mode', 'WAL', 'wal');
    require(db, file, 'synchronous', 'FULL', 2);
    if (process.platform === 'darwin') {
      require(db, file, 'fullfsync', 'ON', 1);
      require(db, file, 'checkpoint_fullfsync', 'ON', 1);
    }
    require(db, file, 'foreign_keys', 'ON', 1);
    require(db, file, 'secure_delete', 'ON', 1);
    return db;
  } catch (error) {
    db.close();
    throw naming(file, error);
  }
}

/** Opens `file` for reading alone, as everybody but its writer does. */
export function openForReading(file: string): Sqlite {
  const db = opened(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    db.pragma('query_only = ON');
    return db;
  } catch (error) {
    db.close();
    throw naming(file, error);
  }
}

/** Empties the write-ahead log. @returns false while somebody reads what is only there: try again later */
export function emptyWal(db: Sqlite): boolean {
  const timeout = db.pragma('busy_timeout', { simple: true }) as number;
  db.pragma('busy_timeout = 0');
  try {
    const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return result?.busy === 0;
  } finally {
    db.pragma(`busy_timeout = ${timeout}`);
  }
}

function opened(file: string, options: Database.Options): Sqlite {
  try {
    return new Database(file, options);
  } catch (error) {
    throw naming(file, error);
  }
}

/** Whether SQLite found no room on the disk. */
export const isFull = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code === 'SQLITE_FULL';

/** `error`, whose message names `file` if it is SQLite's: it says what failed, and not where. */
export function naming(file: string, error: unknown): unknown {
  if (error instanceof Database.SqliteError && !error.message.includes(file)) {
    error.message = `${file}: ${error.message}`;
  }
  return error;
}

/** Sets a pragma and reads it back: a durability setting that did not take is a reason not to start. */
function require(db: Sqlite, file: string, pragma: string, value: string, expected: unknown): void {
  db.pragma(`${pragma} = ${value}`);
  const actual = db.pragma(pragma, { simple: true });
  if (actual !== expected) {
    throw new Error(`${file} does not take ${pragma}=${value} (it says ${String(actual)}).`);
  }
}

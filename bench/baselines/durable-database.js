// The database under plain inserts, as durable as the log: WAL with FULL.
import Database from 'better-sqlite3';

/** Opens `file`, made if it is not there. */
export function openDurable(file) {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('wal_autocheckpoint = 16384');
  return db;
}

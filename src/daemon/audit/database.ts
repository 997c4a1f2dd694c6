// Opens audit.db for the logger, which alone writes and migrates it.
import { migrateDatabase } from '../migrate.js';
import { naming, openForWriting, type Sqlite } from '../sqlite.js';
import { type AtStep, passBy } from '../steps.js';

/**
 * Pages that the write-ahead log may grow to before they are copied into the file (64 MiB). An append touches
 * many pages of the index, and the same ones again soon: the later the copy, the fewer times it is made.
 */
const WAL_PAGES = 16_384;

/**
 * Opens `file` for its one writer, creating or migrating it.
 * @throws Error if it cannot be opened, or if a newer version of this program has written it.
 */
export function openAuditForWriting(file: string, atStep: AtStep = passBy): Sqlite {
  const db = openForWriting(file);
  try {
    migrateDatabase(db, 'audit', file, atStep);
    db.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
    db.pragma(`journal_size_limit = ${WAL_PAGES * 4096}`);
    return db;
  } catch (error) {
    db.close();
    throw naming(file, error);
  }
}

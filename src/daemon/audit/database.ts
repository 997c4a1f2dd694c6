// Opens audit.db for the logger, which alone writes and migrates it.
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { PACKAGE_ROOT } from '../package-root.js';
import { openForWriting, type Sqlite } from '../sqlite.js';

const migrationsFolder = join(PACKAGE_ROOT, 'drizzle', 'audit');

/**
 * Pages that the write-ahead log may grow to before they are copied into the file (64 MiB). An append touches
 * many pages of the index, and the same ones again soon: the later the copy, the fewer times it is made.
 */
const WAL_PAGES = 16_384;

/**
 * Opens `file` for its one writer, creating or migrating it.
 * @throws Error if it cannot be opened, or if a newer version of this program has written it.
 */
export function openAuditForWriting(file: string): Sqlite {
  const db = openForWriting(file);
  try {
    refuseNewer(db, file);
    migrate(drizzle(db), { migrationsFolder });
    db.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
    db.pragma(`journal_size_limit = ${WAL_PAGES * 4096}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** drizzle passes over migrations that it does not know, and would then write an unknown schema. */
function refuseNewer(db: Sqlite, file: string): void {
  const migrated = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = '__drizzle_migrations'").get();
  if (migrated === undefined) return;
  const applied =
    db.prepare<[], number>('SELECT max(created_at) FROM __drizzle_migrations').pluck().get() ?? 0;
  const known = readMigrationFiles({ migrationsFolder }).at(-1)?.folderMillis ?? 0;
  if (applied > known) {
    throw new Error(
      `${file} was written by a newer version of whodid. Install that version, or restore a backup.`,
    );
  }
}

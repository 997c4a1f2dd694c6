// Brings a database to this version's schema (drizzle/<name>), and refuses one that a newer version has written.
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { PACKAGE_ROOT } from './package-root.js';
import type { Sqlite } from './sqlite.js';
import { type AtStep, passBy } from './steps.js';

/**
 * Applies the migrations of `name` that `db` lacks.
 * @param file how the database is called in the error
 * @throws Error if a newer version of this program has written it.
 */
export function migrateDatabase(
  db: Sqlite,
  name: 'data' | 'audit',
  file: string,
  atStep: AtStep = passBy,
): void {
  refuseNewer(db, name, file);
  // Drizzle tells its log of each statement before it runs it.
  const logger = { logQuery: () => atStep('mid-migration') };
  migrate(drizzle(db, { logger }), { migrationsFolder: folderOf(name) });
}

/**
 * Drizzle passes over migrations that it does not know, and would then write an unknown schema.
 * @throws Error if a newer version of this program has written `db`
 */
export function refuseNewer(db: Sqlite, name: 'data' | 'audit', file: string): void {
  const known = readMigrationFiles({ migrationsFolder: folderOf(name) }).at(-1)?.folderMillis ?? 0;
  if (newestApplied(db) > known) {
    throw new Error(
      `${file} was written by a newer version of whodid. Install that version, or restore a backup.`,
    );
  }
}

const folderOf = (name: 'data' | 'audit') => join(PACKAGE_ROOT, 'drizzle', name);

/** When the newest migration of `db` was made, in milliseconds since the Unix epoch; 0 without any. */
function newestApplied(db: Sqlite): number {
  const migrated = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = '__drizzle_migrations'").get();
  if (migrated === undefined) return 0;
  return db.prepare<[], number>('SELECT max(created_at) FROM __drizzle_migrations').pluck().get() ?? 0;
}

// Opens audit.db for the logger, which alone writes and migrates it.
import { migrateDatabase } from '../migrate.js';
import { naming, openForWriting, type Sqlite } from '../sqlite.js';
import { type AtStep, passBy } from '../steps.js';

/**
 * Opens `file` for its one writer, creating or migrating it.
 * @throws Error if it cannot be opened, or if a newer version of this program has written it.
 */
export function openAuditForWriting(file: string, atStep: AtStep = passBy): Sqlite {
  const db = openForWriting(file);
  try {
    migrateDatabase(db, 'audit', file, atStep);
    // No file beside the log's own gets to see what is in it, as when `terms` is written anew.
    db.pragma('temp_store = MEMORY');
    return db;
  } catch (error) {
    db.close();
    throw naming(file, error);
  }
}

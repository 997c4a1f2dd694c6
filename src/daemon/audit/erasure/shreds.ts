// What is left of erased strings in the file when the rows that held them are gone. SQLite overwrites what it deletes
// (`secure_delete`), but where it rearranged a page of a B-tree before, shreds of rows stay in the room between. Rows of
// `events` never grow and so are never rearranged; `terms` and its indexes are, and are written anew.
import type { Sqlite } from '../../sqlite.js';
import { type AtStep, passBy } from '../../steps.js';

/**
 * Writes `terms` and its indexes anew, all or nothing. It takes about two seconds for a million terms, in which nothing
 * is appended; what is acknowledged meanwhile waits in the outbox.
 */
export function rewriteTerms(db: Sqlite, atStep: AtStep = passBy): void {
  const schema = db
    .prepare<[], { type: string; sql: string }>(
      `SELECT type, sql FROM sqlite_schema WHERE tbl_name = 'terms' AND sql IS NOT NULL ORDER BY type DESC`,
    )
    .all();
  const [table, ...indexes] = schema.map(({ sql }) => sql);
  db.transaction(() => {
    db.exec(table!.replace(/^CREATE TABLE [`"]?terms[`"]?/, 'CREATE TABLE terms_anew'));
    db.exec('INSERT INTO terms_anew SELECT * FROM terms ORDER BY id');
    db.exec('DROP TABLE terms');
    atStep('mid-erasure');
    db.exec('ALTER TABLE terms_anew RENAME TO terms');
    for (const index of indexes) db.exec(index);
  }).immediate();
}

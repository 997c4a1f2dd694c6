// Writes a table of SQLite anew, so that nothing is left of rows that are gone: SQLite overwrites what it deletes
// (`secure_delete`), but where it rearranged a page of a B-tree before, shreds of rows stay in the room between. The
// pages of a table that is dropped are overwritten whole.
import type { Sqlite } from './sqlite.js';

interface SchemaRow {
  type: 'table' | 'index' | 'trigger';
  sql: string;
}

/**
 * With its indexes and triggers, all or nothing, in an order of its own or as it lies.
 * @param midway is called when the old table is gone
 */
export function rewriteTable(
  db: Sqlite,
  table: string,
  { orderBy = 'rowid', midway = () => undefined }: { orderBy?: string; midway?: () => void } = {},
): void {
  const schema = db
    .prepare<[string], SchemaRow>(
      'SELECT type, sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL',
    )
    .all(table);
  const own = schema.find(({ type }) => type === 'table');
  if (own === undefined) throw new Error(`${db.name} has no table ${table}.`);
  const created = own.sql.replace(
    new RegExp(`^CREATE TABLE [\`"]?${table}[\`"]?`),
    `CREATE TABLE ${table}_anew`,
  );
  db.transaction(() => {
    db.exec(created);
    db.exec(`INSERT INTO ${table}_anew SELECT * FROM ${table} ORDER BY ${orderBy}`);
    db.exec(`DROP TABLE ${table}`);
    midway();
    db.exec(`ALTER TABLE ${table}_anew RENAME TO ${table}`);
    for (const { type, sql } of schema) if (type !== 'table') db.exec(sql);
  }).immediate();
}

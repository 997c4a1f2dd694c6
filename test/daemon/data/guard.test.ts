// Nobody writes to data.db around the data layer by accident: any other connection is refused by the database.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDataDatabase, openDataDatabase } from '#src/daemon/data/database.js';
import { unguardedChanges } from '#src/daemon/data/guard.js';
import { temporaryDirectory } from '../temporary-directory.js';

function database(): string {
  const file = join(temporaryDirectory(), 'data.db');
  createDataDatabase(file, 'instance');
  return file;
}

const tablesOf = (db: Database.Database) =>
  db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all();

test('a stranger can insert into, update and delete from no table', () => {
  const stranger = new Database(database());
  const tables = tablesOf(stranger);
  assert.ok(['records', 'tokens', 'types', 'outbox', 'credentials'].every(table => tables.includes(table)));
  for (const table of tables) {
    const columns = stranger.pragma(`table_info(${table})`) as { name: string }[];
    const values = columns.map(() => '1').join(', ');
    for (const sql of [
      `INSERT INTO ${table} VALUES (${values})`,
      `REPLACE INTO ${table} VALUES (${values})`,
      `UPDATE ${table} SET ${columns[0]!.name} = ${columns[0]!.name}`,
      `DELETE FROM ${table}`,
    ]) {
      assert.throws(() => stranger.exec(sql), /no such function: only_whodid_may_write_this_database/, sql);
    }
  }
  stranger.close();
});

test('the data layer itself writes, also what a foreign key takes along', () => {
  const { sqlite } = openDataDatabase(database());
  sqlite.exec(`
    INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at) VALUES ('s', 1, 1, 1, 1);
    INSERT INTO refresh_tokens (hash, session_id, created_at, spent) VALUES (x'00', 's', 1, 0);
    DELETE FROM sessions`);
  assert.is(sqlite.prepare('SELECT count(*) FROM refresh_tokens').pluck().get(), 0);
  sqlite.close();
});

test('a table without its guard, as a migration may leave one, is guarded at the next start', () => {
  const file = database();
  const { sqlite } = openDataDatabase(file);
  sqlite.exec('CREATE TABLE of_tomorrow (a); DROP TRIGGER records_guarded_update');
  assert.equal(
    unguardedChanges(sqlite).map(({ table, change }) => `${table} ${change}`),
    ['records UPDATE', 'of_tomorrow INSERT', 'of_tomorrow UPDATE', 'of_tomorrow DELETE'],
  );
  sqlite.close();
  openDataDatabase(file).sqlite.close();
  const stranger = new Database(file);
  assert.equal(unguardedChanges(stranger), []);
  assert.throws(() => stranger.exec('INSERT INTO of_tomorrow VALUES (1)'), /no such function/);
  stranger.close();
});

test.run();

// Promise 5: both databases are written with synchronous=FULL, set on every connection and read back.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openAuditForWriting } from '#src/daemon/audit/database.js';
import { createDataDatabase, openDataDatabase } from '#src/daemon/data/database.js';
import { openForReading, openForWriting, type Sqlite } from '#src/daemon/sqlite.js';
import { temporaryDirectory } from './temporary-directory.js';

/** What `PRAGMA synchronous` says for FULL. */
const FULL = 2;

const pragma = (db: Sqlite, name: string) => db.pragma(name, { simple: true });

test('data.db and audit.db are written with FULL in WAL mode, also after the first write', () => {
  const directory = temporaryDirectory();
  createDataDatabase(join(directory, 'data.db'), 'instance');
  const data = openDataDatabase(join(directory, 'data.db')).sqlite;
  const audit = openAuditForWriting(join(directory, 'audit.db'));
  for (const db of [data, audit]) {
    db.exec('CREATE TABLE written (x); INSERT INTO written VALUES (1)');
    assert.equal([pragma(db, 'journal_mode'), pragma(db, 'synchronous')], ['wal', FULL]);
    db.close();
  }
});

test('a database that does not take the settings is not opened', () => {
  // In memory there is no write-ahead log.
  assert.throws(
    () => openForWriting(':memory:'),
    /:memory: does not take journal_mode=WAL \(it says memory\)/,
  );
});

test('whoever is no writer cannot write', () => {
  const file = join(temporaryDirectory(), 'any.db');
  const writer = openForWriting(file);
  writer.exec('CREATE TABLE rows (x)');
  const reader = openForReading(file);
  assert.throws(
    () => reader.exec('INSERT INTO rows VALUES (1)'),
    (error: unknown) => error instanceof Database.SqliteError && error.code === 'SQLITE_READONLY',
  );
  reader.close();
  writer.close();
});

test.run();

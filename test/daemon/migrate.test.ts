// A database of a newer version is refused by both writers: its schema is not known here.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openAuditForWriting } from '#src/daemon/audit/database.js';
import { createDataDatabase, openDataDatabase } from '#src/daemon/data/database.js';
import { temporaryDirectory } from './temporary-directory.js';

/** Leaves in `file` what a migration that is yet to be written leaves. */
function age(file: string): void {
  const db = new Database(file);
  db.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)').run('of tomorrow', 9e15);
  db.close();
}

test('data.db of a newer version is not opened', () => {
  const file = join(temporaryDirectory(), 'data.db');
  createDataDatabase(file, 'instance');
  openDataDatabase(file).sqlite.close();
  age(file);
  assert.throws(() => openDataDatabase(file), /data\.db was written by a newer version of whodid/);
});

test('audit.db of a newer version is not opened', () => {
  const file = join(temporaryDirectory(), 'audit.db');
  openAuditForWriting(file).close();
  openAuditForWriting(file).close();
  age(file);
  assert.throws(() => openAuditForWriting(file), /audit\.db was written by a newer version of whodid/);
});

test.run();

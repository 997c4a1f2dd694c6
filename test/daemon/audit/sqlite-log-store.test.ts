import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteLogReader } from '#src/daemon/audit/sqlite-log-reader.js';
import { openSqliteLogStore } from '#src/daemon/audit/sqlite-log-store.js';
import { logStoreSuite } from '../../conformance/log-store.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { event } from './example-events.js';
import { testSigner } from './test-signer.js';

logStoreSuite('SQLite log store', async clock => {
  const file = join(temporaryDirectory(), 'audit.db');
  const signer = testSigner();
  let store = openSqliteLogStore({ file, signer, clock });
  const reader = openSqliteLogReader(file);
  return {
    store,
    reader,
    async reopen() {
      store.close();
      store = openSqliteLogStore({ file, signer, clock });
      return store;
    },
    async dispose() {
      reader.close();
      store.close();
    },
  };
});

test('a file of a newer version is refused in a sentence', () => {
  const file = join(temporaryDirectory(), 'audit.db');
  openSqliteLogStore({ file, signer: testSigner() }).close();
  const db = new Database(file);
  db.prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('newer', 9999999999999)").run();
  db.close();
  assert.throws(
    () => openSqliteLogStore({ file, signer: testSigner() }),
    /audit\.db was written by a newer version of whodid/,
  );
});

test('what was set aside is kept with its reason beside the event in its place', async () => {
  const file = join(temporaryDirectory(), 'audit.db');
  const store = openSqliteLogStore({ file, signer: testSigner() });
  await store.setAside(0, { event: '{"broken":true}', reason: 'It is broken.' }, event(1), 'a');
  store.close();
  const db = new Database(file, { readonly: true });
  assert.equal(db.prepare('SELECT * FROM set_aside').all(), [
    { seq: 1, reason: 'It is broken.', event: '{"broken":true}' },
  ]);
  db.close();
});

test('a term knows how often and when its events came', async () => {
  const file = join(temporaryDirectory(), 'audit.db');
  const store = openSqliteLogStore({ file, signer: testSigner() });
  await store.append(0, [event(5, { count: 3 }), event(9)], 'a');
  await store.append(2, [event(2), event(5)], 'b');
  store.close();
  const db = new Database(file, { readonly: true });
  const counts = db
    .prepare("SELECT events, occurrences, first_at, last_at FROM terms WHERE value = 'users:1'")
    .get();
  const at = (number: number) => event(number).timestamp;
  assert.equal(counts, { events: 3, occurrences: 5, first_at: at(2), last_at: at(9) });
  db.close();
});

test.run();

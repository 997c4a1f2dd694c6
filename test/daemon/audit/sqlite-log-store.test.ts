import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteLogReader } from '#src/daemon/audit/sqlite-log-reader.js';
import { openSqliteLogStore } from '#src/daemon/audit/sqlite-log-store.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import { logStoreSuite } from '../../conformance/log-store.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { event, eventId } from './example-events.js';
import { temporaryLog } from './temporary-log.js';
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

/** Rows of events are written several at a time: repeats and failures in the middle of them, and in what is left over. */
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('of many events those that are in the log already are left out, wherever they stand among them', async () => {
  for (const repeated of [1, 3, 16, 17, 40]) {
    const log = temporaryLog();
    await log.append(event(repeated));
    await log.append(...numbers(1, 40).map(n => event(n)));
    const { events } = await log.page({ order: 'asc', limit: 100 });
    const others = numbers(1, 40).filter(n => n !== repeated);
    const bySeq = events.map(({ seq, id }) => [seq, id] as const).sort(([a], [b]) => a - b);
    assert.equal(
      bySeq,
      [repeated, ...others].map((n, index) => [index + 1, eventId(n)]),
      `with ${repeated} repeated`,
    );
    log.close();
  }
});

test('nothing stays of events whose append failed at one of them', async () => {
  const log = temporaryLog();
  for (const bad of [1, 5, 16, 20]) {
    const before = (await log.store.head()).size;
    const lost = numbers(1, 20).map(n => event(1_000 + before + n));
    const broken = { ...lost[bad - 1]!, timestamp: 'never' } as unknown as PendingEvent;
    const { size, cursor } = await log.store.head();
    try {
      await log.store.append(size, lost.with(bad - 1, broken), cursor);
      assert.unreachable();
    } catch (error) {
      assert.match(String(error), /timestamp is not an integer/);
    }
    await log.append(...numbers(1, 20).map(n => event(before + n)));
    assert.is((await log.store.head()).size, before + 20);
  }
  const { events } = await log.page({ order: 'asc', limit: 100 });
  assert.equal(
    events.map(({ seq, id }) => [seq, id]),
    numbers(1, 80).map(n => [n, eventId(n)]),
  );
  log.close();
});

test.run();

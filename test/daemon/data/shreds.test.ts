// What is left in data.db of copies of events, once the log has let go of them: nothing, and all else goes on.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDataDatabase, openDataDatabase } from '#src/daemon/data/database.js';
import { unguardedChanges } from '#src/daemon/data/guard.js';
import { idempotencyTables } from '#src/daemon/data/idempotency.js';
import { createOutbox, openOutboxReader } from '#src/daemon/data/outbox.js';
import { MAX_COPIES_BYTES, scrubShreds } from '#src/daemon/data/shreds.js';
import { event } from '../audit/example-events.js';
import { temporaryDirectory } from '../temporary-directory.js';

const MARK = '~planted~';

function database() {
  const file = join(temporaryDirectory(), 'data.db');
  createDataDatabase(file, 'instance');
  const { sqlite, epoch } = openDataDatabase(file);
  const outbox = createOutbox(sqlite, epoch);
  const answers = idempotencyTables(sqlite);
  const number = (pragma: string) => sqlite.pragma(pragma, { simple: true }) as number;
  return {
    file,
    sqlite,
    outbox,
    answers,
    append: (comment: string, seq = 1) =>
      sqlite.transaction(() => outbox.append([JSON.stringify(event(seq, { context: { comment } }))]))(),
    freePages: () => number('freelist_count'),
    /** Where a table begins, which is elsewhere once it was written anew. */
    rootOf: (table: string) =>
      sqlite
        .prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?')
        .pluck()
        .get(table),
    key: (name: string) => ({ principal: 'users:1', key: name, fingerprint: Buffer.from('f') }),
  };
}

type TestDatabase = ReturnType<typeof database>;

/** Rows of many sizes come and go, so that pages are rearranged. @returns the answers that are remembered at the end */
async function comeAndGo({ sqlite, outbox, answers, append, key }: TestDatabase): Promise<Set<string>> {
  const kept = new Map<string, string>();
  for (let number = 0; number < 1_500; number += 1) {
    append(`${MARK}event${number}~`.repeat(1 + ((number * 7919) % 30)));
    const name = `k${(number * 7919) % 401}`;
    const answer = `${MARK}answer${number}~`;
    answers.remember(
      key(name),
      JSON.stringify({ id: answer, long: 'x'.repeat((number * 104_729) % 907) }),
      number,
    );
    kept.set(name, answer);
    if (number % 40 === 39) await outbox.forget(outbox.head());
    if (number % 7 === 3) sqlite.transaction(() => outbox.prune())();
  }
  await outbox.forget(outbox.head());
  sqlite.transaction(() => {
    outbox.prune();
    outbox.blank();
  })();
  return new Set(kept.values());
}

test('no byte is left of events that went through the outbox, and of answers that gave way to others', async () => {
  const it = database();
  const kept = await comeAndGo(it);
  const left = () => {
    const marks = readFileSync(it.file, 'latin1').match(/~planted~\w+~/g) ?? [];
    return new Set(marks.filter(mark => !kept.has(mark)));
  };
  it.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  assert.ok(left().size > 0, 'shreds are there before');
  await scrubShreds(it.sqlite, 'copies');
  assert.equal(left(), new Set());
  assert.is(statSync(`${it.file}-wal`).size, 0);
  it.sqlite.close();
});

test('queue, answers and guard go on as they were, for whoever had the file open too', async () => {
  const it = database();
  const reader = openOutboxReader(it.file);
  it.append('first', 1);
  const { cursor } = await reader.read(null, 10);
  it.append('second', 2);
  it.answers.remember(it.key('k'), '{"id":"7"}', 1_000);
  const head = it.outbox.head();
  await scrubShreds(it.sqlite, 'copies');
  assert.equal(unguardedChanges(it.sqlite), []);
  assert.is(it.answers.recall(it.key('k'), 2_000), '{"id":"7"}');
  assert.is(it.outbox.head(), head);
  it.append('third', 3);
  const { events } = await reader.read(cursor, 10);
  assert.equal(
    events.map(({ context }) => context?.comment),
    ['second', 'third'],
  );
  await scrubShreds(it.sqlite, 'copies');
  assert.is((await reader.read(cursor, 10)).events.length, 2, 'and a second time');
  reader.close();
  it.sqlite.close();
});

test('the whole file is written anew for a request alone, and copies only as long as there are few', async () => {
  const it = database();
  it.sqlite.exec('CREATE TABLE other (value)');
  it.sqlite.transaction(() => {
    const insert = it.sqlite.prepare('INSERT INTO other VALUES (?)');
    for (let row = 0; row < 2_000; row += 1) insert.run('x'.repeat(200));
  })();
  it.sqlite.exec('DROP TABLE other');
  await scrubShreds(it.sqlite, 'copies');
  assert.ok(it.freePages() > 50, 'the file is as large as before');
  await scrubShreds(it.sqlite, 'everything');
  assert.is(it.freePages(), 0);

  for (let row = 0; row < 5; row += 1) it.append('x'.repeat(MAX_COPIES_BYTES / 4));
  const before = it.rootOf('outbox');
  await scrubShreds(it.sqlite, 'copies');
  assert.is(it.rootOf('outbox'), before, 'a long backlog stays where it is');
  await it.outbox.forget(it.outbox.head());
  it.sqlite.transaction(() => it.outbox.prune())();
  await scrubShreds(it.sqlite, 'copies');
  assert.is.not(it.rootOf('outbox'), before);
  it.sqlite.close();
});

test.run();

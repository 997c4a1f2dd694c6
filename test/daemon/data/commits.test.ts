// Group commit: what shares a few turns shares a transaction, and what fails takes only itself down.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCommits } from '#src/daemon/data/commits.js';
import { createDataDatabase, openDataDatabase } from '#src/daemon/data/database.js';
import { dataEvent } from '#src/daemon/data/happening.js';
import { createOutbox, openOutboxReader } from '#src/daemon/data/outbox.js';
import type { Sqlite } from '#src/daemon/sqlite.js';
import { Problem } from '#src/shared/problem.js';
import { QueueMismatch } from '#src/shared/queue.js';

function open() {
  const directory = mkdtempSync(join(tmpdir(), 'whodid-'));
  const file = join(directory, 'data.db');
  createDataDatabase(file, 'instance');
  const { sqlite, epoch } = openDataDatabase(file);
  const outbox = createOutbox(sqlite, epoch);
  let committed = 0;
  let rolledBack = 0;
  let failures = 0;
  const commits = createCommits({
    sqlite,
    outbox,
    onCommitted: () => {
      committed += 1;
    },
    onRolledBack: () => {
      rolledBack += 1;
    },
    onFailure: () => {
      failures += 1;
    },
  });
  return {
    file,
    sqlite,
    outbox,
    commits,
    committed: () => committed,
    rolledBack: () => rolledBack,
    failures: () => failures,
    close() {
      sqlite.close();
      rmSync(directory, { recursive: true });
    },
  };
}

const event = (id: string) =>
  dataEvent(
    { type: 'users', id: '1' },
    { action: 'viewed', target: { type: 'notes', id }, eventName: 'notes.viewed' },
    1,
  );
const put = (sqlite: Sqlite, key: string) => sqlite.prepare("INSERT INTO meta VALUES (?, '')").run(key);
const has = (sqlite: Sqlite, key: string) =>
  sqlite.prepare('SELECT 1 FROM meta WHERE key = ?').get(key) !== undefined;

const test = suite<{ it: ReturnType<typeof open> }>('commits');
test.before.each(context => {
  context.it = open();
});
test.after.each(({ it }) => it.close());

test('work of one turn shares a commit and an outbox row', async ({ it }) => {
  await Promise.all(['a', 'b', 'c'].map(id => it.commits.run(unit => unit.emit(event(id)))));
  assert.is(it.committed(), 1);
  const { events } = await it.outbox.read(null, 1);
  assert.equal(
    events.map(({ targetId }) => targetId),
    ['a', 'b', 'c'],
  );
});

test('a commit waits while each turn brings more work, and no longer', async ({ it }) => {
  const arrived: Promise<void>[] = [];
  let firstBatch = 0;
  await new Promise<void>(resolve => {
    const arrive = () => {
      arrived.push(it.commits.run(unit => unit.emit(event(String(arrived.length)))));
      if (firstBatch === 0 && it.committed() === 1) firstBatch = arrived.length - 1;
      if (arrived.length < 20) setImmediate(arrive);
      else resolve();
    };
    arrive();
  });
  await Promise.all(arrived);
  assert.ok(firstBatch > 1, 'the commit did not wait for the next turn');
  assert.ok(firstBatch < 19, 'the commit waited for as long as more came');
  assert.is((await it.outbox.read(null, 100)).events.length, 20);
});

test('work that comes alone waits for one turn that brings nothing', async ({ it }) => {
  const done = it.commits.run(unit => unit.emit(event('alone')));
  let turns = 0;
  const look = () => {
    turns += 1;
    if (it.committed() === 0) setImmediate(look);
  };
  setImmediate(look);
  await done;
  assert.ok(turns <= 2, `it waited for ${turns} turns`);
});

test('work that refuses before it writes leaves the others in their commit', async ({ it }) => {
  const results = await Promise.allSettled([
    it.commits.run(unit => {
      put(it.sqlite, 'good');
      unit.emit(event('good'));
    }),
    it.commits.run(unit => {
      unit.emit(event('refused'));
      throw new Problem('conflict', 'No.');
    }),
  ]);
  assert.equal(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  assert.equal([it.committed(), it.rolledBack(), has(it.sqlite, 'good')], [1, 0, true]);
  assert.equal(
    (await it.outbox.read(null, 9)).events.map(({ targetId }) => targetId),
    ['good'],
  );
});

test('work that fails half-way is undone, and the others are done without it', async ({ it }) => {
  const results = await Promise.allSettled([
    it.commits.run(unit => {
      put(it.sqlite, 'first');
      unit.emit(event('first'));
    }),
    it.commits.run(unit => {
      put(it.sqlite, 'half');
      unit.emit(event('half'));
      throw new Error('half-way');
    }),
    it.commits.run(unit => {
      put(it.sqlite, 'last');
      unit.emit(event('last'));
    }),
  ]);
  assert.equal(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(
    ['first', 'half', 'last'].map(key => has(it.sqlite, key)),
    [true, false, true],
  );
  assert.equal(
    (await it.outbox.read(null, 9)).events.map(({ targetId }) => targetId),
    ['first', 'last'],
  );
});

test('what the log has is forgotten with the next commit, and counting goes on', async ({ it }) => {
  for (const id of ['a', 'b', 'c']) await it.commits.run(unit => unit.emit(event(id)));
  const first = await it.outbox.read(null, 2);
  assert.is(first.events.length, 2);
  await it.outbox.forget(first.cursor);
  assert.is(it.outbox.backlog(), 1);
  await it.commits.run(unit => unit.emit(event('d')));
  assert.is(it.sqlite.prepare('SELECT count(*) FROM outbox').pluck().get(), 2);
  const rest = await it.outbox.read(first.cursor, 9);
  assert.equal(
    rest.events.map(({ targetId }) => targetId),
    ['c', 'd'],
  );
  await it.outbox.forget(rest.cursor);
  it.commits.flush();
  assert.equal([it.outbox.backlog(), it.outbox.covers(rest.cursor, it.outbox.head())], [0, true]);
});

/** An event of about a mebibyte. */
const large = (id: string) => ({
  ...event(id),
  changes: { text: { prev: null, next: 'x'.repeat(1 << 20) } },
});

test('a commit takes no more work when it has events enough', async ({ it }) => {
  const emit = (n: number, make: (id: string) => ReturnType<typeof event>) =>
    it.commits.run(unit => {
      for (let id = 0; id < n; id += 1) unit.emit(make(String(id)));
    });
  await Promise.all([emit(700, event), emit(700, event), emit(700, event)]);
  assert.is(it.committed(), 2);
  await Promise.all(Array.from({ length: 12 }, () => emit(1, large)));
  assert.is(it.committed(), 2 + 3);
  assert.is(it.outbox.backlog(), 2_100 + 12);
});

test('the event loop turns between the commits of one turn', async ({ it }) => {
  const piece = () => it.commits.run(unit => unit.emit(large('1')));
  const all = Promise.all(Array.from({ length: 12 }, piece));
  while (it.committed() === 0) await new Promise(resolve => setImmediate(resolve));
  assert.is(it.committed(), 1);
  it.commits.flush();
  assert.is(it.committed(), 3);
  await all;
});

test('one commit of large events is several rows, and is read in portions', async ({ it }) => {
  const ids = Array.from({ length: 30 }, (_, n) => String(n));
  await it.commits.run(unit => {
    for (const id of ids) unit.emit(large(id));
  });
  assert.is(it.committed(), 1);
  assert.is(it.sqlite.prepare('SELECT count(*) FROM outbox').pluck().get(), 8);
  const seen: string[] = [];
  let batches = 0;
  let cursor: string | null = null;
  for (;;) {
    const batch: Awaited<ReturnType<typeof it.outbox.read>> = await it.outbox.read(cursor, 1_000);
    if (batch.events.length === 0) break;
    cursor = batch.cursor;
    batches += 1;
    for (const { targetId } of batch.events) seen.push(targetId);
  }
  assert.equal([seen, batches], [ids, 2]);
});

test('what cannot be pruned for want of room stays, and goes when there is room', async ({ it }) => {
  for (const id of ['a', 'b', 'c']) await it.commits.run(unit => unit.emit(event(id)));
  const { cursor } = await it.outbox.read(null, 9);
  await it.outbox.forget(cursor);
  const rows = () => it.sqlite.prepare('SELECT count(*) FROM outbox').pluck().get();
  it.sqlite.exec("CREATE TEMP TRIGGER full BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END");
  it.commits.flush();
  assert.equal([rows(), it.failures()], [3, 1]);
  it.sqlite.exec('DROP TRIGGER full');
  it.commits.flush();
  assert.equal([rows(), it.failures()], [1, 1]);
  const { events } = await it.outbox.read(cursor, 9);
  assert.equal(events, []);
});

test('the reader sees what was committed and refuses cursors of another life', async ({ it }) => {
  await it.commits.run(unit => unit.emit(event('a')));
  const reader = openOutboxReader(it.file);
  const { events, cursor } = await reader.read(null, 9);
  assert.is(events.length, 1);
  assert.equal((await reader.read(cursor, 9)).events, []);
  const refused = async (bad: string) => {
    try {
      await reader.read(bad, 9);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, QueueMismatch);
    }
  };
  await refused(cursor.replace(/^[0-9a-f]{8}/, '00000000'));
  await refused(cursor.replace(/\/1\/1$/, '/7/7'));
  await refused('nonsense');
  reader.close();
});

test.run();

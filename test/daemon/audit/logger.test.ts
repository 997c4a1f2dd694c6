import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { Check } from 'typebox/value';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LogHead } from '#src/daemon/audit/audit-log.js';
import type { LogStore } from '#src/daemon/audit/log-store.js';
import { createLogger, type Logger, type LoggerOptions } from '#src/daemon/audit/logger.js';
import { DataEventSchema, type PendingEvent } from '#src/shared/data-event.js';
import { QueueMismatch } from '#src/shared/queue.js';
import { event, eventId, events } from './example-events.js';
import { memoryQueue } from './memory-queue.js';
import { type TemporaryLog, temporaryLog } from './temporary-log.js';

interface Running {
  logger: Logger;
  heads: LogHead[];
  warnings: string[];
  /** Stores everything that is queued and ends. */
  finish(): Promise<void>;
}

function running(options: Pick<LoggerOptions, 'queue' | 'store' | 'restMs'>): Running {
  const heads: LogHead[] = [];
  const warnings: string[] = [];
  const logger = createLogger({
    ...options,
    onAppended: head => heads.push(head),
    warn: sentence => warnings.push(sentence),
  });
  const ended = logger.run();
  return {
    logger,
    heads,
    warnings,
    async finish() {
      logger.finish();
      await ended;
    },
  };
}

const idsIn = async (log: TemporaryLog) =>
  (await log.page({ order: 'asc', limit: 1000 })).events.map(({ id }) => id);

/** `store`, whose appends fail first as `fault` says. */
function faulty(store: LogStore, fault: (events: readonly PendingEvent[]) => Error | undefined): LogStore {
  return {
    ...store,
    async append(size, some, cursor) {
      const error = fault(some);
      if (error !== undefined) throw error;
      return store.append(size, some, cursor);
    },
  };
}

const sqliteError = (code: string) => Object.assign(new Error(`it says ${code}`), { code });

test('what is queued is appended in order, and main hears of each append', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  queue.commit(...events(1, 600));
  queue.commit(...events(601, 1300));
  queue.commit(...events(1301, 1400));
  const { heads, finish } = running({ queue, store: log.store });
  await finish();
  assert.equal([...new Set(heads.map(({ size }) => size))], [1300, 1400]);
  assert.is(heads.at(-1)?.signedSize, 1400);
  assert.equal(await log.store.head(), heads.at(-1));
  assert.equal((await log.page({ order: 'asc', limit: 1000 })).events.at(-1)?.id, eventId(1000));
  log.close();
});

test('a checkpoint covers what was appended within about a second, and covers all in the end', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  const { heads, logger, finish } = running({ queue, store: log.store });
  queue.commit(...events(1, 3));
  logger.wake();
  const started = performance.now();
  while (heads.at(-1)?.signedSize !== 3) await nextTurn();
  assert.ok(performance.now() - started > 500, 'each append signs a checkpoint of its own');
  queue.commit(event(4));
  await finish();
  assert.is((await log.store.head()).signedSize, 4);
  log.close();
});

test('an event whose append fails once is not set aside for it', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  queue.commit(event(1));
  let failures = 0;
  const store = faulty(log.store, () => {
    failures += 1;
    return failures === 1 ? new Error('by the way') : undefined;
  });
  const { warnings, finish } = running({ queue, store });
  await finish();
  assert.equal(await idsIn(log), [eventId(1)]);
  assert.equal(warnings, []);
  log.close();
});

test('a checkpoint that cannot be signed holds nothing up', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  queue.commit(...events(1, 3));
  const store: LogStore = {
    ...log.store,
    sign: async () => {
      throw sqliteError('SQLITE_FULL');
    },
  };
  const { warnings, finish } = running({ queue, store });
  await finish();
  assert.is((await log.store.head()).size, 3);
  assert.match(warnings.join('\n'), /The checkpoint could not be signed \(it says SQLITE_FULL\)/);
  log.close();
});

test('an idle logger goes on when it is woken, and not before', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  let reads = 0;
  let idle: () => void = () => undefined;
  const watched = {
    async read(...args: Parameters<typeof queue.read>) {
      reads += 1;
      const batch = await queue.read(...args);
      if (batch.events.length === 0) idle();
      return batch;
    },
  };
  const becomesIdle = () =>
    new Promise<void>(resolve => {
      idle = resolve;
    });
  const first = becomesIdle();
  const { logger, finish } = running({ queue: watched, store: log.store });
  await first;
  assert.is(reads, 1);
  queue.commit(event(1));
  const second = becomesIdle();
  logger.wake();
  await second;
  assert.is((await log.store.head()).size, 1);
  // It sleeps: the event loop turns, and nothing is read.
  await nextTurn();
  assert.is(reads, 3);
  await finish();
  log.close();
});

test('a waking while the queue is being read is not lost', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  let logger: Logger | undefined;
  let reads = 0;
  const racing = {
    async read(...args: Parameters<typeof queue.read>) {
      const batch = await queue.read(...args);
      reads += 1;
      if (reads === 1) {
        queue.commit(event(1));
        logger?.wake();
      }
      return batch;
    },
  };
  const appended = new Promise<void>(resolve => {
    logger = createLogger({
      queue: racing,
      store: log.store,
      onAppended: () => resolve(),
      warn: () => undefined,
    });
  });
  const ended = logger!.run();
  await appended;
  logger!.finish();
  await ended;
  log.close();
});

test('the logger rests after an append until somebody waits, and stores what has gathered in one', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  queue.commit(event(1));
  const { heads, logger, finish } = running({ queue, store: log.store, restMs: 60_000 });
  while (heads.length === 0) await nextTurn();
  for (const number of [2, 3, 4]) {
    queue.commit(event(number));
    logger.wake();
    await nextTurn();
  }
  assert.equal(
    heads.map(({ size }) => size),
    [1],
  );
  logger.hurry();
  while (heads.length < 2) await nextTurn();
  assert.is(heads[1]!.size, 4);
  queue.commit(event(5));
  await finish();
  assert.is((await log.store.head()).size, 5);
  log.close();
});

test('somebody who begins to wait during an append waits for no rest', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  queue.commit(event(1));
  const started: (() => void)[] = [];
  const store: LogStore = {
    ...log.store,
    async append(...args) {
      for (const listener of started.splice(0)) listener();
      return log.store.append(...args);
    },
  };
  const { heads, logger, finish } = running({ queue, store, restMs: 60_000 });
  started.push(() => {
    queue.commit(event(2));
    logger.hurry();
  });
  while (heads.at(-1)?.size !== 2) await nextTurn();
  await finish();
  log.close();
});

test('a restarted logger goes on behind the cursor of the log', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  queue.commit(...events(1, 3));
  await running({ queue, store: log.store }).finish();
  queue.commit(...events(4, 5));
  await running({ queue, store: log.store }).finish();
  assert.equal(await idsIn(log), [1, 2, 3, 4, 5].map(eventId));
  log.close();
});

test('a full disk, an I/O error and a lock are waited out, and nothing is lost', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  queue.commit(...events(1, 3));
  const faults = ['SQLITE_FULL', 'SQLITE_IOERR_FSYNC', 'SQLITE_BUSY'];
  const store = faulty(log.store, () => {
    const code = faults.shift();
    return code === undefined ? undefined : sqliteError(code);
  });
  const { warnings, finish } = running({ queue, store });
  await finish();
  assert.equal(await idsIn(log), [1, 2, 3].map(eventId));
  assert.is(warnings.length, 3);
  assert.match(warnings[0]!, /Appending to the audit log failed .*SQLITE_FULL.*trying again in \d+ ms/);
  log.close();
});

test('an append that said it failed and had gone through is not repeated', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  queue.commit(...events(1, 3));
  let failed = false;
  const store: LogStore = {
    ...log.store,
    async append(...args) {
      const head = await log.store.append(...args);
      if (failed) return head;
      failed = true;
      throw sqliteError('SQLITE_IOERR_FSYNC');
    },
  };
  const { finish } = running({ queue, store });
  await finish();
  queue.commit(event(4));
  await running({ queue, store }).finish();
  assert.equal(await idsIn(log), [1, 2, 3, 4].map(eventId));
  log.close();
});

test('an event that cannot be appended is set aside, and the others are stored', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  const broken = { ...event(5), actorId: undefined as unknown as string };
  queue.commit(...events(1, 4), broken, ...events(6, 9));
  queue.commit(event(10));
  const { warnings, finish } = running({ queue, store: log.store });
  await finish();

  const stored = (await log.page({ limit: 100 })).events.sort((a, b) => a.seq - b.seq);
  assert.equal(
    stored.map(({ id, eventName }) => eventName ?? id),
    [1, 2, 3, 4, 'event.set-aside', 6, 7, 8, 9, 10].map(part =>
      typeof part === 'number' ? eventId(part) : part,
    ),
  );
  const stand = stored[4]!;
  assert.equal(
    [stand.outcome, stand.actorType, stand.actorId, stand.targetType, stand.targetId, stand.source],
    ['failure', 'system', 'daemon', 'audit', 'log', 'daemon'],
  );
  assert.match(stand.context!.reason!, "actor's id is not text");
  assert.ok(Check(DataEventSchema, stand));
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, 'was set aside (seq 5)');

  const db = new Database(log.file, { readonly: true });
  const kept = db.prepare('SELECT seq, event FROM set_aside').all() as { seq: number; event: string }[];
  db.close();
  assert.equal(
    kept.map(({ seq, event: text }) => [seq, JSON.parse(text).id]),
    [[5, eventId(5)]],
  );
  log.close();
});

test('a crash after setting aside sets nothing aside twice', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  queue.commit(event(1), event(2, { id: 'broken' }), event(3), event(4));
  await new Promise<void>(crash => {
    const store: LogStore = {
      ...log.store,
      async setAside(...args) {
        await log.store.setAside(...args);
        crash();
        return new Promise(() => undefined);
      },
    };
    void createLogger({ queue, store, onAppended: () => undefined, warn: () => undefined }).run();
  });
  assert.is((await log.store.head()).cursor, null);
  await running({ queue, store: log.store }).finish();
  const stored = (await log.page({ limit: 100 })).events.sort((a, b) => a.seq - b.seq);
  assert.equal(
    stored.map(({ id, eventName }) => eventName ?? id),
    [eventId(1), 'event.set-aside', eventId(3), eventId(4)],
  );
  log.close();
});

test('a cursor of another queue ends the logger', async () => {
  const log = temporaryLog();
  const queue = memoryQueue();
  queue.commit(event(1));
  await running({ queue, store: log.store }).finish();
  const other = memoryQueue();
  try {
    await running({ queue: other, store: log.store }).finish();
    assert.unreachable();
  } catch (error) {
    assert.instance(error, QueueMismatch);
  }
  log.close();
});

test.run();

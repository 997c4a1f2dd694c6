// The audit log as main holds it: real threads under bree, and what happens when they crash, hang or refuse.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AuditLog } from '#src/daemon/audit/audit-log.js';
import { createAuditLog } from '#src/daemon/audit/create-audit-log.js';
import { createCheckpointKey } from '#src/daemon/checkpoint-keys.js';
import { EVERYTHING } from '#src/shared/audit-filter.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { event, eventId, events } from './example-events.js';

const programs = {
  logger: new URL('./troubled-logger-thread.js', import.meta.url),
  query: new URL('./troubled-query-thread.js', import.meta.url),
};

interface Threads {
  directory: string;
  audit: AuditLog;
  logged: string[];
  commit(...events: PendingEvent[]): void;
  /** Makes the logger's thread meet trouble when it next reads. */
  trouble(kind: 'hang' | 'crash' | 'mismatch'): void;
  /** Resolves when the log has `size` events. */
  stored(size: number): Promise<void>;
  /** Resolves when the logger waits for more than these commits. */
  idleAfter(commits: number): Promise<void>;
}

function threads(directory = temporaryDirectory()): Threads {
  const dataFile = join(directory, 'queue.ndjson');
  appendFileSync(dataFile, '');
  const logged: string[] = [];
  const write = (message: string, fields = {}) => logged.push(`${message} ${JSON.stringify(fields)}`);
  const audit = createAuditLog({
    dataFile,
    auditFile: join(directory, 'audit.db'),
    checkpointKeys: join(directory, 'checkpoints'),
    instance: 'test',
    log: { info: write, warn: write, error: write },
    programs,
    hangsAfterMs: 1_500,
  });
  return {
    directory,
    audit,
    logged,
    commit(...committed) {
      appendFileSync(dataFile, `${JSON.stringify(committed)}\n`);
      audit.wake();
    },
    trouble: kind => writeFileSync(`${dataFile}.${kind}`, ''),
    async idleAfter(commits) {
      const note = () => (existsSync(`${dataFile}.idle`) ? readFileSync(`${dataFile}.idle`, 'utf8') : '');
      while (note() !== String(commits)) await new Promise(resolve => setTimeout(resolve, 10));
    },
    stored: size =>
      new Promise(resolve => {
        const stop = audit.onAppended(head => check(head.size));
        const check = (have: number) => {
          if (have < size) return;
          stop();
          resolve();
        };
        check(audit.head().size);
      }),
  };
}

/** A test on threads of its own, which are ended whatever becomes of it. */
function onThreads(what: string, body: (threads: Threads) => Promise<void>): void {
  test(what, async () => {
    const own = threads();
    await createCheckpointKey(join(own.directory, 'checkpoints'), 0);
    try {
      await body(own);
    } finally {
      await own.audit.stop(500);
    }
  });
}

const idsIn = async (audit: AuditLog) => {
  const { lines } = await audit.linesAfter(0, EVERYTHING, 1000, true);
  return lines.map(({ json }) => JSON.parse(json).id as string);
};
const idsTo = (last: number) => events(1, last).map(({ id }) => id);

const problemOf = async (answer: Promise<unknown>): Promise<Problem> => {
  try {
    await answer;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('It did not fail.');
};

/** Tries until the answer is no longer that the log cannot be asked. */
async function whenAvailable<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'unavailable')) throw error;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}

test('what is committed is stored, answered, and there after a restart', async () => {
  const directory = temporaryDirectory();
  await createCheckpointKey(join(directory, 'checkpoints'), 0);
  const first = threads(directory);
  const second = threads(directory);
  try {
    await first.audit.start();
    assert.is(first.audit.state(), 'running');
    first.commit(event(1), event(2));
    await first.stored(2);
    const page = await first.audit.page({ filter: EVERYTHING, order: 'desc', limit: 10, withContext: true });
    assert.equal(
      JSON.parse(new TextDecoder().decode(page.data)).map(({ seq }: { seq: number }) => seq),
      [2, 1],
    );
    assert.is(await first.audit.stop(5_000), true);
    assert.is(first.audit.state(), 'stopped');

    await second.audit.start();
    assert.is(second.audit.head().size, 2);
    second.commit(event(3));
    await second.stored(3);
    assert.equal(await idsIn(second.audit), idsTo(3));
    assert.is(await second.audit.stop(5_000), true);
  } finally {
    await first.audit.stop(500);
    await second.audit.stop(500);
  }
});

onThreads('a hundred wakings at once are answered, and none too few', async ({ audit, commit, stored }) => {
  await audit.start();
  for (let number = 1; number <= 100; number += 1) {
    commit(event(number));
    if (number % 10 === 0) await stored(number);
  }
  await stored(100);
  assert.equal(await idsIn(audit), idsTo(100));
  assert.ok(await audit.stop(5_000));
});

onThreads('stopping first stores what is queued at that moment', async ({ audit, directory }) => {
  await audit.start();
  for (let from = 1; from <= 2_901; from += 100) {
    appendFileSync(join(directory, 'queue.ndjson'), `${JSON.stringify(events(from, from + 99))}\n`);
  }
  assert.is(await audit.stop(10_000), true);
  assert.is(audit.head().size, 3_000);
});

onThreads(
  'a logger that crashes is started again and goes on where it was',
  async ({ audit, commit, stored, trouble, logged }) => {
    await audit.start();
    commit(...events(1, 5));
    await stored(5);
    for (let number = 6; number <= 8; number += 1) {
      trouble('crash');
      commit(event(number));
      await stored(number);
    }
    assert.equal(await idsIn(audit), idsTo(8));
    assert.ok(logged.some(line => line.includes('The logger thread ended and is started again')));
    assert.ok(await audit.stop(5_000));
  },
);

onThreads(
  'a logger that hangs is noticed and replaced, and queries are answered meanwhile',
  async ({ audit, commit, stored, idleAfter, trouble, logged }) => {
    await audit.start();
    commit(...events(1, 5));
    await stored(5);
    trouble('hang');
    commit(event(6));
    assert.equal(await idsIn(audit), idsTo(5));
    // This waking is heard by nobody, and must not keep later ones from being sent.
    commit(event(7));
    await idleAfter(3);
    commit(event(8));
    await stored(8);
    assert.equal(await idsIn(audit), idsTo(8));
    assert.ok(logged.some(line => line.includes('The logger thread hangs and is replaced')));
    assert.ok(await audit.stop(5_000));
  },
);

onThreads(
  'a logger that hangs again has longer, as where others leave it next to no processor',
  async ({ audit, commit, stored, trouble, logged }) => {
    await audit.start();
    const hung = () => logged.filter(line => line.includes('hangs and is replaced'));
    for (const n of [1, 2]) {
      trouble('hang');
      commit(event(n));
      await stored(n);
    }
    assert.equal(
      hung()
        .slice(0, 2)
        .map(line => line.slice(line.indexOf('{'))),
      ['{"afterMs":1500}', '{"afterMs":3000}'],
    );
    assert.ok(await audit.stop(5_000));
  },
);

onThreads(
  'a stop that comes while the logger hangs ends it, and says that it did not finish',
  async ({ audit, commit, trouble }) => {
    await audit.start();
    trouble('hang');
    commit(event(1));
    assert.is(await audit.stop(300), false);
  },
);

onThreads(
  'a stop that comes while another program holds audit.db ends the thread, and nothing else',
  async ({ audit, commit, directory }) => {
    await audit.start();
    const holder = new Database(join(directory, 'audit.db'));
    holder.exec('BEGIN IMMEDIATE');
    commit(event(1));
    // The logger waits for the lock inside SQLite by now, or will in a moment.
    await new Promise(resolve => setTimeout(resolve, 300));
    assert.is(await audit.stop(300), false);
    holder.close();
  },
);

onThreads(
  'a log that is of another queue is said at the start, and nothing is left running',
  async ({ audit, trouble }) => {
    trouble('mismatch');
    try {
      await audit.start();
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, 'The log is of another queue.');
    }
    assert.is(audit.state(), 'stopped');
    await audit.stop(1_000);
  },
);

onThreads(
  'a mismatch later on is reported, and the logger is not started again',
  async ({ audit, commit, stored, trouble, logged }) => {
    await audit.start();
    commit(event(1));
    await stored(1);
    trouble('mismatch');
    commit(event(2));
    while (audit.state() !== 'stopped') await new Promise(resolve => setTimeout(resolve, 10));
    const said = logged.filter(line => line.includes('Events are not stored any more'));
    assert.equal([said.length, said[0]?.includes('The log is of another queue.')], [1, true]);
    assert.equal(await idsIn(audit), idsTo(1));
    assert.is(await audit.stop(1_000), false);
  },
);

onThreads(
  'a query thread that dies refuses what was asked, and answers again',
  async ({ audit, commit, stored }) => {
    await audit.start();
    commit(event(1));
    await stored(1);
    for (const trouble of ['crash', 'hang']) {
      const asked = [audit.event(trouble, true), audit.event(eventId(1), true)];
      for (const answer of asked) assert.is((await problemOf(answer)).code, 'unavailable');
      assert.match((await whenAvailable(() => audit.event(eventId(1), true)))!, eventId(1));
    }
    assert.ok(await audit.stop(5_000));
    assert.is((await problemOf(audit.event(eventId(1), true))).code, 'unavailable');
  },
);

onThreads('problems and errors of the query thread arrive as they were', async ({ audit }) => {
  await audit.start();
  const asked = audit.page({ filter: EVERYTHING, order: 'asc', limit: 1, withContext: true, cursor: '?' });
  const problem = await problemOf(asked);
  assert.is(problem.code, 'bad_request');
  assert.equal(problem.details.errors, [{ field: 'cursor', reason: 'is malformed' }]);
  try {
    await audit.event('throw', true);
    assert.unreachable();
  } catch (error) {
    assert.not.instance(error, Problem);
    assert.is((error as Error).message, 'thrown on the query thread');
  }
  assert.ok(await audit.stop(5_000));
});

test('a program in a folder with brackets, dollars and spaces runs all the same', async () => {
  const directory = join(temporaryDirectory(), 'a (b) [c] $d {e}!');
  mkdirSync(directory);
  for (const name of ['logger', 'query'] as const) {
    writeFileSync(join(directory, `${name}.mjs`), `await import(${JSON.stringify(programs[name].href)});`);
  }
  const file = (name: string) =>
    new URL(`${encodeURIComponent(name)}.mjs`, `file://${encodeURI(directory)}/`);
  const dataFile = join(directory, 'queue.ndjson');
  appendFileSync(dataFile, `${JSON.stringify([event(1)])}\n`);
  await createCheckpointKey(join(directory, 'checkpoints'), 0);
  const silent = () => undefined;
  const audit = createAuditLog({
    dataFile,
    auditFile: join(directory, 'audit.db'),
    checkpointKeys: join(directory, 'checkpoints'),
    instance: 'test',
    log: { info: silent, warn: silent, error: silent },
    programs: { logger: file('logger'), query: file('query') },
  });
  try {
    await audit.start();
    assert.ok(await audit.stop(5_000));
    assert.is(audit.head().size, 1);
  } finally {
    await audit.stop(500);
  }
});

test.run();

// Each sync of a database takes 20 ms longer. Of data.db, a change takes that much longer and no more; of audit.db, the
// producer waits for none of them. In full form it measures; else it looks at who synced what, and how often.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { type DaemonProcess, daemonProcess } from '../../e2e/daemon-process.js';
import { FULL, howMany } from '../../full-form.js';
import { type Fault, tracedCalls, tracing } from './traced.js';

const CHANGES = howMany('WHODID_TEST_SLOW_CHANGES', 20, 200);
const ROUNDS = howMany('WHODID_TEST_SLOW_ROUNDS', 1, 5);
const DELAY_MS = 20;

const slow = (database: Fault['database'], delayMs: number): Fault => ({
  database,
  calls: 'fsync,fdatasync',
  effect: `delay_exit=${delayMs * 1000}`,
});

const output = join(temporaryDirectory(), 'trace');

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

/** One change after the other. @returns how long each took, in milliseconds */
async function change(it: DaemonProcess, count: number): Promise<number[]> {
  const token = await it.login();
  const took: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const before = performance.now();
    const { status } = await fetch(`${it.url}/v1/records/users/1`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        prefer: 'return=minimal',
      },
      body: JSON.stringify({ name: `Ada ${before}` }),
    });
    took.push(performance.now() - before);
    assert.is(status, 204);
  }
  return took;
}

async function withDaemon<T>(fault: Fault, body: (it: DaemonProcess) => Promise<T>): Promise<T> {
  const it = await daemonProcess();
  try {
    await it.start(tracing(it.home, output, fault));
    return await body(it);
  } finally {
    await it.kill('SIGKILL');
    await it.discard();
  }
}

test('a slow audit.db is waited for by the logger alone', async () => {
  const main = await withDaemon(slow('audit.db', DELAY_MS), async it => {
    await change(it, CHANGES);
    return it.pid;
  });
  const syncs = tracedCalls(output);
  assert.ok(syncs.length > 0);
  assert.equal(
    syncs.filter(({ thread }) => thread === main),
    [],
  );
});

test('a change waits for one sync of data.db', async () => {
  let elapsedMs = 0;
  const main = await withDaemon(slow('data.db', 0), async it => {
    const before = performance.now();
    await change(it, CHANGES);
    elapsedMs = performance.now() - before;
    return it.pid;
  });
  const syncs = tracedCalls(output).filter(({ thread }) => thread === main);
  assert.ok(syncs.length >= CHANGES, `${syncs.length} syncs`);
  // Besides the changes: what the start writes, the login, and what is pruned or remembered each second.
  const others = 10 + 3 * Math.ceil(elapsedMs / 1000);
  assert.ok(syncs.length <= CHANGES + others, `${syncs.length} syncs of ${CHANGES} changes`);
});

if (FULL) {
  test('the median of a change, with no delay, a slow data.db and a slow audit.db, in turns', async () => {
    const kinds = {
      plain: slow('data.db', 0),
      'slow data.db': slow('data.db', DELAY_MS),
      'slow audit.db': slow('audit.db', DELAY_MS),
    };
    const medians: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [kind, fault] of Object.entries(kinds)) {
        const took = await withDaemon(fault, it => change(it, CHANGES));
        medians[kind] = [...(medians[kind] ?? []), median(took)];
      }
    }
    const of = (kind: keyof typeof kinds) => median(medians[kind]!);
    const byData = of('slow data.db') - of('plain');
    const byAudit = of('slow audit.db') - of('plain');
    process.stdout.write(
      `${DELAY_MS} ms a sync: median of a change ${of('plain').toFixed(2)} ms, ` +
        `+${byData.toFixed(2)} ms with a slow data.db, ${byAudit >= 0 ? '+' : ''}${byAudit.toFixed(2)} ms with a slow audit.db `,
    );
    assert.ok(byData >= DELAY_MS * 0.9, 'the commit waits for its sync');
    assert.ok(byAudit < byData / 10, 'and for nothing of the log');
  });
}

test.run();

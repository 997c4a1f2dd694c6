// The daemon is killed with SIGKILL in the middle of a checkpoint of a write-ahead log: at the N-th page that is copied
// into the database, and at the sync of what was copied. The log and the records are afterwards what was acknowledged.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLedger, inWords } from '../../crash/ledger.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { daemonProcess } from '../../e2e/daemon-process.js';
import { randomFrom, startLoad } from '../../e2e/load.js';
import { FULL, howMany, progress, seed } from '../../full-form.js';
import { type Fault, tracing } from './traced.js';

const TIMES = howMany('WHODID_TEST_KILLS_IN_CHECKPOINT', 2, 50);
const CLIENTS = 4;
const ANSWERS = 30;

/** Of so many kills one is at the sync, the others are at a page. */
const SYNC_EVERY = 10;

const random = randomFrom(seed());
const notes: string[] = [];
const output = join(temporaryDirectory(), 'trace');
const it = await daemonProcess();
process.once('exit', () => void it.discard());
const ledger = createLedger();
let token = '';

/** @returns whether the checkpoint, with which the daemon stops, came to that call */
async function isKilledAt(database: Fault['database'], calls: string, nth: number): Promise<boolean> {
  const effect = 'signal=KILL';
  const fault: Fault = { database, alone: true, calls, effect, when: { nth, persistence: 'once' } };
  await it.start(tracing(it.home, output, fault));
  const load = startLoad({ url: it.url, token, clients: CLIENTS, random, notes });
  await load.answered(ANSWERS);
  await load.stop();
  ledger.add(load);
  return (await it.kill('SIGTERM')) !== 0;
}

test('a token to come in with', async () => {
  await it.start();
  token = await it.login();
  assert.is(await it.kill('SIGTERM'), 0);
});

for (const database of ['data.db', 'audit.db'] as const) {
  test(`${TIMES} kills in a checkpoint of the write-ahead log of ${database}`, async () => {
    const ahead = progress(`kills in a checkpoint of ${database}`, TIMES);
    let page = 0;
    let mostPages = 0;
    for (let kill = 1; kill <= TIMES; ) {
      const isSync = kill % SYNC_EVERY === 2;
      page = isSync ? page : page + 1;
      const met = isSync
        ? await isKilledAt(database, 'fsync,fdatasync', 1)
        : await isKilledAt(database, 'pwrite64', page);
      await it.start();
      token = await it.login();
      if (met) {
        mostPages = Math.max(mostPages, page);
        if (FULL || kill === TIMES) {
          assert.equal(await ledger.faults(it.url, token), [], `kill ${kill}`);
          assert.equal(await ledger.faultsInFiles(it.home), [], `kill ${kill}`);
        }
        ahead();
        kill += 1;
      } else {
        assert.not(isSync, 'a checkpoint syncs what it copied');
        assert.ok(page > 1, 'a checkpoint copies a page');
        page = 0;
      }
      assert.is(await it.kill('SIGTERM'), 0, it.said());
    }
    if (FULL) process.stdout.write(`${database}: killed at its sync, and at pages 1 to ${mostPages}\n`);
  });
}

test('and all is there in the end', async () => {
  await it.start();
  assert.equal(await ledger.faults(it.url, await it.login()), []);
  await it.discard();
  process.stdout.write(`${TIMES} kills in a checkpoint of each database: ${inWords(ledger.figures())} `);
});

test.run();

// The N-th sync, write or truncation of a database fails, once or from then on, for N = 1, 2 … until a run meets none:
// afterwards both databases agree, nothing that was acknowledged is lost, and what was said of it names the file.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLedger, inWords } from '../../crash/ledger.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { daemonProcess } from '../../e2e/daemon-process.js';
import { randomFrom, startLoad } from '../../e2e/load.js';
import { FULL, seed } from '../../full-form.js';
import { type Fault, type Persistence, tracedCalls, tracing } from './traced.js';

/** `numbers`: which N the short form tries; the full form tries all. */
interface Sweep extends Pick<Fault, 'database' | 'calls' | 'effect'> {
  persistence: Persistence;
  numbers: readonly number[];
}

const SYNC = 'fsync,fdatasync';

const SHORT: readonly Sweep[] = [
  { database: 'data.db', calls: SYNC, effect: 'error=EIO', persistence: 'once', numbers: [2] },
  { database: 'audit.db', calls: SYNC, effect: 'error=EIO', persistence: 'from then on', numbers: [1] },
  {
    database: 'data.db',
    calls: 'pwrite64',
    effect: 'error=ENOSPC',
    persistence: 'from then on',
    numbers: [3],
  },
  { database: 'audit.db', calls: 'pwrite64', effect: 'error=EIO', persistence: 'once', numbers: [4] },
];

const ALL: readonly Sweep[] = (['data.db', 'audit.db'] as const).flatMap(database =>
  [SYNC, 'pwrite64', 'ftruncate'].flatMap(calls =>
    ['error=EIO', 'error=ENOSPC'].flatMap(effect =>
      (['once', 'from then on'] as const).map(persistence => ({
        database,
        calls,
        effect,
        persistence,
        numbers: [],
      })),
    ),
  ),
);

const CLIENTS = 2;
const ANSWERS = 12;

/** What SQLite says of a disk. */
const OF_THE_DISK = /disk I\/O error|disk is full|unable to open database/;

const random = randomFrom(seed());
const notes: string[] = [];
const output = join(temporaryDirectory(), 'trace');
const it = await daemonProcess({ WHODID_AUDIT_MIN_FREE_BYTES: '0' });
process.once('exit', () => void it.discard());
const ledger = createLedger();
let token = '';
let runs = 0;
let refusals = 0;
let deadStarts = 0;

/** @returns how many calls met the fault */
async function runWith(fault: Fault): Promise<number> {
  runs += 1;
  const what = `${fault.calls} of ${fault.database}, ${fault.effect}, ${JSON.stringify(fault.when)}`;
  let load: ReturnType<typeof startLoad> | undefined;
  let refused = '';
  try {
    await it.start(tracing(it.home, output, fault));
    load = startLoad({
      url: it.url,
      token,
      clients: CLIENTS,
      random,
      notes,
      refusals: 'counted',
      pauseMs: 5,
    });
    await load.answered(ANSWERS);
    await load.stop();
    refusals += load.refused();
    ledger.add(load);
    if (fault.when?.persistence === 'once') await comesBack(what);
  } catch (error) {
    // A start that meets the fault may fail, in a sentence.
    if (load !== undefined) throw error;
    deadStarts += 1;
    refused = (error as Error).message;
    assert.not.match(refused, /\n +at /, what);
  }
  await it.kill('SIGKILL');
  for (const line of `${it.said()}\n${refused}`.split('\n')) {
    if (OF_THE_DISK.test(line)) assert.match(line, fault.database, `${what}: ${line}`);
  }
  await it.start();
  token = await it.login();
  assert.equal(await ledger.faults(it.url, token), [], what);
  assert.equal(await ledger.faultsInFiles(it.home), [], what);
  assert.is(await it.kill('SIGTERM'), 0, what);
  return tracedCalls(output).filter(({ isInjected }) => isInjected).length;
}

/** A fault that is over holds nothing up: the next change is taken, soon. */
async function comesBack(what: string): Promise<void> {
  const since = performance.now();
  for (;;) {
    const { status } = await fetch(`${it.url}/v1/records/users/1`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: `Ada ${random()}` }),
    });
    if (status === 200) return;
    assert.ok(status === 503 && performance.now() - since < 60_000, `${what}: ${status}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

test('a token to come in with', async () => {
  await it.start();
  token = await it.login();
  assert.is(await it.kill('SIGTERM'), 0);
});

for (const { database, calls, effect, persistence, numbers } of FULL ? ALL : SHORT) {
  test(`${calls} of ${database}: ${effect}, ${persistence}`, async () => {
    let met = 0;
    for (let nth = 1; ; nth += 1) {
      const fault = { database, calls, effect, when: { nth: FULL ? nth : numbers[nth - 1]!, persistence } };
      if (!FULL && nth > numbers.length) break;
      const now = await runWith(fault);
      met += now;
      if (now === 0) break;
    }
    // SQLite truncates nothing in some runs; all else it does in each.
    if (calls !== 'ftruncate') assert.ok(met > 0, 'the fault was met');
    if (FULL) process.stdout.write(`${calls} of ${database}, ${effect}, ${persistence}: met ${met} times\n`);
  });
}

test('and all is there in the end', async () => {
  await it.start();
  assert.equal(await ledger.faults(it.url, await it.login()), []);
  await it.discard();
  process.stdout.write(
    `${runs} runs, ${refusals} requests refused, ${deadStarts} starts refused: ${inWords(ledger.figures())} `,
  );
});

test.run();

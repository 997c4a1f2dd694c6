// The logger's thread is ended, stops for ever and throws, in the middle of an append and of a checkpoint, while clients
// go on: none of their requests fails, the thread is replaced each time, and the backlog drains.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Status } from '#src/shared/api.js';
import { temporaryDirectory } from '../daemon/temporary-directory.js';
import { daemonProcess } from '../e2e/daemon-process.js';
import { randomFrom, startLoad } from '../e2e/load.js';
import { howMany, progress, seed } from '../full-form.js';
import { createLedger, inWords } from './ledger.js';
import { isMet, order, TROUBLE_VARIABLE } from './trouble.js';

const TIMES = howMany('WHODID_TEST_LOGGER_TROUBLES', 6, 200);
const KINDS = ['end', 'hang', 'throw'] as const;
const STEPS = ['mid-append', 'mid-append', 'mid-checkpoint'] as const;
const CLIENTS = 4;

/** Before the access token expires, in milliseconds. */
const LOGIN_AGAIN_MS = 180_000;

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

test(`${TIMES} troubles of the logger`, async () => {
  const random = randomFrom(seed());
  const trouble = join(temporaryDirectory(), 'trouble');
  const it = await daemonProcess(
    { [TROUBLE_VARIABLE]: trouble },
    { program: 'dist-test/crash/troubled-daemon.js' },
  );
  const ledger = createLedger();
  const notes: string[] = [];
  const met: Record<string, number> = {};
  try {
    await it.start();
    let token = await it.login();
    let loggedInAt = performance.now();
    const status = async () => {
      const answer = await fetch(`${it.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
      return (await answer.json()) as Status;
    };
    const ahead = progress('troubles', TIMES);
    for (let time = 0; time < TIMES; time += 1) {
      const kind = KINDS[time % KINDS.length]!;
      const step = STEPS[Math.floor(time / KINDS.length) % STEPS.length]!;
      // Any answer with a status of 5xx makes the load fail.
      const load = startLoad({ url: it.url, token, clients: CLIENTS, random, notes, pauseMs: 20 });
      order(trouble, { step, passing: 1 + Math.floor(random() * 3), what: kind });
      while (!isMet(trouble)) await pause(20);
      await load.answered(20);
      await load.stop();
      ledger.add(load);
      while ((await status()).backlog > 0) await pause(20);
      met[kind] = (met[kind] ?? 0) + 1;
      ahead();
      if (performance.now() - loggedInAt > LOGIN_AGAIN_MS) {
        token = await it.login();
        loggedInAt = performance.now();
      }
    }
    assert.equal(await ledger.faults(it.url, token), []);
    assert.equal(await ledger.faultsInFiles(it.home), []);
    assert.match(it.said(), 'The logger thread hangs and is replaced');
    assert.match(it.said(), 'The logger thread ended and is started again');
    assert.not.match(it.said(), 'was set aside');
    assert.is(await it.kill('SIGTERM'), 0);
    process.stdout.write(`${JSON.stringify(met)}: no request failed; ${inWords(ledger.figures())} `);
  } finally {
    await it.discard();
  }
});

test.run();

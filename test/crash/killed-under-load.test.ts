// The daemon is killed with SIGKILL at random moments under concurrent load; afterwards, and in the full form after
// each restart, the log holds exactly what was acknowledged: nothing lost, doubled, out of order or out of the blue.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { daemonProcess } from '../e2e/daemon-process.js';
import { randomFrom, reporterToken, startLoad } from '../e2e/load.js';
import { FULL, howMany, inLanes, progress, seed } from '../full-form.js';
import { createLedger, type Figures, inWords, sumOf } from './ledger.js';

const KILLS = howMany('WHODID_TEST_KILLS', 25, 1_000);
const CLIENTS = 16;

/** Of one daemon, so that all of its log can be looked at after each. */
const KILLS_OF_ONE = 50;

/** The daemon is killed after so many more answers, at most, and up to so many milliseconds later. */
const MOST_ANSWERS = 120;
const MOST_DELAY_MS = 20;

/** Well before the access token expires, in milliseconds. */
const LOGIN_AGAIN_MS = 180_000;

test(`${KILLS} kills under ${CLIENTS} clients`, async () => {
  const first = seed();
  const ahead = progress('kills', KILLS);
  const all: Figures[] = [];
  await inLanes(Math.ceil(KILLS / KILLS_OF_ONE), async index => {
    const count = Math.min(KILLS_OF_ONE, KILLS - index * KILLS_OF_ONE);
    all.push(await killAgainAndAgain(count, randomFrom(first + index), ahead));
  });
  const told = sumOf(all);
  assert.ok(told.acknowledged > KILLS, 'the load really worked');
  process.stdout.write(`${KILLS} kills: ${inWords(told)} `);
});

/** Kills one daemon so many times, and calls `tell` each time. @returns what was compared in the end */
async function killAgainAndAgain(count: number, random: () => number, tell: () => void): Promise<Figures> {
  const it = await daemonProcess();
  const ledger = createLedger();
  const notes: string[] = [];
  try {
    await it.start();
    let token = await it.login();
    let loggedInAt = performance.now();
    const reporter = await reporterToken(it.url, token);
    for (let kill = 1; kill <= count; kill += 1) {
      const load = startLoad({ url: it.url, token, reporter, clients: CLIENTS, random, notes });
      await load.answered(Math.floor(random() * MOST_ANSWERS));
      await new Promise(resolve => setTimeout(resolve, random() * MOST_DELAY_MS));
      await it.kill('SIGKILL');
      await load.stop();
      ledger.add(load);
      await it.start();
      if (performance.now() - loggedInAt > LOGIN_AGAIN_MS) {
        token = await it.login();
        loggedInAt = performance.now();
      }
      tell();
      if (!FULL && kill < count) continue;
      assert.equal(await ledger.faults(it.url, token), [], `kill ${kill}`);
      assert.equal(await ledger.faultsInFiles(it.home), [], `kill ${kill}`);
    }
    return ledger.figures();
  } finally {
    await it.discard();
  }
}

test.run();

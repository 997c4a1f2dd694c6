// The daemon is killed with SIGKILL at each labelled step of an event's way, under load, and started again: whatever
// the step, the log holds exactly what was acknowledged, and what was begun is either whole or not there.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { STEPS, type Step } from '#src/daemon/steps.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { temporaryDirectory } from '../daemon/temporary-directory.js';
import { type DaemonProcess, daemonProcess } from '../e2e/daemon-process.js';
import { type Load, randomFrom, startLoad, wholeLog } from '../e2e/load.js';
import { FULL, howMany, progress, seed } from '../full-form.js';
import { age } from './age.js';
import { createLedger, inWords } from './ledger.js';
import { isMet, order, TROUBLE_VARIABLE } from './trouble.js';

const TIMES = howMany('WHODID_TEST_KILLS_AT_STEP', 1, 50);
const CLIENTS = 8;

/** What makes the daemon come to the step, and which passing of it may be the last one. */
interface Way {
  /** Before the daemon is started. */
  prepare?(home: string): void;
  /** When it runs. @returns what clients were told */
  go?(it: DaemonProcess, token: string): Promise<Load | undefined>;
  mostPassings: number;
}

const random = randomFrom(seed());
const notes: string[] = [];

const underLoad = async ({ url }: DaemonProcess, token: string) =>
  startLoad({ url, token, clients: CLIENTS, random, notes });

async function rotate({ url }: DaemonProcess, token: string): Promise<undefined> {
  // The answer never comes.
  await fetch(`${url}/v1/keys/rotate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => undefined);
}

const PATHS = ['/actorName', '/context'];

/** Events that were in the log when the erasure was asked for. */
let sizeBefore = 0;

/** Erases what the log holds of its administrator's name and surroundings, while others go on. */
async function erase({ url }: DaemonProcess, token: string): Promise<Load> {
  const load = await underLoad({ url } as DaemonProcess, token);
  await load.answered(CLIENTS);
  sizeBefore = (await wholeLog(url, token)).length;
  // The answer never comes.
  void fetch(`${url}/v1/audit/erasures`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ actor: 'users:1', paths: PATHS }),
  }).catch(() => undefined);
  return load;
}

/** Waits until the erasure that was cut short has come to its end by itself; what is then wrong with the log. */
async function erasureFaults(token: string): Promise<string[]> {
  const ask = async (path: string) => {
    const response = await fetch(`${it.url}/v1/audit/${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return response.text();
  };
  const isLeft = ({ seq, actorType, actorId, actorName, context }: DataEvent) =>
    seq <= sizeBefore &&
    `${actorType}:${actorId}` === 'users:1' &&
    (actorName !== null || Object.values(context ?? {}).some(value => value !== null));
  while ((await wholeLog(it.url, token)).some(isLeft)) await new Promise(resolve => setTimeout(resolve, 20));
  const verdict = (await ask('verification')).trim().split('\n').at(-1)!;
  return verdict.includes('"ok":true') ? [] : [verdict];
}

const WAYS: Record<Step, Way> = {
  'before-commit': { go: underLoad, mostPassings: 15 },
  'after-commit': { go: underLoad, mostPassings: 15 },
  'mid-append': { go: underLoad, mostPassings: 5 },
  'after-append': { go: underLoad, mostPassings: 5 },
  'mid-checkpoint': { go: underLoad, mostPassings: 3 },
  'mid-key-rotation': { go: rotate, mostPassings: 2 },
  'mid-migration': { prepare: age, mostPassings: 15 },
  'mid-erasure': { go: erase, mostPassings: 6 },
};

const trouble = join(temporaryDirectory(), 'trouble');
const it = await daemonProcess(
  { [TROUBLE_VARIABLE]: trouble },
  { program: 'dist-test/crash/troubled-daemon.js' },
);
process.once('exit', () => void it.discard());
const ledger = createLedger();
const firstKeys = new Set(keysOf(it.home));

function keysOf(home: string): string[] {
  return readdirSync(join(home, 'keys', 'tokens')).map(name => name.replace('.json', ''));
}

/** Keys that sign tokens and that nobody is on record for. */
async function unrecordedKeys(token: string): Promise<string[]> {
  const response = await fetch(`${it.url}/v1/audit/events?eventName=key.rotated&limit=1000`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { data } = (await response.json()) as { data: DataEvent[] };
  const recorded = new Set(data.map(({ targetId }) => targetId));
  return keysOf(it.home).filter(kid => !firstKeys.has(kid) && !recorded.has(kid));
}

for (const [step, { prepare, go, mostPassings }] of Object.entries(WAYS) as [Step, Way][]) {
  test(`${TIMES} kills at ${step}`, async () => {
    const ahead = progress(`kills at ${step}`, TIMES);
    for (let kill = 1; kill <= TIMES; kill += 1) {
      if (prepare !== undefined) {
        await it.kill('SIGTERM');
        prepare(it.home);
        ledger.treeIsNew();
      } else if (it.pid === 0) await it.start();
      const token = prepare === undefined ? await it.login() : '';
      order(trouble, { step, passing: 1 + Math.floor(random() * mostPassings), what: 'kill' });
      const starting = prepare === undefined ? undefined : it.start().catch(() => undefined);
      const load = await go?.(it, token);
      await it.ended();
      await starting;
      assert.ok(isMet(trouble), `kill ${kill}: the step was reached`);
      if (load !== undefined) {
        await load.stop();
        ledger.add(load);
      }
      await it.start();
      if (!FULL && kill < TIMES) continue;
      const again = await it.login();
      assert.equal(await ledger.faults(it.url, again), [], `kill ${kill}`);
      assert.equal(await ledger.faultsInFiles(it.home), [], `kill ${kill}`);
      assert.equal(await unrecordedKeys(again), [], `kill ${kill}`);
      if (step === 'mid-erasure') assert.equal(await erasureFaults(again), [], `kill ${kill}`);
      ahead(kill);
    }
  });
}

test('after all that it stops in order', async () => {
  assert.is(await it.kill('SIGTERM'), 0, it.said());
  await it.discard();
  process.stdout.write(`${TIMES} kills at each of ${STEPS.length} steps: ${inWords(ledger.figures())} `);
});

test.run();

// The daemon is killed with SIGKILL at each labelled step of an event's way, under load, and started again: whatever
// the step, the log holds exactly what was acknowledged, and what was begun is either whole or not there.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { STEPS, type Step } from '#src/daemon/steps.js';
import type { Status } from '#src/shared/api.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { temporaryDirectory } from '../daemon/temporary-directory.js';
import { type DaemonProcess, daemonProcess } from '../e2e/daemon-process.js';
import { type Load, randomFrom, startLoad, wholeLog } from '../e2e/load.js';
import { FULL, howMany, inLanes, LANES, progress, seed } from '../full-form.js';
import { age } from './age.js';
import { createLedger, inWords, type Ledger, sumOf } from './ledger.js';
import { isMet, order, TROUBLE_VARIABLE } from './trouble.js';

const TIMES = howMany('WHODID_TEST_KILLS_AT_STEP', 1, 50);
const CLIENTS = 8;

/** How long each rests while something is erased, which is not to wait for what they do; in milliseconds. */
const PAUSE_MS = 50;

/** A daemon that meets trouble, and what its clients know. */
interface World {
  it: DaemonProcess;
  /** The file in which the trouble is ordered. */
  trouble: string;
  ledger: Ledger;
  notes: string[];
  random: () => number;
  /** Keys that sign tokens, as they were in the beginning. */
  firstKeys: Set<string>;
  /** Events that were in the log when the last erasure was asked for. */
  sizeBefore: number;
}

/** What makes the daemon come to the step, and which passing of it may be the last one. */
interface Way {
  /** Before the daemon is started. */
  prepare?(home: string): void;
  /** When it runs. @returns what clients were told */
  go?(world: World, token: string): Promise<Load | undefined>;
  mostPassings: number;
}

async function createWorld(seedOfIt: number): Promise<World> {
  const trouble = join(temporaryDirectory(), 'trouble');
  const it = await daemonProcess(
    { [TROUBLE_VARIABLE]: trouble },
    { program: 'dist-test/crash/troubled-daemon.js' },
  );
  process.once('exit', () => void it.discard());
  return {
    it,
    trouble,
    ledger: createLedger(),
    notes: [],
    random: randomFrom(seedOfIt),
    firstKeys: new Set(keysOf(it.home)),
    sizeBefore: 0,
  };
}

const underLoad = async ({ it, notes, random }: World, token: string, pauseMs = 0) =>
  startLoad({ url: it.url, token, clients: CLIENTS, random, notes, pauseMs });

async function rotate({ it }: World, token: string): Promise<undefined> {
  // The answer never comes.
  await fetch(`${it.url}/v1/keys/rotate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => undefined);
}

/** Erases what the log holds of its administrator's name and surroundings, while others go on. */
async function erase(world: World, token: string): Promise<Load> {
  const { url } = world.it;
  const load = await underLoad(world, token, PAUSE_MS);
  await load.answered(CLIENTS);
  world.sizeBefore = (JSON.parse(await ask(world, token, 'status')) as Status).storedSeq;
  // Again and again, until the answer never comes: how often one passes the step depends on what there is to tidy.
  const eraseAgain = async () => {
    for (;;) {
      const { status } = await fetch(`${url}/v1/audit/erasures`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ actor: 'users:1', paths: ['/actorName', '/context'] }),
      });
      // The log is not always caught up with in time.
      assert.ok(status < 300 || status === 503, `an erasure was answered with ${status}`);
    }
  };
  void eraseAgain().catch(error => assert.instance(error, TypeError));
  return load;
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

/** Kills the daemon at the step, and starts it again. */
async function killAt(step: Step, world: World): Promise<void> {
  const { prepare, go, mostPassings } = WAYS[step];
  const { it, trouble, ledger, random } = world;
  if (prepare !== undefined) {
    // There is something to migrate.
    if (it.pid === 0) await it.start();
    await it.kill('SIGTERM');
    prepare(it.home);
    ledger.treeIsNew();
  } else if (it.pid === 0) await it.start();
  const token = prepare === undefined ? await it.login() : '';
  order(trouble, { step, passing: 1 + Math.floor(random() * mostPassings), what: 'kill' });
  const starting = prepare === undefined ? undefined : it.start().catch(() => undefined);
  const load = await go?.(world, token);
  await it.ended();
  await starting;
  assert.ok(isMet(trouble), 'the step was reached');
  if (load !== undefined) {
    await load.stop();
    ledger.add(load);
  }
  await it.start();
}

/** What is wrong after a kill at the step. */
async function faultsAfter(step: Step, world: World): Promise<string[]> {
  const { it, ledger } = world;
  const token = await it.login();
  return [
    ...(await ledger.faults(it.url, token)),
    ...(await ledger.faultsInFiles(it.home)),
    ...(await unrecordedKeys(world, token)),
    ...(step === 'mid-erasure' ? await erasureFaults(world, token) : []),
  ];
}

async function ask({ it }: World, token: string, path: string): Promise<string> {
  const response = await fetch(`${it.url}/v1/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return response.text();
}

function keysOf(home: string): string[] {
  return readdirSync(join(home, 'keys', 'tokens')).map(name => name.replace('.json', ''));
}

/** Keys that sign tokens and that nobody is on record for. */
async function unrecordedKeys(world: World, token: string): Promise<string[]> {
  const page = await ask(world, token, 'audit/events?eventName=key.rotated&limit=1000');
  const { data } = JSON.parse(page) as { data: DataEvent[] };
  const recorded = new Set(data.map(({ targetId }) => targetId));
  return keysOf(world.it.home).filter(kid => !world.firstKeys.has(kid) && !recorded.has(kid));
}

/** Waits until the erasure that was cut short has come to its end by itself; what is then wrong with the log. */
async function erasureFaults(world: World, token: string): Promise<string[]> {
  const isLeft = ({ seq, actorType, actorId, actorName, context }: DataEvent) =>
    seq <= world.sizeBefore &&
    `${actorType}:${actorId}` === 'users:1' &&
    (actorName !== null || Object.values(context ?? {}).some(value => value !== null));
  while ((await wholeLog(world.it.url, token)).some(isLeft))
    await new Promise(resolve => setTimeout(resolve, 20));
  const verdict = (await ask(world, token, 'audit/verification')).trim().split('\n').at(-1)!;
  return verdict.includes('"ok":true') ? [] : [verdict];
}

const first = seed();
const worlds = await Promise.all(Array.from({ length: LANES }, (_, lane) => createWorld(first + lane)));

for (const step of STEPS) {
  test(`${TIMES} kills at ${step}`, async () => {
    const ahead = progress(`kills at ${step}`, TIMES);
    await inLanes(TIMES, async (kill, lane) => {
      const world = worlds[lane]!;
      await killAt(step, world);
      if (FULL || kill === TIMES - 1) assert.equal(await faultsAfter(step, world), [], `kill ${kill + 1}`);
      ahead();
    });
  });
}

test('after all that it stops in order', async () => {
  for (const { it } of worlds) {
    assert.is(await it.kill('SIGTERM'), 0, it.said());
    await it.discard();
  }
  const figures = sumOf(worlds.map(({ ledger }) => ledger.figures()));
  process.stdout.write(`${TIMES} kills at each of ${STEPS.length} steps: ${inWords(figures)} `);
});

test.run();

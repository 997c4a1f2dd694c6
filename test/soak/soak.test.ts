// A daemon at work for long, with readers of its files throughout: its memory does not grow, its write-ahead logs and
// whatever else is bounded stay below their limits, and the log holds exactly what was acknowledged. In full for ten
// minutes, or as long as is asked for (`npm run test:soak -- --hours 2`); in `npm test` until each kind of work was done.
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareRecords } from '#src/daemon/agreement/record-differences.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { WAL } from '#src/daemon/wal.js';
import { type Client, createClient } from '#src/shared/client.js';
import { ADMIN } from '../daemon/temporary-daemon.js';
import { temporaryDirectory } from '../daemon/temporary-directory.js';
import { daemonProcess } from '../e2e/daemon-process.js';
import { randomFrom, reporterToken } from '../e2e/load.js';
import { howMany, seed } from '../full-form.js';
import { type Accounts, createAccounts } from './accounts.js';
import { type FileReaders, startFileReaders } from './file-readers.js';
import { growth, lowestOf, type Reading } from './growth.js';
import { type Memory, memoryOf, reporting } from './memory.js';
import { largestOf, pastLimits, readingsOf, type Sample, sample } from './samples.js';
import { type Kind, startWork, type Work } from './work.js';

const MINUTES = howMany('WHODID_TEST_SOAK_MINUTES', 0, 10);

/** What must have been done when no time is given. */
const SHORT: Record<Kind, number> = {
  'changes and reads': 200,
  reports: 8,
  queries: 25,
  people: 1,
  followers: 1,
  'deaf followers': 0,
};

const SAMPLE_MS = MINUTES === 0 ? 100 : 1_000;

/** What comes before is not looked at for growth: caches fill, and code is compiled. */
const WARM_UP = 0.5;

const MIB = 1024 * 1024;

/** Pages of audit.db that the query thread keeps in memory, in bytes: so much is there once the log is as large. */
const PAGE_CACHE_BYTES = 64 * MIB;

/** How often is asked what memory consists of, in milliseconds: the daemon stops for it. */
const MEMORY_MS = 5_000;

/** By how much each may grow after that, in bytes and events, for what is neither leak nor noise. */
const SLACK: Record<string, number> = {
  'heap of the main thread': 8 * MIB,
  "heap of the logger's thread": 8 * MIB,
  'heap of the query thread': 8 * MIB,
  'memory outside of the heaps': 24 * MIB,
  backlog: 5_000,
};

const HEAPS = Object.keys(SLACK).filter(name => name.startsWith('heap '));

const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;

/** A token that outlasts the run, and the id that events of it have. */
async function apiToken(url: string, admin: string, role: string): Promise<{ id: string; token: string }> {
  const answer = await fetch(`${url}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: `soak ${role}`, role, expiresAt: Date.now() + 30 * 24 * 3_600_000 }),
  });
  return (await answer.json()) as { id: string; token: string };
}

const clientWith = (url: string, token: string): Client =>
  createClient({ endpoint: { kind: 'url', url: new URL(url) }, token: async () => token });

/** Takes every event to the accounts, until it is ended. */
function check(client: Client, accounts: Accounts) {
  const ending = new AbortController();
  const done = (async () => {
    for await (const event of client.audit.follow({}, { afterSeq: 0, signal: ending.signal }))
      accounts.take(event);
  })();
  return {
    async end(): Promise<void> {
      ending.abort();
      await done;
    },
  };
}

/** Every record is what the log says it is, in the files that a daemon has left. */
async function recordDifferences(home: string) {
  const data = openForReading(join(home, 'data.db'));
  const audit = openForReading(join(home, 'audit.db'));
  try {
    return (await compareRecords({ data, audit })).differences;
  } finally {
    data.close();
    audit.close();
  }
}

test(MINUTES === 0 ? 'every kind of work at once' : `${MINUTES} minutes of every kind of work`, async () => {
  const random = randomFrom(seed());
  const reports = temporaryDirectory();
  const it = await daemonProcess(reporting(reports));
  try {
    await it.start();
    const { url } = it;
    const admin = await it.login();
    const { token } = await apiToken(url, admin, 'admin');
    const checker = await apiToken(url, admin, 'auditor');
    const reporter = await reporterToken(url, admin);
    const client = clientWith(url, token);
    const accounts = createAccounts();
    const checking = check(clientWith(url, checker.token), accounts);
    const readers = startFileReaders(it.home);
    const work = startWork({
      url,
      token,
      reporter,
      credentials: { email: ADMIN.email, password: ADMIN.password },
      client,
      accounts,
      random,
    });
    const samples: Sample[] = [];
    let nextMemory = 0;
    const memories: (Memory & { logBytes: number })[] = [];
    const started = performance.now();
    const isEnough = () =>
      MINUTES === 0
        ? Object.entries(SHORT).every(([kind, times]) => work.done[kind as Kind] >= times)
        : performance.now() - started > MINUTES * 60_000;
    while (!isEnough() && !work.isOver() && accounts.faults.length === 0) {
      if (performance.now() >= nextMemory) {
        nextMemory = performance.now() + MEMORY_MS;
        memories.push({ ...(await memoryOf(it.pid, reports)), logBytes: readers.logBytes() });
      }
      samples.push(await sample(url, token, readers.logBytes()));
      await rest(SAMPLE_MS);
    }
    await work.stop();
    const seconds = (performance.now() - started) / 1000;
    while (accounts.open() > 0 && accounts.faults.length === 0) await rest(20);
    await checking.end();
    readers.stop();
    assert.equal(accounts.faults, []);

    // A follower is not shown its own reading of the log: that, and nothing else, is missing.
    const own = await client.audit.events({ include: { actor: [`tokens:${checker.id}`] }, limit: 1_000 });
    const passedOver = own.data.map(({ seq }) => seq).filter(seq => seq <= accounts.last());
    assert.equal(
      accounts.missing(),
      passedOver.sort((a, b) => a - b),
    );

    assert.equal(pastLimits(samples), []);
    assert.ok(readers.largest.data <= WAL.data.limitBytes, mib(readers.largest.data));
    assert.ok(readers.largest.audit <= WAL.audit.limitBytes, mib(readers.largest.audit));
    const readings = readingsAfter(samples[0]!.at + WARM_UP * seconds, samples, memories);
    // Seconds show no growth, but each thread must have told of itself.
    assert.ok(memories.length > 0 && memories.every(({ heaps }) => heaps.length === HEAPS.length));
    if (MINUTES > 0) {
      const figures = figuresOf({
        seconds,
        events: accounts.last(),
        done: work.done,
        samples,
        readings,
        readers,
      });
      process.stdout.write(`${figures}\n`);
      for (const [name, slack] of Object.entries(SLACK))
        assert.ok(growth(readings.get(name)!) < slack, `${name} grows: ${figures}`);
    }

    assert.equal((await client.audit.verify()).findings, []);
    assert.is(await it.kill('SIGTERM'), 0, it.said());
    assert.equal(await recordDifferences(it.home), []);
  } finally {
    await it.discard();
  }
});

/** What must not grow, from a moment on, by its name. */
function readingsAfter(
  since: number,
  samples: readonly Sample[],
  memories: readonly (Memory & { logBytes: number })[],
): Map<string, Reading[]> {
  const steady = memories.filter(({ at }) => at > since);
  const of = (value: (one: (typeof steady)[number]) => number) =>
    steady.map(one => ({ at: one.at, value: value(one) }));
  return new Map([
    ...HEAPS.map((name, thread): [string, Reading[]] => [name, of(({ heaps }) => heaps[thread]!)]),
    [
      'memory outside of the heaps',
      of(({ outsideBytes, logBytes }) => outsideBytes - Math.min(PAGE_CACHE_BYTES, logBytes)),
    ],
    [
      'backlog',
      readingsOf(
        samples.filter(({ at }) => at > since),
        'backlog',
      ),
    ],
  ]);
}

interface Figures {
  seconds: number;
  events: number;
  done: Work['done'];
  samples: readonly Sample[];
  readings: ReadonlyMap<string, Reading[]>;
  readers: FileReaders;
}

function figuresOf({ seconds, events, done, samples, readings, readers }: Figures): string {
  const most = (name: string) => largestOf(samples, name);
  const last = (name: string) => samples.at(-1)!.values.get(name)!;
  const grown = [...readings].map(([name, of]) => {
    const shown = (value: number) => (name === 'backlog' ? String(Math.round(value)) : mib(value));
    const lows = lowestOf(of).map(({ value }) => shown(value));
    return `${name} grew by ${shown(growth(of))} of ${shown(SLACK[name]!)} after the first ${100 * WARM_UP} % (at least ${lows.join(', ')})`;
  });
  return [
    `${(seconds / 60).toFixed(1)} minutes, ${events} events (${Math.round(events / seconds)} a second), 0 lost, 0 doubled, 0 gaps`,
    Object.entries(done)
      .map(([kind, times]) => `${times} × ${kind}`)
      .join(', '),
    ...grown,
    `audit.db ${mib(last('audit_db_bytes'))} at the end, of which ${mib(PAGE_CACHE_BYTES)} are kept in memory: those do not count`,
    `resident memory ${mib(last('process_resident_memory_bytes'))} at the end, ${mib(most('process_resident_memory_bytes'))} at most`,
    `write-ahead logs at most ${mib(readers.largest.data)} (data.db; limit ${mib(WAL.data.limitBytes)}) and ${mib(readers.largest.audit)} (audit.db; limit ${mib(WAL.audit.limitBytes)}), with ${readers.turns()} readers of each that took turns`,
    `backlog at most ${most('backlog')}, followers ${most('followers')}, requests at once ${most('requests')}, kinds of repeats ${most('repeats')}`,
  ].join('\n');
}

test.run();

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
import { daemonProcess } from '../e2e/daemon-process.js';
import { randomFrom, reporterToken } from '../e2e/load.js';
import { howMany, seed } from '../full-form.js';
import { type Accounts, createAccounts } from './accounts.js';
import { type FileReaders, startFileReaders } from './file-readers.js';
import { growth, lowestOf } from './growth.js';
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

/** By how much each may grow after that, in bytes and events, for what is neither leak nor noise. */
const SLACK = {
  process_heap_used_bytes: 8 * MIB,
  process_resident_memory_bytes: 40 * MIB,
  backlog: 5_000,
};

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
  const it = await daemonProcess();
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
    const started = performance.now();
    const isEnough = () =>
      MINUTES === 0
        ? Object.entries(SHORT).every(([kind, times]) => work.done[kind as Kind] >= times)
        : performance.now() - started > MINUTES * 60_000;
    while (!isEnough() && !work.isOver() && accounts.faults.length === 0) {
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
    const steady = samples.filter(({ at }) => at > samples[0]!.at + WARM_UP * seconds);
    const grown = Object.fromEntries(
      Object.keys(SLACK).map(name => [name, growth(readingsOf(steady, name))]),
    ) as Record<keyof typeof SLACK, number>;
    const figures = figuresOf({
      seconds,
      events: accounts.last(),
      done: work.done,
      samples,
      steady,
      grown,
      readers,
    });
    // Seconds show no growth.
    if (MINUTES > 0) {
      process.stdout.write(`${figures}\n`);
      const cached = (one: Sample) => Math.min(PAGE_CACHE_BYTES, one.values.get('audit_db_bytes')!);
      grown.process_resident_memory_bytes -= cached(steady.at(-1)!) - cached(steady[0]!);
      for (const [name, slack] of Object.entries(SLACK))
        assert.ok(grown[name as keyof typeof SLACK] < slack, `${name} grows: ${figures}`);
    }

    assert.equal((await client.audit.verify()).findings, []);
    assert.is(await it.kill('SIGTERM'), 0, it.said());
    assert.equal(await recordDifferences(it.home), []);
  } finally {
    await it.discard();
  }
});

interface Figures {
  seconds: number;
  events: number;
  done: Work['done'];
  samples: readonly Sample[];
  steady: readonly Sample[];
  grown: Record<keyof typeof SLACK, number>;
  readers: FileReaders;
}

function figuresOf({ seconds, events, done, samples, steady, grown, readers }: Figures): string {
  const most = (name: string) => largestOf(samples, name);
  const lows = (name: string) =>
    lowestOf(readingsOf(steady, name))
      .map(({ value }) => Math.round(value / MIB))
      .join(', ');
  const last = (name: string) => samples.at(-1)!.values.get(name)!;
  return [
    `${(seconds / 60).toFixed(1)} minutes, ${events} events (${Math.round(events / seconds)} a second), 0 lost, 0 doubled, 0 gaps`,
    Object.entries(done)
      .map(([kind, times]) => `${times} × ${kind}`)
      .join(', '),
    `resident memory ${mib(last('process_resident_memory_bytes'))} at the end, ${mib(most('process_resident_memory_bytes'))} at most; after the first ${100 * WARM_UP} % it grew by ${mib(grown.process_resident_memory_bytes)} (${lows('process_resident_memory_bytes')})`,
    `audit.db ${mib(steady[0]!.values.get('audit_db_bytes')!)} then and ${mib(last('audit_db_bytes'))} at the end, of which ${mib(PAGE_CACHE_BYTES)} are kept in memory`,
    `heap of the main thread ${mib(last('process_heap_used_bytes'))} at the end, ${mib(most('process_heap_used_bytes'))} at most; it grew by ${mib(grown.process_heap_used_bytes)} (${lows('process_heap_used_bytes')})`,
    `write-ahead logs at most ${mib(readers.largest.data)} (data.db; limit ${mib(WAL.data.limitBytes)}) and ${mib(readers.largest.audit)} (audit.db; limit ${mib(WAL.audit.limitBytes)}), with ${readers.turns()} readers of each that took turns`,
    `backlog at most ${most('backlog')}, followers ${most('followers')}, requests at once ${most('requests')}, kinds of repeats ${most('repeats')}`,
  ].join('\n');
}

test.run();

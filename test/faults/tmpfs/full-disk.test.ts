// The disk of the data directory fills to its last byte under load, and is emptied again: what was acknowledged is there,
// what cannot be kept is refused, and all resumes without a restart. Once while data.db needs the room and once while
// audit.db does, which the logger's backlog makes the more urgent.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Status } from '#src/shared/api.js';
import { createLedger, inWords } from '../../crash/ledger.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { type DaemonProcess, daemonProcess } from '../../e2e/daemon-process.js';
import { randomFrom, startLoad } from '../../e2e/load.js';
import { FULL, howMany, progress, seed } from '../../full-form.js';

const TIMES = howMany('WHODID_TEST_FULL_DISKS', 1, 50);
const MIB = 1024 * 1024;
const BALLAST_BYTES = 2 * MIB;

const disk = join(temporaryDirectory(), 'disk');
mkdirSync(disk);
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', disk]);
// Before the directory that it is in is removed.
process.prependOnceListener('exit', () => execFileSync('umount', ['--lazy', disk]));

const filling = join(disk, 'filling');

/** Takes the disk down to its last byte, or to so many that are left. */
function fill(leftBytes = 0): void {
  if (leftBytes > 0)
    writeFileSync(filling, Buffer.alloc(Math.max(0, freeBytes() - leftBytes), 1), { flag: 'a' });
  else fillAll();
}

function fillAll(): void {
  for (let pieceBytes = 8 * MIB; pieceBytes >= 4096; pieceBytes /= 2) {
    const piece = Buffer.alloc(pieceBytes, 1);
    try {
      for (;;) writeFileSync(filling, piece, { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

const freeBytes = () => {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
};

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const since = performance.now();
  while (!(await holds())) {
    assert.ok(performance.now() - since < 60_000, `still waiting: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function statusOf(it: DaemonProcess, token: string): Promise<Status> {
  const answer = await fetch(`${it.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
  return (await answer.json()) as Status;
}

const random = randomFrom(seed());
const notes: string[] = [];

/** What happens to the log while the disk is filled. */
const SITUATIONS = {
  'data.db needs room': { holdLog: false },
  'audit.db needs room': { holdLog: true },
};

for (const [situation, { holdLog }] of Object.entries(SITUATIONS)) {
  test(`${TIMES} full disks while ${situation}`, async () => {
    const it = await daemonProcess(
      { WHODID_AUDIT_MIN_FREE_BYTES: '0', WHODID_AUDIT_BALLAST_BYTES: String(BALLAST_BYTES) },
      { parent: disk },
    );
    const ledger = createLedger();
    notes.length = 0;
    try {
      await it.start();
      const ahead = progress(`full disks while ${situation}`, TIMES);
      for (let time = 1; time <= TIMES; time += 1) {
        const token = await it.login();
        await until('the ballast', async () => (await statusOf(it, token)).ballastBytes === BALLAST_BYTES);
        const holder = new Database(join(it.home, 'audit.db'));
        if (holdLog) holder.exec('BEGIN IMMEDIATE');
        const load = startLoad({
          url: it.url,
          token,
          clients: 8,
          random,
          notes,
          refusals: 'counted',
        });
        await load.answered(50);
        fill();
        if (holdLog) holder.exec('ROLLBACK');
        holder.close();
        await until('a refusal', async () => load.refused() > 0);
        await until('the ballast to go', async () => (await statusOf(it, token)).ballastBytes === 0);
        // In the ballast's place the log catches up, and one can still come in.
        await until('the backlog', async () => (await statusOf(it, token)).backlog === 0);
        assert.type(await it.login(), 'string');
        assert.is((await statusOf(it, token)).accepting, false);
        await load.stop();
        fill();

        rmSync(filling);
        await until('changes to be accepted', async () => (await statusOf(it, token)).accepting);
        assert.is(existsSync(join(it.home, 'ballast')), true);
        const after = startLoad({ url: it.url, token, clients: 8, random, notes });
        await after.answered(30);
        await after.stop();
        ledger.add(load);
        ledger.add(after);
        ahead();
        if (!FULL && time < TIMES) continue;
        await until('the backlog', async () => (await statusOf(it, token)).backlog === 0);
        assert.equal(await ledger.faults(it.url, token), [], `time ${time}`);
        assert.equal(await ledger.faultsInFiles(it.home), [], `time ${time}`);
      }
      assert.match(it.said(), 'The disk is full');
      assert.match(it.said(), holdLog ? 'audit.db' : 'data.db');
      assert.is(await it.kill('SIGTERM'), 0, it.said());
      assert.ok(freeBytes() > 0);
      process.stdout.write(`${TIMES} full disks: ${inWords(ledger.figures())} `);
    } finally {
      rmSync(filling, { force: true });
      await it.discard();
    }
  });
}

test('promise 6: as the disk fills, changes are refused first, then reads, then what is left, and back', async () => {
  const it = await daemonProcess({ WHODID_AUDIT_MIN_FREE_BYTES: String(64 * MIB) }, { parent: disk });
  try {
    await it.start();
    const token = await it.login();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const ask = (path: string, method: string, body?: object) =>
      fetch(`${it.url}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const statuses = async () => {
      const answers = await Promise.all([
        ask('/v1/records/users/1', 'PATCH', { name: `Ada ${Math.random()}` }),
        ask('/v1/records/users/1', 'GET'),
        ask('/v1/audit/events?limit=1', 'GET'),
        ask('/v1/status', 'GET'),
      ]);
      return answers.map(({ status }) => status);
    };
    const becomes = (expected: number[]) =>
      until(expected.join(), async () => String(await statuses()) === String(expected));

    await becomes([200, 200, 200, 200]);
    fill(50 * MIB);
    await becomes([503, 200, 200, 200]);
    fill(25 * MIB);
    await becomes([503, 503, 200, 200]);
    fill(8 * MIB);
    await becomes([503, 503, 503, 200]);
    rmSync(filling);
    await becomes([200, 200, 200, 200]);
  } finally {
    rmSync(filling, { force: true });
    await it.discard();
  }
});

test.run();

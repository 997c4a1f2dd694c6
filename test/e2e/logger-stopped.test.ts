// The logger cannot write for five seconds while people work: their requests do not notice, and afterwards the
// log holds everything.

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Status } from '#src/shared/api.js';
import { daemonProcess } from './daemon-process.js';
import { logFaults, randomFrom, startLoad, wholeLog } from './load.js';

const STOPPED_MS = 5_000;

test('requests go on while the logger is stopped, and nothing is lost', async () => {
  const it = await daemonProcess();
  try {
    await it.start();
    const token = await it.login();
    const status = async () =>
      (await (
        await fetch(`${it.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } })
      ).json()) as Status;

    // Whoever holds the write lock of audit.db stops the logger, and nobody else.
    const holder = new Database(join(it.home, 'audit.db'));
    holder.exec('BEGIN IMMEDIATE');
    const stored = (await status()).storedSeq;
    const load = startLoad({ url: it.url, token, clients: 8, random: randomFrom(7), notes: [] });
    await new Promise(resolve => setTimeout(resolve, STOPPED_MS));
    await load.stop();
    const stopped = await status();
    assert.is(stopped.storedSeq, stored, 'the logger stored nothing');
    assert.ok(load.acknowledged.size > 100, `${load.acknowledged.size} events were acknowledged meanwhile`);
    assert.ok(stopped.backlog >= load.acknowledged.size, `the backlog is on disk: ${stopped.backlog}`);
    assert.is(stopped.accepting, true);

    holder.exec('ROLLBACK');
    holder.close();
    while ((await status()).backlog > 0) await new Promise(resolve => setTimeout(resolve, 20));
    const events = await wholeLog(it.url, token);
    assert.equal(logFaults(events), []);
    const ids = new Set(events.map(({ id }) => id));
    assert.equal(
      [...load.acknowledged].filter(id => !ids.has(id)),
      [],
    );
  } finally {
    await it.discard();
  }
});

test.run();

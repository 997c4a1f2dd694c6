// The log falls behind as far as it may: changes are refused first, then reads, and what people need to see and
// mend it goes on; when the log has caught up, all resumes by itself.

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Status } from '#src/shared/api.js';
import { daemonProcess } from './daemon-process.js';
import { logFaults, wholeLog } from './load.js';

const LIMIT = 50;

test('promise 6: bounded, in this order, and back again', async () => {
  const it = await daemonProcess({ WHODID_AUDIT_BACKLOG_LIMIT: String(LIMIT) });
  try {
    await it.start();
    const token = await it.login();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const change = (n: number) =>
      fetch(`${it.url}/v1/records/users/1`, {
        method: 'PATCH',
        headers: { ...headers, prefer: 'return=minimal' },
        body: JSON.stringify({ name: `Ada ${n}` }),
      });
    const read = () => fetch(`${it.url}/v1/records/users/1`, { headers });
    const status = async () => (await (await fetch(`${it.url}/v1/status`, { headers })).json()) as Status;

    const holder = new Database(join(it.home, 'audit.db'));
    holder.exec('BEGIN IMMEDIATE');
    let acknowledged = 0;
    let refused: Response;
    for (;;) {
      refused = await change(acknowledged);
      if (refused.status !== 204) break;
      acknowledged += 1;
      assert.ok(acknowledged <= LIMIT, 'the limit holds');
    }
    assert.is(refused.status, 503);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.match(((await refused.json()) as { detail: string }).detail, /events behind/);

    let reads = 0;
    while ((await read()).status === 200) {
      reads += 1;
      assert.ok(reads <= LIMIT, 'the reserve of views is bounded');
    }
    assert.ok(reads > 0, 'reads went on for a while');
    assert.is((await read()).status, 503);

    // From a reserve of their own: logging in, logging out, asking the log, and the status.
    const other = await it.login();
    const out = await fetch(`${it.url}/v1/sessions/current`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${other}` },
    });
    assert.is(out.status, 204);
    const asked = await fetch(`${it.url}/v1/audit/events?limit=1`, { headers });
    assert.is(asked.status, 200);
    assert.is(((await asked.json()) as { stale?: boolean }).stale, true, 'the answer says that it is stale');
    assert.is((await status()).accepting, false);

    holder.exec('ROLLBACK');
    holder.close();
    while ((await status()).backlog > 0) await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal([(await change(-1)).status, (await read()).status], [204, 200]);
    const events = await wholeLog(it.url, token);
    assert.equal(logFaults(events), []);
    assert.is(events.filter(({ eventName }) => eventName === 'users.name.changed').length, acknowledged + 1);
  } finally {
    await it.discard();
  }
});

test.run();

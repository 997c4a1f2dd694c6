// A daemon that keeps events for 400 days, looked at 500 days later.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareRecords } from '#src/daemon/agreement/record-differences.js';
import { allowWriting } from '#src/daemon/data/guard.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { type TemporaryDaemon, temporaryDaemon } from './temporary-daemon.js';

const LATER_MS = 500 * 86_400_000;

let it: TemporaryDaemon;
let token: string;
let shiftMs = 0;

async function ask(method: string, path: string, body?: unknown) {
  const answer = await it.ask(method, path, { token, ...(body === undefined ? {} : { body }) });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function differences() {
  const data = openForReading(join(it.home, 'data.db'));
  const audit = openForReading(join(it.home, 'audit.db'));
  const found = await compareRecords({ data, audit });
  audit.close();
  data.close();
  return found.differences;
}

/** Starts again at that later time, and waits until what is then due is removed. @returns the event that announced it */
async function startLater() {
  await it.daemon.stop();
  shiftMs += LATER_MS;
  await it.start();
  token = await it.login();
  for (;;) {
    const [announced] = await it.events('eventName=audit.removed&limit=1');
    const last = (announced?.changes?.removed?.prev as { last: number } | undefined)?.last;
    if (last !== undefined && (await ask('GET', '/v1/status')).firstSeq > last) return announced!;
  }
}

const REPORT = {
  id: 'order-1',
  action: 'created',
  timestamp: 1_700_000_000_000,
  actorType: 'users',
  actorId: 'u7',
  targetType: 'orders',
  targetId: '1',
};

test.before(async () => {
  it = await temporaryDaemon(
    { WHODID_AUDIT_RETENTION: '400d' },
    { now: () => Date.now() + shiftMs, monotonic: () => performance.now() },
  );
  token = await it.login();
});
test.after(() => it.stop());

test('the beginning of the log goes, announced, and all the rest goes on', async () => {
  const schema = { type: 'object', properties: { total: { type: 'integer' }, note: { type: 'string' } } };
  await ask('POST', '/v1/types', { name: 'invoices', schema });
  for (const total of [1, 2, 3]) await ask('POST', '/v1/records/invoices', { total, note: 'old' });
  await ask('POST', '/v1/audit/events', REPORT);
  const { storedSeq, firstSeq } = await ask('GET', '/v1/status');
  assert.is(firstSeq, 1);

  const { changes, actorId, action } = await startLater();
  assert.equal([action, actorId], ['deleted', 'retention']);
  const { first, last } = changes!.removed!.prev as { first: number; last: number };
  assert.ok(first === 1 && last >= storedSeq - 1, `${first} to ${last} of ${storedSeq}`);
  const lines = (await it.ask('GET', '/v1/audit/verification', { token })).body.trimEnd().split('\n');
  assert.equal(JSON.parse(lines.at(-1)).verdict.findings, []);
  assert.equal(await differences(), []);

  assert.equal(await ask('POST', '/v1/audit/events', REPORT), { stored: 0, repeated: 1, refused: [] });
  assert.ok((await ask('GET', '/v1/audit/stats')).removed.events >= last);
  const unknown = await it.ask('GET', '/v1/audit/state?target=invoices:2', { token });
  assert.is(unknown.status, 404);
  assert.match(unknown.body.detail, /removed/);

  await ask('PATCH', '/v1/records/invoices/2', { total: 20 });
  const state = await ask('GET', '/v1/audit/state?target=invoices:2');
  assert.equal([state.exists, state.complete, state.state], [true, false, { total: 20 }]);
  assert.equal(await differences(), []);
});

test('a record that is written around the daemon is still noticed, if it is younger than the log', async () => {
  const { id } = await ask('POST', '/v1/records/invoices', { total: 5 });
  await ask('GET', '/v1/audit/events?limit=1');
  const data = new Database(join(it.home, 'data.db'));
  allowWriting(data);
  data
    .prepare("INSERT INTO records (type, id, version, body) VALUES ('invoices', ?, 1, '{}')")
    .run(Number(id) + 1);
  data.close();
  assert.equal(
    (await differences()).map(({ type, id, kind }) => [type, id, kind]),
    [['invoices', String(Number(id) + 1), 'unknown']],
  );
});

test.run();

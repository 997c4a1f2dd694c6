// A daemon that keeps events for 400 days, looked at 500 days later.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareRecords } from '#src/daemon/agreement/record-differences.js';
import { restore } from '#src/daemon/backup/restore.js';
import { allowWriting } from '#src/daemon/data/guard.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { dataPaths } from '#src/shared/paths.js';
import { type TemporaryDaemon, temporaryDaemon } from './temporary-daemon.js';
import { temporaryDirectory } from './temporary-directory.js';

const DAY_MS = 86_400_000;

const RULES = [{ after: '30d', types: ['visits'], fields: ['names', 'context'] }];

let it: TemporaryDaemon;
let token: string;
let aheadMs = 0;

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

/** Starts the daemon again, by a clock that is so much ahead. */
async function startAgain(days: number) {
  await it.daemon.stop();
  aheadMs = days * DAY_MS;
  process.env.WHODID_TEST_AHEAD_MS = String(aheadMs);
  await it.start();
  token = await it.login();
}

/** Lets the time pass, with a login on that day and on the next: what is then due is removed and erased at the third start. */
async function letPass(days: number) {
  for (const more of [0, 1.5, 1.6]) await startAgain(days + more);
}

/** Waits until what was announced to be removed is. @returns the event that announced it */
async function removed() {
  for (;;) {
    const [announced] = await it.events('eventName=audit.removed&limit=1');
    const last = (announced?.changes?.removed?.prev as { last: number } | undefined)?.last;
    if (last !== undefined && (await ask('GET', '/v1/status')).firstSeq > last) return announced!;
  }
}

async function findings() {
  const lines = (await it.ask('GET', '/v1/audit/verification', { token })).body.trimEnd().split('\n');
  return JSON.parse(lines.at(-1)).verdict.findings;
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
    { WHODID_AUDIT_RETENTION: '400d', WHODID_AUDIT_RETENTION_RULES: JSON.stringify(RULES) },
    { now: () => Date.now() + aheadMs, monotonic: () => performance.now() },
    { loggerThread: new URL('./shifted-logger-thread.js', import.meta.url) },
  );
  token = await it.login();
});
test.after(() => it.stop());

test('a rule is followed: contents go, the events stay, and an event of system:retention says which', async () => {
  const visit = {
    ...REPORT,
    id: 'visit-1',
    targetType: 'visits',
    actorName: 'Grace',
    context: { ip: '203.0.113.9' },
  };
  await ask('POST', '/v1/audit/events', visit);
  await letPass(40);
  for (;;) {
    const [announced] = await it.events('eventName=audit.erased&limit=1');
    if (announced === undefined) continue;
    assert.equal([announced.actorType, announced.actorId], ['system', 'retention']);
    assert.equal((announced.changes!.asked!.next as { rule: unknown }).rule, RULES[0]);
    break;
  }
  const [event] = await it.events('target=visits:1');
  assert.equal([event!.actorName, event!.context?.ip, event!.actorId], [null, null, 'u7']);
  const preview = await ask('GET', '/v1/audit/retention');
  assert.equal([preview.retention, preview.removal, preview.erasures[0].rule], ['400d', null, RULES[0]]);
  assert.equal((await ask('GET', '/v1/audit/retention?retention=&rules=[]')).erasures, []);
  for (const question of ['retention=30d', 'rules=x', 'rules=[7]', 'days=1'])
    assert.is((await it.ask('GET', `/v1/audit/retention?${question}`, { token })).status, 400, question);
  const viewer = await it.person('Vera', 'auditor');
  assert.is((await it.ask('GET', '/v1/audit/retention', { token: viewer.token })).status, 403);
  assert.equal(await findings(), []);
});

test('the beginning of the log goes, announced, and all the rest goes on', async () => {
  const schema = { type: 'object', properties: { total: { type: 'integer' }, note: { type: 'string' } } };
  await ask('POST', '/v1/types', { name: 'invoices', schema });
  for (const total of [1, 2, 3]) await ask('POST', '/v1/records/invoices', { total, note: 'old' });
  await ask('POST', '/v1/audit/events', REPORT);
  // Of what is removed then, something was erased before.
  assert.is((await ask('POST', '/v1/audit/erasures', { target: 'invoices:1' })).state, 'done');
  const { storedSeq, firstSeq } = await ask('GET', '/v1/status');
  assert.is(firstSeq, 1);

  await letPass(540);
  const { changes, actorId, action } = await removed();
  assert.equal([action, actorId], ['deleted', 'retention']);
  const { first, last } = changes!.removed!.prev as { first: number; last: number };
  assert.ok(first === 1 && last >= storedSeq - 1, `${first} to ${last} of ${storedSeq}`);
  assert.equal(await findings(), []);
  assert.equal(await differences(), []);

  assert.equal(await ask('POST', '/v1/audit/events', REPORT), { stored: 0, repeated: 1, refused: [] });
  const stats = await ask('GET', '/v1/audit/stats');
  assert.ok(stats.removed.events >= last && stats.removed.occurrences >= stats.removed.events);
  const history = await ask('GET', '/v1/audit/history?target=invoices:2');
  assert.equal([history.data, history.next], [[], null]);
  assert.ok(history.removedThrough >= last);
  const unknown = await it.ask('GET', '/v1/audit/state?target=invoices:2', { token });
  assert.is(unknown.status, 404);
  assert.match(unknown.body.detail, /removed/);

  await ask('PATCH', '/v1/records/invoices/2', { total: 20 });
  const state = await ask('GET', '/v1/audit/state?target=invoices:2');
  assert.equal([state.exists, state.complete, state.state], [true, false, { total: 20 }]);
  assert.equal(await differences(), []);
});

test('what is left can be erased as ever, and an export of it is whole', async () => {
  const { values } = await ask('POST', '/v1/audit/erasures', { target: 'invoices:2' });
  assert.ok(values > 0);
  assert.equal(await findings(), []);
  const [change] = await it.events('target=invoices:2&action=changed');
  assert.equal(change!.changes, { total: { prev: null, next: null } });
  const { firstSeq } = await ask('GET', '/v1/status');
  const lines = (await it.ask('GET', '/v1/audit/export?format=jsonl', { token })).body.trimEnd().split('\n');
  const seqs = lines.map((line: string) => (JSON.parse(line) as { seq: number }).seq);
  assert.equal(
    seqs,
    Array.from(seqs, (_, index) => firstSeq + index),
  );
});

test('a backup of a log whose beginning is gone is restored, verifies, goes on, and takes nothing back', async () => {
  const directory = join(temporaryDirectory(), 'backup');
  const before = await ask('GET', '/v1/status');
  const answer = await it.ask('POST', '/v1/backups', { token, body: { directory } });
  assert.is(answer.status, 200);
  await ask('POST', '/v1/records/invoices', { total: 9 });
  await it.daemon.stop();
  const tools = {
    paths: dataPaths({ WHODID_HOME: it.home }),
    now: () => Date.now() + aheadMs,
    say: () => undefined,
  };
  await restore({ directory, pins: {} }, tools);
  for (const again of [false, true]) {
    if (again) await it.daemon.stop();
    await it.start();
    token = await it.login();
    assert.equal(await findings(), [], again ? 'after another start' : 'after the restore');
    assert.is((await ask('GET', '/v1/status')).firstSeq, before.firstSeq);
  }
  assert.equal(await ask('POST', '/v1/audit/events', REPORT), { stored: 0, repeated: 1, refused: [] });
  assert.is((await ask('GET', '/v1/audit/stats')).removed.events, before.firstSeq - 1);
  assert.equal((await it.events('target=orders:1')).length, 0);
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

// Exports over HTTP: every event once, who may have one, what asking for one leaves behind.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataEvent } from '#src/shared/data-event.js';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;
let viewer: { id: string; token: string };

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  viewer = await it.person('Vera', 'viewer');
});
test.after(() => it?.stop());

/** An export, as it comes. */
async function exported(query: string, token = admin) {
  const response = await fetch(`${it.url}/v1/audit/export?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { response, text: await response.text() };
}

test('an export is the log: every event once, up to a checkpoint that covers it', async () => {
  const { response, text } = await exported('');
  assert.is(response.status, 200);
  assert.is(response.headers.get('content-type'), 'application/x-ndjson');
  const through = Number(response.headers.get('audit-export-through'));
  const checkpoint = Buffer.from(response.headers.get('audit-export-checkpoint') ?? '', 'base64').toString();
  assert.is(Number(checkpoint.split('\n')[1]), through);
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as DataEvent);
  assert.equal(
    lines.map(({ seq }) => seq),
    Array.from({ length: through }, (_, index) => index + 1),
  );
  const inLog = await it.events('order=asc&limit=1000');
  assert.equal(
    lines,
    inLog.filter(({ seq }) => seq <= through).sort((a, b) => a.seq - b.seq),
  );
});

test('formats, filters and ranges are those that were asked for', async () => {
  const csv = await exported('format=csv&action=created&target=users:');
  assert.is(csv.response.headers.get('content-type'), 'text/csv; charset=utf-8');
  const rows = csv.text.split('\r\n');
  assert.match(rows[0]!, /^seq,id,time,action,/);
  assert.is(rows.length - 2, (await it.events('action=created&target=users:&limit=1000')).length);
  const range = await exported('after=1&through=3');
  assert.equal(
    range.text
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line).seq),
    [2, 3],
  );
});

test('an export is an event that says what was exported', async () => {
  await exported('format=ocsf&after=2&action=created');
  const [event] = await it.events('eventName=audit.exported&limit=1');
  assert.equal([event!.action, event!.targetType, event!.targetId], ['viewed', 'audit', 'log']);
  assert.match(event!.context!.query!, /^action=created&format=ocsf&after=2&through=\d+$/);
});

test('only those who may read the whole log can export it, also not one object or themselves', async () => {
  for (const query of ['', 'target=users:1', `actor=users:${viewer.id}`]) {
    assert.is((await exported(query, viewer.token)).response.status, 403, query);
  }
});

test('what cannot be exported is refused by name', async () => {
  for (const [query, status, field] of [
    ['format=xml', 400, 'format'],
    ['format=csv&proofs=true', 400, 'proofs'],
    ['after=x', 400, 'after'],
    ['after=3&through=2', 400, 'through'],
    ['limit=3', 400, 'limit'],
    ['cursor=x', 400, 'cursor'],
    ['through=100000', 409, undefined],
  ] as const) {
    const { response, text } = await exported(query);
    const problem = JSON.parse(text);
    assert.equal([response.status, problem.errors?.[0]?.field], [status, field], query);
  }
});

test.run();

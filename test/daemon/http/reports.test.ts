// Events of other programs: checked, kept as sent, stored once, and never able to say they came from elsewhere.
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;
let reporter: string;

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  reporter = await makeReporter(admin);
});
test.after(() => it?.stop());

async function makeReporter(token: string, more: object = {}): Promise<string> {
  const { body } = await it.ask('POST', '/v1/tokens', {
    token,
    body: {
      name: 'ci',
      role: 'reporter',
      expiresAt: Date.now() + 3_600_000,
      actorTypes: ['users'],
      targetTypes: ['files'],
      ...more,
    },
  });
  return body.token;
}

const EVENT = {
  id: 'e-1',
  action: 'changed',
  timestamp: 1_600_000_000_000,
  actorType: 'users',
  actorId: 'u1',
  targetType: 'files',
  targetId: 'a.txt',
  changes: { blob: { prev: 'x', next: 'y' } },
};

const report = (body: unknown, token = reporter) => it.ask('POST', '/v1/audit/events', { token, body });
const lines = (raw: string | Uint8Array, token = reporter) =>
  it.ask('POST', '/v1/audit/events', { token, raw, headers: { 'content-type': 'application/x-ndjson' } });

test('an event keeps its time and its id, and says who reported it', async () => {
  const { status, headers, body } = await report(EVENT);
  assert.is(status, 200);
  assert.equal(body, { stored: 1, repeated: 0, refused: [] });
  const [event] = await it.events('target=files:a.txt');
  assert.is(event!.id, headers.get('audit-event-id'));
  assert.match(event!.id, /^.{14}8/);
  assert.equal(
    [event!.timestamp, event!.externalId, event!.source, event!.outcome],
    [1_600_000_000_000, 'e-1', 'reported:1', 'success'],
  );
  assert.equal(event!.changes, EVENT.changes);
});

test('a repeat is stored once, now, later and after a restart; the same id with other content is refused', async () => {
  assert.equal((await report([EVENT, EVENT])).body, { stored: 0, repeated: 2, refused: [] });
  await it.restart();
  assert.equal((await report(EVENT)).body.repeated, 1);
  const other = await report({ ...EVENT, targetId: 'b.txt' });
  assert.is(other.status, 422);
  assert.match(other.body.detail, 'other content');
});

test('an event without an id of its own is recognised by its content', async () => {
  const { id: _, ...anonymous } = EVENT;
  assert.equal((await report(anonymous)).body.stored, 1);
  assert.equal((await report(anonymous)).body.repeated, 1);
});

test('repeats within one report, before anything is stored, are one event', async () => {
  const twice = { ...EVENT, id: 'twice' };
  assert.equal((await report([twice, twice, { ...twice, targetId: 'c.txt' }])).body, {
    stored: 1,
    repeated: 1,
    refused: [
      { line: 3, reason: 'id twice was reported before with other content; an event cannot be changed' },
    ],
  });
});

test("a second reporter's like-named events are its own", async () => {
  const other = await it.person('Otto', 'admin');
  const { body } = await report(EVENT, await makeReporter(other.token));
  assert.is(body.stored, 1);
  const sources = (await it.events('target=files:a.txt')).map(({ source }) => source);
  assert.ok(sources.includes(`reported:${other.id}`));
});

const FORGED: [what: string, change: object, reason: RegExp][] = [
  ['source', { source: 'data-layer' }, /source/],
  ['seq', { seq: 1 }, /seq/],
  ['recordedAt', { recordedAt: 1 }, /recordedAt/],
  ['a managed target', { targetType: 'notes' }, /kept by this daemon/],
  ['a target type of somebody else', { targetType: 'builds' }, /targetType builds/],
  ['an actor type of somebody else', { actorType: 'robots' }, /actorType robots/],
  ['a time to come', { timestamp: Date.now() + 600_000 }, /timestamp/],
  ['a change of nothing', { changes: undefined }, /changes/],
  ['metadata that is nested', { metadata: { a: {} } }, /metadata/],
  ['too much metadata', { metadata: { a: 'x'.repeat(9_000) } }, /metadata/],
  ['a context of its own', { context: { mood: 'good' } }, /context/],
];
for (const [what, change, reason] of FORGED) {
  test(`a client cannot report ${what}`, async () => {
    const { status, body } = await report({ ...EVENT, id: what, ...change });
    assert.is(status, 422);
    assert.match(body.detail, reason);
  });
}

test('nobody reports what happens to the objects that the daemon keeps itself', async () => {
  for (const targetType of ['users', 'audit', 'keys', 'routes', 'sessions', 'system', 'tokens', 'types']) {
    const { status, body } = await report({ ...EVENT, id: targetType, targetType }, admin);
    assert.is(status, 422, targetType);
    assert.match(body.detail, 'kept by this daemon');
  }
});

test('good lines are kept, bad ones are named by line', async () => {
  const good = (id: string) => JSON.stringify({ ...EVENT, id, targetId: 'lines' });
  const { status, body } = await lines(
    [good('l1'), '{"a":', '', good('l2'), '{"a":1}', good('l3')].join('\n'),
  );
  assert.is(status, 200);
  assert.is(body.stored, 3);
  assert.equal(
    body.refused.map(({ line }: { line: number }) => line),
    [2, 5],
  );
  assert.is((await it.events('target=files:lines')).length, 3);
});

test('a line over 256 KiB ends the report with a 413 that names it; what came before is kept', async () => {
  const good = (id: string) => JSON.stringify({ ...EVENT, id, targetId: 'long' });
  const long = JSON.stringify({
    ...EVENT,
    id: 'g0',
    changes: { a: { prev: 'y'.repeat(300_000), next: null } },
  });
  const answer = await lines(
    // Megabytes more than sockets hold, so that the answer must not cut off who is still sending.
    [good('g1'), '{"a":', '', good('g2'), long, good('g3'), ...Array(40).fill(long)].join('\n'),
  );
  assert.is(answer.status, 413, JSON.stringify(answer.body));
  assert.match(answer.body.detail, /^Line 5 is longer than 256 KiB.* 2 stored, 0 known already, 1 refused/);
  assert.equal(
    answer.body.errors.map(({ field }: { field: string }) => field),
    ['line 2', 'line 5'],
  );
  assert.equal((await it.events('target=files:long')).map(({ externalId }) => externalId).sort(), [
    'g1',
    'g2',
  ]);
  const limit = JSON.stringify({ ...EVENT, id: 'g4', targetId: 'long' });
  const exact = await lines(`${limit}${' '.repeat(256 * 1024 - limit.length)}\n`);
  assert.equal([exact.status, exact.body.stored], [200, 1]);
});

test('who breaks off a report keeps what arrived, and is no unexpected failure', async () => {
  const { hostname, port } = new URL(it.url);
  const text = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) =>
      JSON.stringify({ ...EVENT, id: `cut-${from + n}`, targetId: 'cut' }),
    ).join('\n');
  const outgoing = httpRequest({
    hostname,
    port,
    path: '/v1/audit/events',
    method: 'POST',
    headers: { authorization: `Bearer ${reporter}`, 'content-type': 'application/x-ndjson' },
  });
  outgoing.on('error', () => undefined);
  outgoing.write(`${text(0, 1_003)}\n{"action":`);
  const stored = async () => {
    const { body } = await it.ask('GET', '/v1/audit/summary?by=target&target=files:cut', { token: admin });
    return body.data[0]?.count ?? 0;
  };
  while ((await stored()) < 1_000);
  outgoing.destroy();
  while ((await stored()) < 1_003);
  assert.equal(
    it.logged.filter(line => line.includes('unexpectedly')),
    [],
  );
});

test('lines are taken where events are reported, and nowhere else', async () => {
  for (const [method, path] of [
    ['POST', '/v1/records/notes'],
    ['PATCH', '/v1/records/users/1'],
    ['POST', '/v1/sessions'],
    ['POST', '/v1/audit/reverts'],
  ] as const) {
    const { status, body } = await it.ask(method, path, {
      token: admin,
      raw: '{}\n{}\n',
      headers: { 'content-type': 'application/x-ndjson' },
    });
    assert.equal([status, body.code], [415, 'unsupported_media_type'], path);
  }
});

test('Audit-Event-Id names 20 events of a report at most, the first', async () => {
  const events = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ ...EVENT, id: `${count}-${n}`, targetId: `of-${count}` }));
  for (const count of [20, 25]) {
    const { headers, body } = await report(events(count));
    assert.is(body.stored, count);
    const named = headers.get('audit-event-id')!.split(', ');
    assert.is(named.length, 20);
    const stored = new Map((await it.events(`target=files:of-${count}`)).map(event => [event.id, event]));
    assert.equal(
      named.map(id => stored.get(id)?.externalId),
      Array.from({ length: 20 }, (_, n) => `${count}-${n}`),
    );
  }
});

test('people who may not report are refused', async () => {
  const editor = await it.person('Edith', 'editor');
  assert.is((await report(EVENT, editor.token)).status, 403);
  assert.is((await it.ask('GET', '/v1/records/users', { token: reporter })).status, 403);
  assert.is((await it.ask('GET', '/v1/audit/events', { token: reporter })).status, 403);
});

test('a real history: 10,992 events of 942 actors on 636 targets, and a rerun adds nothing', async () => {
  const text = gunzipSync(readFileSync('examples/fastify-history.jsonl.gz'));
  const answer = await lines(text);
  assert.equal(answer.body, { stored: 10_992, repeated: 0, refused: [] });
  assert.equal((await lines(text)).body, { stored: 0, repeated: 10_992, refused: [] });
  const counts = async (by: string) => {
    const { body } = await it.ask(
      'GET',
      `/v1/audit/summary?by=${by}&eventName=git.created&eventName=git.changed&eventName=git.deleted&limit=1000`,
      {
        token: admin,
      },
    );
    return body.data as { key: string; count: number }[];
  };
  assert.is((await counts('actor')).length, 942);
  assert.is((await counts('target')).length, 636);
  assert.equal(Object.fromEntries((await counts('action')).map(({ key, count }) => [key, count])), {
    created: 528,
    changed: 10_338,
    deleted: 126,
  });
});

test.run();

// Events of other programs: checked, kept as sent, stored once, and never able to say they came from elsewhere.
import { readFileSync } from 'node:fs';
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
    [good('l1'), '{"a":', '', good('l2'), `{"x":"${'y'.repeat(300_000)}"}`, good('l3')].join('\n'),
  );
  assert.is(status, 200);
  assert.is(body.stored, 3);
  assert.equal(
    body.refused.map(({ line }: { line: number }) => line),
    [2, 5],
  );
  assert.match(body.refused[1].reason, '256 KiB');
  assert.is((await it.events('target=files:lines')).length, 3);
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

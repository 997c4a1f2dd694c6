// Who may ask the log what, and what of asking is recorded.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;
let viewer: { id: string; token: string };
let auditor: { id: string; token: string };

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  viewer = await it.person('Vera', 'viewer');
  auditor = await it.person('Anna', 'auditor');
});
test.after(() => it?.stop());

const asks = (token: string, query: string) => it.ask('GET', `/v1/audit/events?${query}`, { token });

test('the whole log is for administrators and auditors', async () => {
  assert.equal(
    [
      (await asks(admin, '')).status,
      (await asks(auditor.token, '')).status,
      (await asks(viewer.token, '')).status,
    ],
    [200, 200, 403],
  );
});

test('everybody sees the history of one object, without circumstances', async () => {
  const { status, body } = await asks(viewer.token, `target=users:${auditor.id}`);
  assert.is(status, 200);
  assert.ok(body.data.length > 0);
  for (const event of body.data) assert.is(event.context, undefined);
  assert.ok(
    (await asks(admin, `target=users:${auditor.id}`)).body.data.some(
      (event: { context?: object }) => event.context,
    ),
  );
});

test('of one object alone, of a type that is kept here, and not by circumstances', async () => {
  for (const query of [
    'target=users:',
    'target=users:1&target=users:2',
    'target=files:a',
    'target=users:1&ip=127.0.0.1',
    'target=users:1&not=sessionId:x',
  ]) {
    assert.is((await asks(viewer.token, query)).status, 403, query);
  }
});

test("one's own activity is one's own", async () => {
  const { status, body } = await asks(viewer.token, `actor=users:${viewer.id}`);
  assert.is(status, 200);
  assert.ok(body.data.every((event: { actorId: string }) => event.actorId === viewer.id));
  assert.ok(body.data.some((event: { context?: object }) => event.context));
  assert.is((await asks(viewer.token, 'actor=users:1')).status, 403);
});

test('what a token did is the token’s, on behalf of its owner', async () => {
  const { body } = await it.ask('POST', '/v1/tokens', {
    token: admin,
    body: { name: 'robot', role: 'editor', expiresAt: Date.now() + 60_000 },
  });
  const note = await it.ask('POST', '/v1/records/notes', {
    token: body.token,
    body: { targetType: 'users', targetId: '1', data: 'by a robot' },
  });
  const [event] = await it.events(`target=notes:${note.body.id}&action=created`);
  assert.equal([event!.actorType, event!.actorId, event!.actorName], ['tokens', body.id, 'robot']);
  assert.equal(event!.onBehalfOf, { type: 'users', id: '1' });
  assert.ok((await it.events('onBehalfOf=users:1')).some(({ id }) => id === event!.id));
  await it.ask('DELETE', `/v1/tokens/${body.id}`, { token: admin });
  assert.is((await it.ask('GET', '/v1/me', { token: body.token })).status, 401);
});

test('a token of one tenant sees and reports only that', async () => {
  const made = async (tenantId: string, role: string, more: object = {}) =>
    (
      await it.ask('POST', '/v1/tokens', {
        token: admin,
        body: { name: tenantId, role, tenantId, expiresAt: Date.now() + 60_000, ...more },
      })
    ).body.token;
  const event = {
    action: 'created',
    timestamp: 1,
    actorType: 'users',
    actorId: 'x',
    targetType: 'files',
    targetId: 'f',
  };
  const types = { actorTypes: ['users'], targetTypes: ['files'] };
  for (const tenant of ['t1', 't2']) {
    const reporter = await made(tenant, 'reporter', types);
    const { status } = await it.ask('POST', '/v1/audit/events', { token: reporter, body: event });
    assert.is(status, 200);
    assert.is(
      (await it.ask('POST', '/v1/audit/events', { token: reporter, body: { ...event, tenantId: 'other' } }))
        .status,
      422,
    );
  }
  const reader = await made('t1', 'auditor');
  const { body } = await asks(reader, '');
  assert.equal(
    body.data.map((found: { tenantId: string }) => found.tenantId),
    ['t1'],
  );
  assert.is((await asks(reader, 'tenantId=t2')).status, 403);
  assert.is((await it.ask('GET', '/v1/records/users', { token: reader })).status, 403);
});

test('asking is recorded once, in words, and never in its own answer', async () => {
  const query = 'target=users:1&action=changed,deleted';
  const first = await asks(auditor.token, query);
  const asked = () => it.events(`actor=users:${auditor.id}&eventName=audit.queried`);
  const before = (await asked()).length;
  assert.not.match(JSON.stringify(first.body.data), 'audit.queried');
  await asks(auditor.token, query);
  assert.is((await asked()).length, before, 'the same question within a minute is counted');
  const [event] = await asked();
  assert.equal([event!.action, event!.targetType, event!.targetId], ['viewed', 'audit', 'log']);
  assert.match(event!.context!.query!, 'users:1');
});

test('further pages of a query are no new query', async () => {
  const first = await asks(auditor.token, 'limit=1&target=users:');
  const asked = async () => (await it.events(`actor=users:${auditor.id}&eventName=audit.queried`)).length;
  const before = await asked();
  await asks(auditor.token, `limit=1&target=users:&cursor=${first.body.next}`);
  assert.is(await asked(), before);
});

test('refreshing a page gives what came since, and not the query itself', async () => {
  const query = 'limit=3&not=action:deleted';
  const first = await asks(auditor.token, query);
  await it.ask('PATCH', '/v1/records/users/1', {
    token: admin,
    body: { name: 'Ada R.' },
    headers: { prefer: 'return=minimal' },
  });
  const refreshed = await asks(auditor.token, `${query}&cursor=${first.body.prev}`);
  assert.equal(
    refreshed.body.data.map((event: { eventName: string }) => event.eventName),
    ['users.name.changed'],
  );
  const again = await asks(auditor.token, `${query}&cursor=${refreshed.body.prev}`);
  assert.equal(again.body.data, []);
});

test('a change and then a query, at once, finds it', async () => {
  for (let n = 0; n < 50; n += 1) {
    const { headers } = await it.ask('PATCH', '/v1/records/users/1', {
      token: admin,
      body: { name: `Ada ${n}` },
    });
    const { body } = await asks(admin, 'target=users:1&action=changed&limit=1');
    assert.is(body.data[0].id, headers.get('audit-event-id')!.split(', ')[0]);
    assert.is(body.stale, undefined);
  }
});

test('one event is found by its id or its place in the log, by those who may see it', async () => {
  const [event] = await it.events('target=users:1&action=changed&limit=1');
  const show = (token: string, id: string) => it.ask('GET', `/v1/audit/events/${id}`, { token });
  assert.equal((await show(admin, event!.id)).body, event);
  assert.equal((await show(admin, String(event!.seq))).body, event);
  assert.is((await show(admin, '999999999')).status, 404);
  const { context: _, ...rest } = event!;
  assert.equal((await show(viewer.token, event!.id)).body, rest);
  const [signIn] = await it.events('eventName=session.created&actor=users:1&limit=1');
  assert.is((await show(viewer.token, signIn!.id)).status, 404);
});

test('a refused request is recorded with its object, or with its route where that can have no such id', async () => {
  const target = async (path: string, method = 'GET') => {
    const { status, headers } = await it.ask(method, path, { token: admin });
    assert.is(status, 404, path);
    const [failure] = await it.events(`requestId=${headers.get('x-request-id')}&outcome=failure`);
    return `${failure?.targetType}:${failure?.targetId}`;
  };
  assert.is(await target('/v1/records/users/999'), 'users:999');
  assert.is(await target('/v1/records/users/a%20b'), 'users:a b');
  assert.is(await target('/v1/records/users/a%00b'), 'routes:GET /v1/records/:type/:id');
  assert.is(await target('/v1/records/1x/1', 'DELETE'), 'routes:DELETE /v1/records/:type/:id');
});

test('denials and failures that repeat are one event at once and their count at the end', async () => {
  for (let n = 0; n < 20; n += 1) await it.ask('GET', '/v1/records/users/4711', { token: viewer.token });
  const failures = () => it.events('target=users:4711');
  assert.is((await failures()).length, 1);
  await it.restart();
  const counts = (await failures()).map(({ count }) => count ?? 1);
  assert.is(
    counts.reduce((sum, count) => sum + count),
    20,
  );
});

test.run();

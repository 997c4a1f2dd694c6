// The history, blame and state of an object over HTTP: shapes, who may see them, what asking leaves behind.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
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

const asks = (token: string, path: string) => it.ask('GET', `/v1/audit/${path}`, { token });

/** A note that was made, changed and deleted, with the times in between. */
async function noteWithALife() {
  const { body } = await it.ask('POST', '/v1/records/notes', {
    token: admin,
    body: { targetType: 'users', targetId: '1', data: 'first' },
    headers: { prefer: 'return=minimal' },
  });
  const [created] = await it.events('target=notes:&action=created&limit=1');
  const id = body.id ?? created!.targetId;
  await it.ask('PATCH', `/v1/records/notes/${id}`, { token: admin, body: { data: 'second' } });
  const [changed] = await it.events(`target=notes:${id}&action=changed`);
  await it.ask('GET', `/v1/records/notes/${id}`, { token: viewer.token });
  await it.ask('DELETE', `/v1/records/notes/${id}`, { token: admin });
  return { id, created: created!, changed: changed! };
}

test('a deleted object as it stood, by seq, by time, and now', async () => {
  const { id, created, changed } = await noteWithALife();
  const state = (rest: string) => asks(viewer.token, `state?target=notes:${id}${rest}`);
  const first = (await state(`&seq=${created.seq}`)).body;
  assert.equal(first, {
    type: 'notes',
    id,
    exists: true,
    state: {
      targetType: 'users',
      targetId: '1',
      data: 'first',
      creatorId: '1',
      timestamp: first.state.timestamp,
    },
    seq: created.seq,
    timestamp: created.timestamp,
    complete: true,
    notRecorded: [],
    eventId: created.id,
  });
  assert.is((await state(`&time=${changed.timestamp}`)).body.exists, true);
  const iso = new Date(changed.timestamp).toISOString();
  assert.equal((await state(`&time=${iso}`)).body.seq >= changed.seq, true, 'a time is inclusive');
  const now = (await state('')).body;
  assert.equal([now.exists, now.state, now.complete], [false, {}, true]);
  assert.is((await state(`&time=${created.timestamp - 1}`)).body.exists, false);
});

test('blame is a plain array of who set what', async () => {
  const { id, changed } = await noteWithALife();
  const { status, body } = await asks(viewer.token, `blame?target=notes:${id}&seq=${changed.seq}`);
  assert.is(status, 200);
  assert.equal(
    body.find(({ field }: { field: string }) => field === 'data'),
    {
      field: 'data',
      value: 'second',
      actorType: 'users',
      actorId: '1',
      actorName: 'Ada',
      timestamp: changed.timestamp,
      eventId: changed.id,
      seq: changed.seq,
      changes: 2,
    },
  );
});

test('the history is a line for each request, paged', async () => {
  const { id } = await noteWithALife();
  const { body } = await asks(viewer.token, `history?target=notes:${id}&order=asc`);
  assert.equal(
    body.data.map(({ events }: { events: { action: string }[] }) => events.map(({ action }) => action)),
    [['created'], ['changed'], [], ['deleted']],
  );
  assert.equal(
    [body.data[1].views.count, body.data[2].views.count, body.next, body.prev],
    [1, 1, null, null],
  );
  assert.is(body.data[0].events[0].context, undefined, 'circumstances are for those who read the whole log');
  const page = (await asks(admin, `history?target=notes:${id}&limit=1`)).body;
  assert.equal([page.data.length, page.data[0].events[0].action], [1, 'deleted']);
  assert.ok(page.data[0].events[0].context);
  const rest = (await asks(admin, `history?target=notes:${id}&limit=50&cursor=${page.next}`)).body;
  assert.is(rest.data.length, 3);
});

test('what the type keeps out of the log is named', async () => {
  const schema = {
    type: 'object',
    properties: {
      a: { type: 'string' },
      key: { type: 'string', 'x-whodid': { secret: true } },
      seen: { type: 'string', 'x-whodid': { ignored: true } },
    },
  };
  await it.ask('POST', '/v1/types', { token: admin, body: { name: 'things', schema } });
  const { body } = await it.ask('POST', '/v1/records/things', {
    token: admin,
    body: { a: 'x', key: 'hush', seen: 'y' },
  });
  const { body: state } = await asks(admin, `state?target=things:${body.id}`);
  assert.equal([state.state, state.notRecorded], [{ a: 'x' }, ['key', 'seen']]);
  assert.equal(state.redactions, [{ path: '/state/key', kind: 'secret' }]);
  assert.not.match(JSON.stringify((await asks(admin, `history?target=things:${body.id}`)).body), 'hush');
});

test('an object of another program is for those who read the whole log', async () => {
  for (const what of ['history', 'blame', 'state']) {
    assert.is((await asks(viewer.token, `${what}?target=files:a`)).status, 403, what);
  }
  assert.is((await asks(admin, 'blame?target=files:a')).status, 404);
  assert.is((await asks(admin, 'state?target=files:a')).status, 404);
  const { data, next, prev } = (await asks(admin, 'history?target=files:a')).body;
  assert.equal([data, next, typeof prev], [[], null, 'string']);
});

test('what is not understood is refused by name', async () => {
  for (const [path, field] of [
    ['state', 'target'],
    ['state?target=notes:', 'target'],
    ['state?target=notes:1&time=soon', 'time'],
    ['state?target=notes:1&time=5&seq=5', 'seq'],
    ['blame?target=notes:1&seq=0', 'seq'],
    ['history?target=notes:1&actor=users:1', 'actor'],
    ['history?target=notes:1&cursor=x', 'cursor'],
    ['history?target=notes:1&target=notes:2', 'target'],
  ] as const) {
    const { status, body } = await asks(admin, path);
    assert.equal([status, body.errors?.[0].field], [400, field], path);
  }
});

test('asking is recorded once for each question, and for further pages not', async () => {
  const { id } = await noteWithALife();
  const asked = async () => {
    const events = await it.events('eventName=audit.queried&order=asc');
    return events
      .map(({ context }) => context?.query ?? '')
      .filter(query => query.startsWith(`target=notes:${id}&`) && query.includes('what='));
  };
  await asks(viewer.token, `blame?target=notes:${id}`);
  await asks(viewer.token, `state?target=notes:${id}&seq=1`);
  const { body } = await asks(viewer.token, `history?target=notes:${id}&limit=1`);
  await asks(viewer.token, `history?target=notes:${id}&limit=1&cursor=${body.next}`);
  assert.equal(await asked(), [
    `target=notes:${id}&what=blame`,
    `target=notes:${id}&what=state&seq=1`,
    `target=notes:${id}&limit=1&what=history`,
  ]);
});

test.run();

// Records over HTTP, as tables: who asks what, what is answered, and which events it must have made.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataEvent } from '#src/shared/data-event.js';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;
let editor: { id: string; token: string };
let viewer: { id: string; token: string };

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  editor = await it.person('Edith', 'editor');
  viewer = await it.person('Vera', 'viewer');
});
test.after(() => it?.stop());

const inShort = (events: DataEvent[]) =>
  events
    .map(({ action, eventName, outcome, actorId }) => `${actorId} ${action} ${eventName} ${outcome}`)
    .reverse();

const note = async (token: string, data = 'hello') =>
  (await it.ask('POST', '/v1/records/notes', { token, body: { targetType: 'users', targetId: '1', data } }))
    .body;

test('a create that shows the body is a creation and a view', async () => {
  const { status, headers, body } = await it.ask('POST', '/v1/records/notes', {
    token: editor.token,
    body: { targetType: 'users', targetId: '1', fieldName: 'email', data: 'check this' },
  });
  assert.is(status, 201);
  assert.is(headers.get('location'), `/v1/records/notes/${body.id}`);
  assert.is(headers.get('etag'), '"1"');
  assert.is(body.creatorId, editor.id);
  const events = await it.events(`target=notes:${body.id}`);
  assert.equal(inShort(events), [
    `${editor.id} created notes.created success`,
    `${editor.id} viewed notes.viewed success`,
  ]);
  assert.equal(headers.get('audit-event-id')!.split(', '), events.map(({ id }) => id).reverse());
  assert.equal(events[1]!.changes!.data, { prev: null, next: 'check this' });
  assert.is(events[0]!.changes, undefined);
  assert.is(events[0]!.requestId, headers.get('x-request-id'));
});

test('return=minimal shows nothing and records no view', async () => {
  const { status, headers, body } = await it.ask('POST', '/v1/records/notes', {
    token: editor.token,
    body: { targetType: 'users', targetId: '1', data: 'quiet' },
    headers: { prefer: 'return=minimal' },
  });
  assert.is(status, 201);
  assert.is(body, '');
  const id = headers.get('location')!.split('/').at(-1);
  assert.equal(inShort(await it.events(`target=notes:${id}`)), [
    `${editor.id} created notes.created success`,
  ]);
});

test('an update names the field that changed, with what it was and what it is', async () => {
  const { id } = await note(editor.token, 'before');
  const { status, headers } = await it.ask('PATCH', `/v1/records/notes/${id}`, {
    token: editor.token,
    body: { data: 'after' },
  });
  assert.is(status, 200);
  assert.is(headers.get('etag'), '"2"');
  const [change] = await it.events(`target=notes:${id}&action=changed`);
  assert.is(change!.eventName, 'notes.data.changed');
  assert.equal(change!.changes, { data: { prev: 'before', next: 'after' } });
});

test('an update that alters nothing is a view and no change', async () => {
  const { id } = await note(editor.token, 'same');
  const { headers } = await it.ask('PATCH', `/v1/records/notes/${id}`, {
    token: editor.token,
    body: { data: 'same' },
  });
  assert.is(headers.get('etag'), '"1"');
  assert.equal(inShort(await it.events(`target=notes:${id}`)).slice(2), [
    `${editor.id} viewed notes.viewed success`,
  ]);
});

test('a delete carries what was there', async () => {
  const { id } = await note(editor.token, 'gone');
  assert.is((await it.ask('DELETE', `/v1/records/notes/${id}`, { token: editor.token })).status, 204);
  const [deleted] = await it.events(`target=notes:${id}&action=deleted`);
  assert.equal(deleted!.changes!.data, { prev: 'gone', next: null });
  assert.is((await it.ask('GET', `/v1/records/notes/${id}`, { token: editor.token })).status, 404);
});

test('a lost update is refused and leaves the record as it was', async () => {
  const { id } = await note(editor.token, 'one');
  await it.ask('PATCH', `/v1/records/notes/${id}`, { token: editor.token, body: { data: 'two' } });
  for (const method of ['PATCH', 'DELETE']) {
    const { status, body } = await it.ask(method, `/v1/records/notes/${id}`, {
      token: editor.token,
      headers: { 'if-match': '"1"' },
      ...(method === 'PATCH' ? { body: { data: 'three' } } : {}),
    });
    assert.is(status, 412);
    assert.is(body.code, 'precondition_failed');
  }
  assert.is((await it.ask('GET', `/v1/records/notes/${id}`, { token: editor.token })).body.data, 'two');
  const failures = await it.events(`target=notes:${id}&outcome=failure`);
  assert.equal(failures.map(({ action }) => action).sort(), ['changed', 'deleted']);
  assert.is(failures[0]!.changes, undefined);
});

const IF_MATCH: [header: string, status: number][] = [
  ['"2"', 204],
  ['"1", "2"', 204],
  ['"1","9" , "2",', 204],
  ['"a,b", "2"', 204],
  ['*', 204],
  ['"1"', 412],
  ['"1", "3"', 412],
  ['W/"2"', 412],
  ['W/"2", "3"', 412],
  ['"02"', 412],
  ['"another"', 412],
  ['2', 400],
  ['"2', 400],
  ['"1" "2"', 400],
  ['w/"2"', 400],
  [',', 400],
];
for (const [header, status] of IF_MATCH) {
  test(`If-Match: ${header} on version 2 is ${status}`, async () => {
    const { id } = await note(editor.token, 'one');
    await it.ask('PATCH', `/v1/records/notes/${id}`, { token: editor.token, body: { data: 'two' } });
    const path = `/v1/records/notes/${id}`;
    const conditional = { token: editor.token, headers: { 'if-match': header } };
    assert.is((await it.ask('DELETE', path, conditional)).status, status);
  });
}

const IF_NONE_MATCH: [header: string, status: number][] = [
  ['"1"', 304],
  ['W/"1"', 304],
  ['"7", "1"', 304],
  ['*', 304],
  ['"2"', 200],
  ['"2", W/"3"', 200],
  ['1', 400],
];
for (const [header, status] of IF_NONE_MATCH) {
  test(`If-None-Match: ${header} on version 1 is ${status}, and a view only with a body`, async () => {
    const { id } = await note(editor.token);
    const answer = await it.ask('GET', `/v1/records/notes/${id}`, {
      token: viewer.token,
      headers: { 'if-none-match': header },
    });
    assert.is(answer.status, status);
    if (status !== 400) assert.is(answer.headers.get('etag'), '"1"');
    const views = await it.events(`target=notes:${id}&actor=users:${viewer.id}&action=viewed`);
    assert.is(views.length, status === 200 ? 1 : 0);
  });
}

test('a HEAD and a 304 show nothing and record nothing', async () => {
  const { id } = await note(editor.token);
  const before = (await it.events(`target=notes:${id}`)).length;
  const head = await it.ask('HEAD', `/v1/records/notes/${id}`, { token: viewer.token });
  const unchanged = await it.ask('GET', `/v1/records/notes/${id}`, {
    token: viewer.token,
    headers: { 'if-none-match': head.headers.get('etag')! },
  });
  assert.equal([head.status, unchanged.status], [200, 304]);
  assert.is((await it.events(`target=notes:${id}`)).length, before);
});

test('a list is a view of each record that it shows, and of none when ids are enough', async () => {
  const ids = [];
  for (const data of ['a', 'b', 'c']) {
    const body = { targetType: 'users', targetId: 'list-me', data };
    ids.push((await it.ask('POST', '/v1/records/notes', { token: editor.token, body })).body.id);
  }
  const quiet = await it.ask('GET', '/v1/records/notes?targetId=list-me', {
    token: viewer.token,
    headers: { prefer: 'return=minimal' },
  });
  assert.equal(
    quiet.body.data,
    ids.map(id => ({ id })),
  );
  assert.is((await it.events(`actor=users:${viewer.id}&target=notes:${ids[0]}`)).length, 0);
  const first = await it.ask('GET', '/v1/records/notes?targetType=users&targetId=list-me&limit=2', {
    token: viewer.token,
  });
  assert.equal(
    first.body.data.map((one: { id: string }) => one.id),
    ids.slice(0, 2),
  );
  assert.is(first.body.prev, null);
  const rest = await it.ask(
    'GET',
    `/v1/records/notes?targetType=users&targetId=list-me&limit=2&cursor=${first.body.next}`,
    {
      token: viewer.token,
    },
  );
  assert.equal(
    rest.body.data.map((one: { id: string }) => one.id),
    ids.slice(2),
  );
  assert.is(rest.body.next, null);
  const back = await it.ask(
    'GET',
    `/v1/records/notes?targetType=users&targetId=list-me&limit=2&cursor=${rest.body.prev}`,
    {
      token: viewer.token,
    },
  );
  assert.equal(
    back.body.data.map((one: { id: string }) => one.id),
    ids.slice(0, 2),
  );
  const views = await it.events(`actor=users:${viewer.id}&action=viewed&target=notes:`);
  assert.equal(
    views
      .map(({ targetId }) => targetId)
      .reverse()
      .slice(-5),
    [...ids, ids[1], ids[0]],
  );
});

test('a create that is sent again gives the first answer, and its body is seen again', async () => {
  const send = (data: string) =>
    it.ask('POST', '/v1/records/notes', {
      token: editor.token,
      body: { targetType: 'users', targetId: '1', data },
      headers: { 'idempotency-key': 'order-66' },
    });
  const [first, again] = [await send('once'), await send('once')];
  assert.is(again.status, 201);
  assert.equal(again.body, first.body);
  assert.equal(inShort(await it.events(`target=notes:${first.body.id}`)), [
    `${editor.id} created notes.created success`,
    `${editor.id} viewed notes.viewed success`,
    `${editor.id} viewed notes.viewed success`,
  ]);
  const other = await send('twice');
  assert.is(other.status, 422);
  assert.is(other.body.errors[0].field, 'Idempotency-Key');
});

test('ten creates at once under one key are one creation', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      it.ask('POST', '/v1/records/notes', {
        token: editor.token,
        body: { targetType: 'users', targetId: '1', data: 'together' },
        headers: { 'idempotency-key': 'together' },
      }),
    ),
  );
  assert.is(new Set(answers.map(({ body }) => body.id)).size, 1);
});

test('ids are never used again', async () => {
  const { id } = await note(editor.token);
  await it.ask('DELETE', `/v1/records/notes/${id}`, { token: editor.token });
  assert.is(Number((await note(editor.token)).id), Number(id) + 1);
});

test('the e-mail address of a user is unique, whatever its case', async () => {
  const { status, body } = await it.ask('POST', '/v1/records/users', {
    token: admin,
    body: { name: 'Other', email: 'VERA@example.com' },
  });
  assert.is(status, 409);
  assert.equal(body.errors, [{ field: 'email', reason: 'is taken' }]);
});

test('an account is `false`, `viewer`, `false` where nothing is said', async () => {
  const { body } = await it.ask('POST', '/v1/records/users', {
    token: admin,
    body: { name: 'Plain', email: 'plain@example.com' },
  });
  assert.equal([body.agreedTos, body.role, body.disabled], [false, 'viewer', false]);
});

test('the last enabled administrator stays one', async () => {
  for (const patch of [{ role: 'viewer' }, { disabled: true }]) {
    const { status, body } = await it.ask('PATCH', '/v1/records/users/1', { token: admin, body: patch });
    assert.is(status, 409);
    assert.match(body.detail, 'last enabled administrator');
  }
  assert.is((await it.ask('DELETE', '/v1/records/users/1', { token: admin })).status, 409);
});

test('people change their own name and nothing else of their account', async () => {
  const patch = (body: object) =>
    it.ask('PATCH', `/v1/records/users/${viewer.id}`, { token: viewer.token, body });
  assert.is((await patch({ name: 'Vera V.' })).status, 200);
  assert.is((await patch({ role: 'admin' })).status, 403);
  assert.is((await patch({ name: 'Vera', email: 'v@example.com' })).status, 403);
  const [denied] = await it.events(`target=users:${viewer.id}&outcome=denied`);
  assert.is(denied!.eventName, 'access.denied');
  assert.is(denied!.actorId, viewer.id);
  assert.match(denied!.context!.reason!, 'the role viewer may not administer');
});

test('what a note says of its author cannot be forged', async () => {
  const { status, body } = await it.ask('POST', '/v1/records/notes', {
    token: editor.token,
    body: { targetType: 'users', targetId: '1', data: 'x', creatorId: '1' },
  });
  assert.is(status, 422);
  assert.is(body.errors[0].field, 'creatorId');
});

test('comment, correlation and circumstances travel into the events', async () => {
  const { id } = await note(editor.token);
  await it.ask('PATCH', `/v1/records/notes/${id}`, {
    token: editor.token,
    body: { data: 'because' },
    headers: {
      'x-audit-comment': Buffer.from('ticket 4711, 100 % süß').toString('latin1'),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'user-agent': 'table/1',
    },
  });
  const [change] = await it.events(`target=notes:${id}&action=changed`);
  assert.is(change!.correlationId, '0af7651916cd43dd8448eb211c80319c');
  assert.is(change!.context!.comment, 'ticket 4711, 100 % süß');
  assert.is(change!.context!.userAgent, 'table/1');
  assert.is(change!.context!.ip, '127.0.0.1');
  assert.type(change!.context!.sessionId, 'string');
});

test.run();

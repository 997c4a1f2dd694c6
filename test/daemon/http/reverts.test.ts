// Undoing events and bringing records back: ordinary audited changes, and never over somebody else's.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;
let editor: { id: string; token: string };
let viewer: { id: string; token: string };

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  editor = await it.person('Edda', 'editor');
  viewer = await it.person('Vera', 'viewer');
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string', 'x-whodid': { unique: true } },
      total: { type: 'number' },
      box: { type: 'object' },
      key: { type: 'string', 'x-whodid': { secret: true } },
      seen: { type: 'string', 'x-whodid': { ignored: true } },
    },
  };
  await it.ask('POST', '/v1/types', { token: admin, body: { name: 'things', schema } });
});
test.after(() => it?.stop());

const post = (body: object, token = admin, headers = {}): Promise<Answer> =>
  it.ask('POST', '/v1/audit/reverts', { token, body, headers });
const record = async (id: string) => {
  const { status, body } = await it.ask('GET', `/v1/records/things/${id}`, { token: admin });
  return status === 404 ? undefined : body;
};
const firstEvent = (answer: Answer) => answer.headers.get('audit-event-id')!.split(', ')[0]!;
const create = async (body: object) => {
  const answer = await it.ask('POST', '/v1/records/things', { token: admin, body });
  assert.is(answer.status, 201, JSON.stringify(answer.body));
  return { id: answer.body.id as string, event: firstEvent(answer) };
};
const patch = async (id: string, body: object) => {
  const answer = await it.ask('PATCH', `/v1/records/things/${id}`, { token: admin, body });
  assert.is(answer.status, 200, JSON.stringify(answer.body));
  return answer.headers.has('audit-event-id') ? firstEvent(answer) : '';
};
const remove = async (id: string) =>
  firstEvent(await it.ask('DELETE', `/v1/records/things/${id}`, { token: admin }));

test('an event is named by its id or its place in the log', async () => {
  const { id } = await create({ total: 1 });
  const event = await patch(id, { total: 2 });
  const { seq } = (await it.ask('GET', `/v1/audit/events/${event}`, { token: admin })).body;
  assert.is((await post({ event: String(seq) })).body.correlationId, event);
  assert.is((await record(id))?.total, 1);
  assert.is((await post({ event: 'the last one' })).status, 422);
});

test('what is refused is recorded as having happened to the object', async () => {
  const { id } = await create({ total: 1 });
  const event = await patch(id, { total: 2 });
  await patch(id, { total: 3 });
  const failed = (target: string) => it.events(`target=${target}&outcome=failure,denied`);
  assert.is((await post({ event, preview: true })).status, 409);
  assert.is((await post({ event }, viewer.token)).status, 403);
  const [denied, conflict] = await failed(`things:${id}`);
  assert.equal(
    [denied!.eventName, denied!.actorId, conflict!.eventName, conflict!.context!.reason],
    ['access.denied', viewer.id, 'request.failed', 'conflict'],
  );
  assert.is((await post({ target: 'things:none', seq: 1 })).status, 404);
  assert.is((await failed('things:none'))[0]?.context?.reason, 'not_found');
  for (const question of ['state', 'blame', 'history']) {
    const target = `strangers:${question}`;
    const answer = await it.ask('GET', `/v1/audit/${question}?target=${target}`, { token: admin });
    const recorded = await failed(target);
    assert.is(recorded.length, answer.status === 404 ? 1 : 0, question);
    if (question === 'state') assert.is(answer.status, 404);
  }
  assert.equal(await failed('audit:log'), []);
});

test('a change is changed back by whoever asks, with what it undoes and why', async () => {
  const { id } = await create({ total: 1 });
  const event = await patch(id, { total: 2 });
  const answer = await post({ event }, editor.token, { 'x-audit-comment': 'a slip' });
  assert.equal(answer.body, {
    type: 'things',
    id,
    action: 'changed',
    changes: { total: { prev: 2, next: 1 } },
    notRestored: [],
    correlationId: event,
    etag: '"2"',
    preview: false,
    eventIds: [firstEvent(answer)],
  });
  assert.equal(await record(id), { id, total: 1 });
  const [undone] = await it.events(`correlationId=${event}`);
  assert.equal(
    [undone!.id, undone!.actorId, undone!.action, undone!.eventName, undone!.context!.comment],
    [firstEvent(answer), editor.id, 'changed', 'things.total.changed', 'a slip'],
  );
});

test('a preview says the same and does nothing; it is a question to the log', async () => {
  const { id } = await create({ total: 1 });
  const event = await patch(id, { total: 2 });
  const { body } = await post({ event, preview: true });
  assert.equal([body.action, body.preview, body.eventIds], ['changed', true, []]);
  assert.equal(await record(id), { id, total: 2 });
  const queries = (await it.events('eventName=audit.queried&limit=5')).map(({ context }) => context?.query);
  assert.ok(queries.includes(`id=${event}&what=revert`));
});

test('what was changed since is a conflict that names the field, and nothing is done', async () => {
  const { id, event: created } = await create({ total: 1, name: 'conflict' });
  const event = await patch(id, { total: 2 });
  await patch(id, { total: 3 });
  const { status, body } = await post({ event });
  assert.equal(
    [status, body.code, body.errors],
    [409, 'conflict', [{ field: 'total', reason: 'has changed since' }]],
  );
  assert.is((await post({ event: created })).status, 409);
  const deleted = await remove(id);
  assert.is((await post({ event })).status, 409);
  assert.is((await post({ event: deleted })).status, 200);
  assert.is((await post({ event: deleted })).status, 409, 'it is there again');
  assert.equal(await record(id), { id, name: 'conflict', total: 3 });
});

test('another field that was changed since is no conflict', async () => {
  const { id } = await create({ total: 1, box: { a: 1, b: 2 } });
  const event = await patch(id, { box: { a: 9, c: 3 } });
  await patch(id, { total: 2 });
  assert.is((await post({ event })).status, 200);
  assert.equal(
    await record(id),
    { id, total: 2, box: { a: 1, b: 2 } },
    'a value comes back whole, not merged',
  );
});

test('a deleted record comes back under its id, with an ETag that it never had', async () => {
  const { id } = await create({ name: 'back', key: 'hush', seen: 'x' });
  const deleted = await remove(id);
  const answer = await post({ event: deleted });
  assert.equal([answer.body.action, answer.body.notRestored], ['created', ['key', 'seen']]);
  const { body, headers } = await it.ask('GET', `/v1/records/things/${id}`, { token: admin });
  assert.equal(body, { id, name: 'back' });
  assert.not.equal(headers.get('etag'), '"1"');
  assert.is(
    (
      await it.ask('PATCH', `/v1/records/things/${id}`, {
        token: admin,
        body: { total: 1 },
        headers: { 'if-match': '"1"' },
      })
    ).status,
    412,
  );
  const next = await create({});
  assert.ok(Number(next.id) > Number(id));
});

test('a deleted record whose unique value is taken is a conflict', async () => {
  const { id } = await create({ name: 'taken' });
  const deleted = await remove(id);
  await create({ name: 'taken' });
  assert.is((await post({ event: deleted })).status, 409);
  assert.is(await record(id), undefined);
});

test('what cannot be undone says why', async () => {
  const { id } = await create({ key: 'a' });
  const secret = await patch(id, { key: 'b' });
  const [view] = await it.events(`target=things:${id}&action=viewed&limit=1`);
  const [login] = await it.events('eventName=session.created&limit=1');
  const [password] = await it.events('eventName=user.password.changed&limit=1');
  for (const [event, reason] of [
    [secret, 'does not hold the values of key'],
    [view!.id, 'it changed nothing'],
    [login!.id, 'no record that is kept here'],
    [password!.id, 'does not hold the values of password'],
  ] as const) {
    const { status, body } = await post({ event });
    assert.is(status, 422);
    assert.match(body.detail, reason);
  }
  assert.is((await post({ event: '0190b3c2-8f6e-7d3a-9c1b-5a2e4d6f8a10' })).status, 404);
});

test('undoing needs what doing needs', async () => {
  const { id } = await create({ total: 1 });
  const event = await patch(id, { total: 2 });
  assert.is((await post({ event }, viewer.token)).status, 403);
  assert.is((await post({ event, preview: true }, viewer.token)).status, 403);
  const renamed = await it.ask('PATCH', `/v1/records/users/${viewer.id}`, {
    token: viewer.token,
    body: { name: 'V' },
  });
  const role = await it.ask('PATCH', `/v1/records/users/${viewer.id}`, {
    token: admin,
    body: { role: 'editor' },
  });
  assert.is((await post({ event: firstEvent(role) }, viewer.token)).status, 403);
  assert.is((await post({ event: firstEvent(renamed) }, editor.token)).status, 403);
  assert.is((await post({ event: firstEvent(role) })).status, 200);
  assert.is(
    (await post({ event: firstEvent(renamed) }, viewer.token)).status,
    200,
    'one’s own name is one’s own',
  );
});

test('the last administrator stays one, also backwards', async () => {
  const second = await it.person('Sonja', 'viewer');
  const role = (id: string, to: string) =>
    it.ask('PATCH', `/v1/records/users/${id}`, { token: admin, body: { role: to } });
  const raised = firstEvent(await role(second.id, 'admin'));
  const lowered = firstEvent(await role('1', 'viewer'));
  const refused = await post({ event: raised }, second.token);
  assert.equal([refused.status, refused.body.code], [409, 'conflict']);
  assert.match(refused.body.detail, 'last enabled administrator');
  assert.is((await post({ event: lowered }, second.token)).status, 200);
  assert.is((await post({ event: raised })).status, 200, 'now there is another one');
});

test('a request that is not understood is refused by name', async () => {
  for (const [body, field] of [
    [{}, 'target'],
    [{ target: 'things:', time: 1 }, 'target'],
    [{ target: 'things:1' }, 'time'],
    [{ target: 'things:1', time: 1, seq: 1 }, 'time'],
    [{ event: '0190b3c2-8f6e-7d3a-9c1b-5a2e4d6f8a10', seq: 1 }, 'event'],
    [{ event: 'x' }, 'event'],
  ] as const) {
    const answer = await post(body, editor.token);
    assert.equal([answer.status, answer.body.errors?.[0].field], [422, field], JSON.stringify(body));
  }
});

test.run();

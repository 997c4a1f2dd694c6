// Erasing on request, through the API: who may, what goes, and that nothing of it is left in either database.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

const MARK = 'planted-4711';

let daemon: TemporaryDaemon;
let admin: string;
test.before(async () => {
  daemon = await temporaryDaemon();
  admin = await daemon.login();
});
test.after(() => daemon.stop());

const erase = (body: object, headers: Record<string, string> = {}) =>
  daemon.ask('POST', '/v1/audit/erasures', { token: admin, body, headers });

/** Files of the data directory in which the mark is. */
function marked(): string[] {
  return ['audit.db', 'audit.db-wal', 'data.db', 'data.db-wal'].filter(name =>
    readFileSync(join(daemon.home, name)).includes(MARK),
  );
}

/** Somebody who was here, changed their address and left. */
async function somebody(name: string): Promise<{ id: string; key: string }> {
  const key = `key-of-${name}`;
  const body = { name: `${name} ${MARK}`, email: `${name}@${MARK}.example`, role: 'editor' };
  const { body: user, status } = await daemon.ask('POST', '/v1/records/users', {
    token: admin,
    body,
    headers: { 'idempotency-key': key },
  });
  assert.is(status, 201);
  await daemon.ask('PATCH', `/v1/records/users/${user.id}`, {
    token: admin,
    body: { email: `new-${name}@${MARK}.example` },
    headers: { 'x-audit-comment': `asked by ${MARK}` },
  });
  await daemon.ask('DELETE', `/v1/records/users/${user.id}`, { token: admin });
  return { id: user.id, key };
}

test('everything about somebody goes from both databases, and the answer says so when it is gone', async () => {
  const { id, key } = await somebody('grace');
  await daemon.events(`target=users:${id}`);
  assert.ok(marked().length > 0, 'it is there before');
  const preview = (await erase({ target: `users:${id}`, preview: true })).body;
  assert.equal([preview.state, preview.id, preview.eventIds], ['preview', null, []]);
  const ofEmail = preview.paths.find(({ path }: { path: string }) => path === '/changes/email');
  assert.is(ofEmail?.events, 3, JSON.stringify(preview.paths));

  const { status, body, headers } = await erase(
    { target: `users:${id}` },
    { 'x-audit-comment': 'request 12' },
  );
  assert.is(status, 200);
  assert.equal([body.state, body.events, body.values], ['done', preview.events, preview.values]);
  assert.is(headers.get('audit-event-id'), body.eventIds.join(', '));
  assert.equal(marked(), []);

  const [said] = await daemon.events('eventName=audit.erased');
  assert.equal([said!.actorId, said!.actorName, said!.context?.comment], ['1', 'Ada', 'request 12']);
  assert.is(said!.requestId, headers.get('x-request-id'));
  assert.equal(said!.changes?.asked?.next, { target: `users:${id}` });

  const changed = (await daemon.events(`target=users:${id}&eventName=users.email.changed`))[0]!;
  assert.equal(changed.changes, { email: { prev: null, next: null } });
  assert.ok(changed.redactions?.some(({ path, kind }) => path === '/changes/email' && kind === 'erased'));

  // A creation that is sent again is still known, though not what it answered.
  const again = await daemon.ask('POST', '/v1/records/users', {
    token: admin,
    body: { name: `grace ${MARK}`, email: `grace@${MARK}.example`, role: 'editor' },
    headers: { 'idempotency-key': key },
  });
  assert.equal([again.status, again.body.code], [409, 'conflict']);
  const { body: verified } = await daemon.ask('GET', '/v1/audit/verification', { token: admin });
  assert.match(verified, /"verdict":\{"ok":true/);
});

test('history, blame and state say that a value was erased, and undoing it is refused', async () => {
  const { body: note } = await daemon.ask('POST', '/v1/records/notes', {
    token: admin,
    body: { targetType: 'users', targetId: '1', data: 'first' },
  });
  await daemon.ask('PATCH', `/v1/records/notes/${note.id}`, { token: admin, body: { data: 'second' } });
  const target = `notes:${note.id}`;
  const [change] = await daemon.events(`target=${target}&action=changed`);
  assert.is((await erase({ event: change!.id, paths: ['/changes/data'] })).body.values, 1);

  const ask = async (path: string) => (await daemon.ask('GET', `/v1/audit/${path}`, { token: admin })).body;
  const state = await ask(`state?target=${target}`);
  assert.equal(state.redactions, [{ path: '/state/data', kind: 'erased' }]);
  const blame = await ask(`blame?target=${target}`);
  assert.equal(
    blame
      .filter(({ field }: { field: string }) => field === 'data')
      .map((one: { hidden: string }) => one.hidden),
    ['erased'],
  );
  const history = await ask(`history?target=${target}&limit=1`);
  assert.equal(history.data[0].events[0].redactions, [{ path: '/changes/data', kind: 'erased' }]);
  const undone = await daemon.ask('POST', '/v1/audit/reverts', { token: admin, body: { event: change!.id } });
  assert.is(undone.status, 422);
  assert.match(undone.body.detail, /values of data/);
});

test('a report that is sent again after it was erased is known by its id alone', async () => {
  const report = {
    id: 'order-17',
    action: 'created',
    timestamp: 1_700_000_000_000,
    actorType: 'users',
    actorId: '1',
    targetType: 'orders',
    targetId: '17',
    metadata: { customer: MARK },
  };
  const send = async () =>
    (await daemon.ask('POST', '/v1/audit/events', { token: admin, body: [report] })).body;
  assert.is((await send()).stored, 1);
  assert.is((await erase({ target: 'orders:17' })).body.events, 1);
  assert.equal(await send(), { stored: 0, repeated: 1, refused: [] });
  assert.equal(marked(), []);
});

test('an administrator alone may, and what is asked must make sense', async () => {
  const auditor = await daemon.person('Audrey', 'auditor');
  const refused = await daemon.ask('POST', '/v1/audit/erasures', {
    token: auditor.token,
    body: { target: 'users:1' },
  });
  assert.is(refused.status, 403);
  assert.is((await daemon.ask('GET', '/v1/audit/erasures', { token: auditor.token })).status, 403);
  const wrong: [object, number][] = [
    [{}, 422],
    [{ event: '1', target: 'users:1' }, 422],
    [{ target: 'users:' }, 422],
    [{ target: 'users' }, 422],
    [{ event: 'x' }, 422],
    [{ event: '999999' }, 404],
    [{ target: 'users:1', paths: [] }, 422],
    [{ target: 'users:1', paths: ['/targetId'] }, 422],
    [{ target: 'users:1', paths: ['/context/nothing'] }, 422],
    [{ target: 'users:1', paths: ['/changes/a/b'] }, 422],
    [{ target: 'users:1', other: true }, 422],
  ];
  const before = (await daemon.events('eventName=audit.erased')).length;
  for (const [body, status] of wrong) assert.is((await erase(body)).status, status, JSON.stringify(body));
  assert.is((await daemon.events('eventName=audit.erased')).length, before);
});

test('the list tells of those that were carried out, and a preview is a query', async () => {
  const { body } = await erase({ target: 'users:1', paths: ['/context/ip'] });
  const { body: list } = await daemon.ask('GET', '/v1/audit/erasures', { token: admin });
  assert.equal(list.data.at(-1), body);
  await erase({ actor: 'users:1', paths: ['/metadata'], preview: true });
  const [query] = await daemon.events('eventName=audit.queried&limit=1');
  assert.is(query!.context?.query, 'erasure {"actor":"users:1","paths":["/metadata"]}');
});

test.run();

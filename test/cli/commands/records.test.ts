import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as create } from '#src/cli/commands/create.js';
import { run as remove } from '#src/cli/commands/delete.js';
import { run as get } from '#src/cli/commands/get.js';
import { run as list } from '#src/cli/commands/list.js';
import { run as update } from '#src/cli/commands/update.js';
import { type CapturedIoOptions, capturedIo } from '../captured-io.js';
import { type Asked, type FakeDaemon, fakeDaemon, type Handler, type Reply } from '../fake-daemon.js';

const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
});

const NOTE = {
  id: '17',
  targetType: 'users',
  targetId: '1',
  data: 'Hello',
  creatorId: '1',
  timestamp: 1475089815000,
};
const TYPE = {
  name: 'notes',
  fields: ['targetType', 'targetId', 'fieldName', 'data', 'creatorId', 'timestamp'],
};
const ROW = '17\tusers\t1\t\tHello\t1\t2016-09-28T19:10:15.000Z\n';

/** Notes as the daemon keeps them. */
const notes: Handler = ({ method, path, headers, query }): Reply => {
  const minimal = headers.prefer === 'return=minimal';
  const events = { 'audit-event-id': 'e1', etag: '"3"' };
  if (path === '/v1/types/notes') return { body: TYPE };
  if (method === 'DELETE') return { status: 204, headers: events };
  if (method === 'POST') {
    return {
      status: 201,
      headers: { ...events, location: '/v1/records/notes/17' },
      ...(minimal ? {} : { body: NOTE }),
    };
  }
  if (method === 'PATCH') return { headers: events, ...(minimal ? {} : { body: NOTE }) };
  if (path === '/v1/records/notes/17') return { headers: events, body: NOTE };
  const next = query.get('cursor') === null ? 'second' : null;
  return { body: { data: [minimal ? { id: '17' } : NOTE], next, prev: null } };
};

interface World {
  show: { io: ReturnType<typeof capturedIo>; clock: () => number; client: ReturnType<FakeDaemon['client']> };
  out(): string;
  err(): string;
  asked(): Asked[];
}
async function world(options: CapturedIoOptions = {}, handler = notes): Promise<World> {
  const daemon = await fakeDaemon(handler);
  daemons.push(daemon);
  const io = capturedIo(options);
  return {
    show: { io, clock: Date.now, client: daemon.client() },
    out: io.out,
    err: io.err,
    asked: () => daemon.asked,
  };
}
const requests = (asked: Asked[]) => asked.map(({ method, path }) => `${method} ${path}`);

test('list: a row a record in the order of the type, times in UTC, and a cut list says so', async () => {
  const { show, out, err, asked } = await world();
  await list({ ...show, type: 'notes', flags: { limit: '1', where: ['targetType=users', 'data=a=b'] } });
  assert.is(out(), ROW);
  assert.is(err(), 'Stopped after 1; --limit N or --all shows more.\n');
  assert.is(asked().at(-1)?.query.toString(), 'targetType=users&data=a%3Db&limit=1');
});

test('list --all goes through every page', async () => {
  const { show, out, asked } = await world();
  await list({ ...show, type: 'notes', flags: { all: true } });
  assert.is(out(), ROW + ROW);
  assert.equal(
    asked()
      .slice(1)
      .map(({ query }) => query.toString()),
    ['limit=1000', 'limit=1000&cursor=second'],
  );
});

test('list --json asks for nothing but the records', async () => {
  const { show, out, asked } = await world();
  await list({ ...show, type: 'notes', flags: { json: true, all: true } });
  assert.equal(JSON.parse(out()), [NOTE, NOTE]);
  assert.equal(requests(asked()), ['GET /v1/records/notes', 'GET /v1/records/notes']);
});

test('list --fields id asks for ids alone, because showing a record is recorded', async () => {
  const { show, out, asked } = await world();
  await list({ ...show, type: 'notes', flags: { fields: 'id', all: true } });
  assert.is(out(), '17\n17\n');
  assert.ok(asked().every(({ headers }) => headers.prefer === 'return=minimal'));
});

test('list: an unknown field is found before any record is shown', async () => {
  const { show, asked } = await world();
  try {
    await list({ ...show, type: 'notes', flags: { fields: 'id,colour' } });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /It knows id, targetType, targetId, fieldName, data, creatorId, timestamp\./);
  }
  assert.equal(requests(asked()), ['GET /v1/types/notes']);
});

test('get: a field a line on a terminal, with the ETag that update takes', async () => {
  const { show, out } = await world({ terminal: true });
  await get({ ...show, object: ['notes:17'], flags: {} });
  assert.match(out(), /^id {10}17\ntargetType {2}users\n/);
  assert.match(out(), /\nETag "3"\n$/);
});

test('get --json: one object', async () => {
  const { show, out } = await world();
  await get({ ...show, object: ['notes', '17'], flags: { json: true } });
  assert.equal(JSON.parse(out()), NOTE);
});

test('create: a sentence on a terminal, without looking at the record', async () => {
  const { show, out, asked } = await world({ terminal: true });
  await create({
    ...show,
    type: 'notes',
    flags: { set: ['data=Hello'], comment: 'because', idempotencyKey: 'k' },
  });
  assert.is(out(), 'Created notes:17.\n  event e1\n');
  const [{ headers, body } = {} as Asked] = asked();
  assert.equal(
    [headers.prefer, headers['x-audit-comment'], headers['idempotency-key'], body],
    ['return=minimal', 'because', 'k', '{"data":"Hello"}'],
  );
});

test('create in a pipe: the record as a row, or as JSON', async () => {
  const pipe = await world();
  await create({ ...pipe.show, type: 'notes', flags: { set: ['data=Hello'] } });
  assert.is(pipe.out(), ROW);
  const json = await world({ stdin: '{"data":"Hello"}' });
  await create({ ...json.show, type: 'notes', flags: { file: '-', json: true } });
  assert.equal(JSON.parse(json.out()), NOTE);
});

test('create: options that do not fit are found before anything is written', async () => {
  for (const flags of [{ fields: 'colour' }, { json: true, csv: true }, { comment: 'two\nlines' }]) {
    const { show, asked } = await world();
    try {
      await create({ ...show, type: 'notes', flags: { set: ['data=x'], ...flags } });
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code?: string }).code, 'bad_request');
    }
    assert.not.ok(requests(asked()).some(request => request.startsWith('POST')));
  }
});

test('update: a merge patch, on the condition that was asked for', async () => {
  const { show, out, asked } = await world({ terminal: true, stdin: '{"data":null}' });
  await update({ ...show, object: ['notes', '17', '-'], flags: { ifMatch: '3' } });
  assert.is(out(), 'Updated notes:17.\n  event e1\n');
  const [{ method, path, headers, body } = {} as Asked] = asked();
  assert.equal([method, path, body], ['PATCH', '/v1/records/notes/17', '{"data":null}']);
  assert.equal([headers['content-type'], headers['if-match']], ['application/merge-patch+json', '"3"']);
});

test('delete: what is gone, and the event that says so', async () => {
  const terminal = await world({ terminal: true });
  await remove({ ...terminal.show, object: ['notes:17'], flags: {} });
  assert.is(terminal.out(), 'Deleted notes:17.\n  event e1\n');
  const json = await world();
  await remove({ ...json.show, object: ['notes:17'], flags: { json: true } });
  assert.equal(JSON.parse(json.out()), { type: 'notes', id: '17', events: ['e1'] });
});

test('delete: options that do not fit delete nothing', async () => {
  const { show, asked } = await world();
  try {
    await remove({ ...show, object: ['notes:17'], flags: { fields: 'data' } });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /It knows type, id, events/);
  }
  assert.equal(asked(), []);
});

const refusing =
  (errors: { field: string; reason: string }[]): Handler =>
  ({ path }) => {
    if (path.startsWith('/v1/types')) return { body: TYPE };
    const detail = errors.map(({ field, reason }) => `${field} ${reason}`).join('; ');
    return { status: 422, body: { code: 'invalid', detail: `${detail}.`, errors } };
  };

test('a text where a number belongs is told how to be one', async () => {
  const errors = [
    { field: 'total', reason: 'must be a number' },
    { field: 'tags', reason: 'must be an array' },
    { field: 'name', reason: 'is required' },
  ];
  const { show } = await world({}, refusing(errors));
  const set = ['total=12.5', 'tags=a b', 'paid:=1'];
  for (const write of [
    create({ ...show, type: 'invoices', flags: { set, json: true } }),
    update({ ...show, object: ['invoices', '1'], flags: { set, json: true } }),
  ]) {
    const { message } = await write.then(
      () => new Error('it did not fail'),
      (reason: Error) => reason,
    );
    assert.match(message, /use --set total:=12\.5\. .*use --set tags:=JSON\.$/);
    assert.not.match(message, 'paid');
  }
});

test('an update that changed nothing says so, where every change would have an event', async () => {
  const typeWith =
    (more: object): Handler =>
    ({ path }) =>
      path.startsWith('/v1/types/')
        ? { body: { ...TYPE, record: { changed: 'changes' }, schema: { properties: {} }, ...more } }
        : { headers: { etag: '"3"' } };
  const said = async (handler: Handler) => {
    const { show, out } = await world({ terminal: true }, handler);
    await update({ ...show, object: ['notes', '17'], flags: { set: ['data=Hello'] } });
    return out();
  };
  assert.is(await said(typeWith({})), 'Nothing changed: notes:17 stands so already.\n');
  assert.is(await said(typeWith({ record: { changed: 'none' } })), 'Updated notes:17.\n');
  const ignoring = { properties: { seen: { 'x-whodid': { ignored: true } } } };
  assert.is(await said(typeWith({ schema: ignoring })), 'Updated notes:17.\n');
});

test.run();

// The user's own types: full citizens of records, filters, log and roles as soon as they are defined.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;
let editor: { id: string; token: string };

const SCHEMA = {
  type: 'object',
  properties: {
    number: { type: 'string', 'x-whodid': { name: true, unique: true } },
    total: { type: 'number', minimum: 0 },
    status: { enum: ['draft', 'sent'], default: 'draft' },
    iban: { type: 'string', 'x-whodid': { secret: true } },
    touchedAt: { type: 'integer', 'x-whodid': { ignored: true } },
  },
  required: ['number', 'total'],
};

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  editor = await it.person('Edith', 'editor');
  const { status } = await it.ask('POST', '/v1/types', {
    token: admin,
    body: { name: 'invoices', schema: SCHEMA },
  });
  assert.is(status, 201);
});
test.after(() => it?.stop());

const make = (body: object) => it.ask('POST', '/v1/records/invoices', { token: editor.token, body });

test('records are validated, and unknown fields are refused by name', async () => {
  const { status, body } = await make({ number: 'A-1', total: -1, colour: 'red' });
  assert.is(status, 422);
  assert.equal(body.errors.map((fault: { field: string }) => fault.field).sort(), ['colour', 'total']);
});

test('secrets are kept out of events, the name goes into them, ignored fields make no change', async () => {
  const { body } = await make({ number: 'A-2', total: 10, iban: 'DE02 1203', touchedAt: 1 });
  assert.is(body.status, 'draft');
  const path = `/v1/records/invoices/${body.id}`;
  await it.ask('PATCH', path, { token: editor.token, body: { touchedAt: 2 } });
  await it.ask('PATCH', path, { token: editor.token, body: { iban: 'DE99 9999' } });
  await it.ask('PATCH', path, { token: editor.token, body: { total: 12, status: 'sent' } });
  const events = (await it.events(`target=invoices:${body.id}&not=action:viewed`)).reverse();
  assert.equal(
    events.map(({ eventName }) => eventName),
    ['invoices.created', 'invoices.iban.changed', 'invoices.changed'],
  );
  const [created, iban, both] = events;
  assert.is(created!.targetName, 'A-2');
  assert.equal(created!.changes!.iban, { prev: null, next: null });
  assert.equal(created!.redactions, [{ path: '/changes/iban/next', kind: 'secret' }]);
  assert.equal(
    iban!.redactions!.map(({ path }) => path),
    ['/changes/iban/prev', '/changes/iban/next'],
  );
  assert.equal(both!.changes, { total: { prev: 10, next: 12 }, status: { prev: 'draft', next: 'sent' } });
  assert.not.match(JSON.stringify(events), 'DE02');
});

test('lists filter by any declared field', async () => {
  await make({ number: 'F-1', total: 7.5 });
  const found = async (query: string) =>
    (await it.ask('GET', `/v1/records/invoices?${query}`, { token: editor.token })).body.data.map(
      (invoice: { number: string }) => invoice.number,
    );
  assert.equal(await found('total=7.5'), ['F-1']);
  assert.equal(await found('number=F-1&status=draft'), ['F-1']);
  assert.equal(await found('number=F-1&status=sent'), []);
});

test('who changed that field is a filter of the log', async () => {
  const { body } = await make({ number: 'G-1', total: 1 });
  await it.ask('PATCH', `/v1/records/invoices/${body.id}`, { token: editor.token, body: { total: 2 } });
  const events = await it.events(`target=invoices:${body.id}&field=total&action=changed`);
  assert.equal(
    events.map(({ actorId }) => actorId),
    [editor.id],
  );
});

test('a new version must fit the records that exist, and says which do not', async () => {
  const strict = {
    ...SCHEMA,
    properties: { ...SCHEMA.properties, total: { type: 'number', minimum: 1_000 } },
  };
  const { status, body } = await it.ask('PUT', '/v1/types/invoices', {
    token: admin,
    body: { schema: strict },
  });
  assert.is(status, 409);
  assert.match(body.detail, /\d+ of the records of invoices do not fit .*invoices \d+: total/);
  const wider = {
    ...SCHEMA,
    properties: { ...SCHEMA.properties, memo: { type: 'string', default: 'none' } },
  };
  const revised = await it.ask('PUT', '/v1/types/invoices', { token: admin, body: { schema: wider } });
  assert.is(revised.body.version, 2);
  const { data } = (await it.ask('GET', '/v1/records/invoices?limit=1', { token: admin })).body;
  assert.is(data[0].memo, 'none');
  assert.is((await it.events('target=types:invoices&action=changed'))[0]!.eventName, 'type.changed');
});

test('how much of each action is recorded', async () => {
  const record = { viewed: 'none', created: 'metadata', changed: 'changes', deleted: 'none' };
  await it.ask('POST', '/v1/types', {
    token: admin,
    body: { name: 'drafts', schema: { type: 'object', properties: { a: {} } }, record },
  });
  const { body } = await it.ask('POST', '/v1/records/drafts', { token: editor.token, body: { a: 1 } });
  await it.ask('PATCH', `/v1/records/drafts/${body.id}`, { token: editor.token, body: { a: 2 } });
  await it.ask('DELETE', `/v1/records/drafts/${body.id}`, { token: editor.token });
  const events = (await it.events(`target=drafts:${body.id}`)).reverse();
  assert.equal(
    events.map(({ action }) => action),
    ['created', 'changed'],
  );
  assert.equal([events[0]!.changes, events[1]!.changes], [undefined, { a: { prev: 1, next: 2 } }]);
});

test('a type with records goes only with them, each with its event', async () => {
  await it.ask('POST', '/v1/types', {
    token: admin,
    body: { name: 'bins', schema: { type: 'object', properties: { a: {} } } },
  });
  for (const a of [1, 2, 3]) await it.ask('POST', '/v1/records/bins', { token: editor.token, body: { a } });
  assert.is((await it.ask('DELETE', '/v1/types/bins', { token: admin })).status, 409);
  assert.is((await it.ask('DELETE', '/v1/types/bins?purge=true', { token: admin })).status, 204);
  assert.is((await it.events('target=bins:&action=deleted')).length, 3);
  assert.is((await it.ask('GET', '/v1/records/bins', { token: admin })).status, 404);
  await it.ask('POST', '/v1/types', {
    token: admin,
    body: { name: 'bins', schema: { type: 'object', properties: { a: {} } } },
  });
  const { body } = await it.ask('POST', '/v1/records/bins', { token: editor.token, body: { a: 4 } });
  assert.is(body.id, '4', 'ids go on');
});

test('built-in types stay, and only administrators define', async () => {
  assert.is((await it.ask('PUT', '/v1/types/users', { token: admin, body: { schema: SCHEMA } })).status, 409);
  assert.is((await it.ask('DELETE', '/v1/types/notes?purge=true', { token: admin })).status, 409);
  const mine = { name: 'mine', schema: { type: 'object', properties: { a: {} } } };
  assert.is((await it.ask('POST', '/v1/types', { token: editor.token, body: mine })).status, 403);
  assert.is(
    (await it.ask('POST', '/v1/types', { token: admin, body: { ...mine, name: 'sessions' } })).status,
    422,
  );
});

test('defined types are there after a restart', async () => {
  await it.restart();
  assert.is((await make({ number: 'R-1', total: 3 })).status, 201);
  assert.is((await make({ number: 'R-1', total: 3 })).status, 409);
  assert.is((await make({ number: 'r-1', total: 3 })).status, 201);
});

test.run();

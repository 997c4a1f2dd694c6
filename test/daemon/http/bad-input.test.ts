// Bad input: a 4xx problem that names the field and the reason, never a 5xx, never a crash.
import { request as httpRequest } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AskOptions, type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let token: string;

test.before(async () => {
  it = await temporaryDaemon();
  token = await it.login();
});
test.after(() => it?.stop());

const NOTE = { targetType: 'users', targetId: '1', data: 'x' };
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** What is sent, the status it gets, the field that is named (if one is), and a word of the reason. */
const CASES: [
  what: string,
  method: string,
  path: string,
  options: AskOptions,
  status: number,
  field: string | null,
  words: RegExp,
][] = [
  ['malformed JSON', 'POST', '/v1/records/notes', { raw: '{"a":' }, 400, null, /JSON/],
  ['an empty body', 'POST', '/v1/records/notes', { raw: '' }, 400, null, /empty|JSON/],
  [
    'bytes that are not UTF-8',
    'POST',
    '/v1/records/notes',
    { raw: new Uint8Array([0x22, 0xff, 0x22]) },
    400,
    null,
    /UTF-8/,
  ],
  ['an array for a record', 'POST', '/v1/records/notes', { body: [] }, 422, null, /object/],
  ['null for a record', 'POST', '/v1/records/notes', { raw: 'null' }, 422, null, /object/],
  [
    'an unknown field',
    'POST',
    '/v1/records/notes',
    { body: { ...NOTE, colour: 'red' } },
    422,
    'colour',
    /not a field/,
  ],
  [
    'a missing field',
    'POST',
    '/v1/records/notes',
    { body: { ...NOTE, data: undefined } },
    422,
    'data',
    /required/,
  ],
  ['a wrong type', 'POST', '/v1/records/notes', { body: { ...NOTE, data: 7 } }, 422, 'data', /string/],
  [
    'a lone surrogate',
    'POST',
    '/v1/records/notes',
    { raw: JSON.stringify({ ...NOTE, data: 'x\ud800' }) },
    422,
    'data',
    /surrogate/,
  ],
  ['U+0000', 'POST', '/v1/records/notes', { body: { ...NOTE, data: 'a\u0000b' } }, 422, 'data', /U\+0000/],
  [
    'a number that no double holds',
    'POST',
    '/v1/records/notes',
    { raw: '{"data":12345678901234567890}' },
    422,
    'data',
    /64-bit float/,
  ],
  ['an infinite number', 'POST', '/v1/records/notes', { raw: '{"data":1e999}' }, 422, 'data', /finite/],
  [
    'a poisoned prototype',
    'POST',
    '/v1/records/notes',
    { raw: '{"__proto__":{"a":1}}' },
    422,
    null,
    /__proto__|proto/,
  ],
  [
    'a body that nests without end',
    'POST',
    '/v1/records/notes',
    { raw: `{"data":${deep(10_000)}}` },
    422,
    null,
    /nest|deep/,
  ],
  [
    'a body over 1 MiB',
    'POST',
    '/v1/records/notes',
    { body: { ...NOTE, data: 'x'.repeat(1_100_000) } },
    413,
    null,
    /1 MiB/,
  ],
  [
    'another media type',
    'POST',
    '/v1/records/notes',
    { raw: 'a=b', headers: { 'content-type': 'text/plain' } },
    415,
    null,
    /media type/,
  ],
  ['an unknown type', 'GET', '/v1/records/unicorns', {}, 404, null, /unicorns/],
  ['a type that cannot be one', 'GET', '/v1/records/%00', {}, 404, null, /type/],
  ['an id that is none', 'GET', '/v1/records/users/abc', {}, 404, null, /abc/],
  ['a broken percent-encoding', 'GET', '/v1/records/users/%zz', {}, 400, null, /address/],
  ['a wrong method', 'PUT', '/v1/records/users/1', { body: {} }, 405, null, /PATCH/],
  ['a wrong address', 'GET', '/v1/nothing', {}, 404, null, /nothing/],
  ['a filter on no field', 'GET', '/v1/records/users?colour=red', {}, 400, 'colour', /not a field/],
  ['a limit of nothing', 'GET', '/v1/records/users?limit=0', {}, 400, 'limit', /1 to 1000/],
  ['a limit of too much', 'GET', '/v1/records/users?limit=1001', {}, 400, 'limit', /1 to 1000/],
  ['an order that is none', 'GET', '/v1/records/users?order=up', {}, 400, 'order', /asc or desc/],
  ['a cursor of nobody', 'GET', '/v1/records/users?cursor=xyz', {}, 400, 'cursor', /not one/],
  [
    'If-Match of nothing',
    'PATCH',
    '/v1/records/users/1',
    { body: { name: 'A' }, headers: { 'if-match': 'three' } },
    400,
    'If-Match',
    /ETag/,
  ],
  [
    'an Idempotency-Key with spaces',
    'POST',
    '/v1/records/notes',
    { body: NOTE, headers: { 'idempotency-key': 'a b' } },
    400,
    'Idempotency-Key',
    /ASCII/,
  ],
  ['an audit limit that is none', 'GET', '/v1/audit/events?limit=ten', {}, 400, 'limit', /.+/],
  ['an unknown filter', 'GET', '/v1/audit/events?who=me', {}, 400, 'who', /.+/],
  ['an actor that is none', 'GET', '/v1/audit/events?actor=me', {}, 400, 'actor', /TYPE:ID/],
  ['an action that is none', 'GET', '/v1/audit/events?action=eaten', {}, 400, 'action', /viewed/],
  ['a date that is none', 'GET', '/v1/audit/events?since=2024-02-30T00:00:00Z', {}, 400, 'since', /.+/],
  ['time that runs backwards', 'GET', '/v1/audit/events?since=20&until=10', {}, 400, null, /.+/],
  ['an exclusion of nothing', 'GET', '/v1/audit/events?not=viewed', {}, 400, 'not', /.+/],
  ['a bad audit cursor', 'GET', '/v1/audit/events?cursor=e30', {}, 400, 'cursor', /.+/],
  ['an event that is none', 'GET', '/v1/audit/events/1e17', {}, 404, null, /1e17/],
  ['a summary by nothing', 'GET', '/v1/audit/summary?by=mood', {}, 400, 'by', /actor/],
  ['a place in the log that is none', 'GET', '/v1/audit/stream?after=x', {}, 400, 'Last-Event-ID', /seq/],
  ['a place beyond the log', 'GET', '/v1/audit/stream?after=999999', {}, 400, 'Last-Event-ID', /beyond/],
  [
    'credentials of the wrong type',
    'POST',
    '/v1/sessions',
    { body: { email: 1, password: 'x' } },
    422,
    'email',
    /string/,
  ],
  [
    'credentials with more',
    'POST',
    '/v1/sessions',
    { body: { email: 'a', password: 'x', role: 'admin' } },
    422,
    'role',
    /.+/,
  ],
  ['a short password', 'PUT', '/v1/users/1/password', { body: { password: 'short' } }, 422, 'password', /8/],
  [
    'a token for a role that is none',
    'POST',
    '/v1/tokens',
    { body: { name: 'x', role: 'god', expiresAt: 9e12 } },
    422,
    'role',
    /.+/,
  ],
  [
    'a token that has expired',
    'POST',
    '/v1/tokens',
    { body: { name: 'x', role: 'viewer', expiresAt: 1 } },
    422,
    'expiresAt',
    /past/,
  ],
  [
    'a reporter of everything',
    'POST',
    '/v1/tokens',
    { body: { name: 'x', role: 'reporter', expiresAt: Date.now() + 1e6 } },
    422,
    'actorTypes',
    /required/,
  ],
  [
    'a type whose schema is none',
    'POST',
    '/v1/types',
    { body: { name: 'things', schema: { type: 'array' } } },
    422,
    null,
    /.+/,
  ],
  ['a type with a bad name', 'POST', '/v1/types', { body: { name: '9', schema: {} } }, 422, 'name', /.+/],
  [
    'a correlation that is not UTF-8',
    'GET',
    '/v1/me',
    { headers: { 'x-correlation-id': '\xff' } },
    400,
    'x-correlation-id',
    /UTF-8/,
  ],
  [
    'a single bad event',
    'POST',
    '/v1/audit/events',
    { body: { action: 'eaten', timestamp: 1, actorType: 'a', actorId: 'b', targetType: 'c', targetId: 'd' } },
    422,
    'action',
    /action/,
  ],
];

for (const [what, method, path, options, status, field, words] of CASES) {
  test(`${what}: ${status}`, async () => {
    const answer = await it.ask(method, path, { token, ...options });
    assert.is(answer.status, status, JSON.stringify(answer.body));
    assert.match(answer.headers.get('content-type')!, 'application/problem+json');
    assert.equal(
      [answer.body.status, typeof answer.body.code, typeof answer.body.title],
      [status, 'string', 'string'],
    );
    const said = `${answer.body.detail} ${JSON.stringify(answer.body.errors ?? [])}`;
    assert.match(said, words);
    if (field !== null) {
      const named = (answer.body.errors ?? []).map((fault: { field: string }) => fault.field);
      assert.ok(named.includes(field), `names ${field}: ${said}`);
    }
  });
}

test('a wrong method says which are right', async () => {
  const { headers } = await it.ask('DELETE', '/v1/me', { token });
  assert.is(headers.get('allow'), 'GET');
});

test('a foreign Host and any Origin are refused on TCP', async () => {
  const { hostname, port } = new URL(it.url);
  const status = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      httpRequest({ hostname, port, path: '/healthz', headers }, response => {
        response.resume();
        resolve(response.statusCode!);
      })
        .on('error', reject)
        .end();
    });
  assert.is(await status({}), 200);
  assert.is(await status({ host: 'evil.example' }), 403);
  assert.is(await status({ origin: 'http://localhost' }), 403);
});

test('after all of this the daemon has complained of nothing unexpected, and still works', async () => {
  assert.equal(
    it.logged.filter(line => line.includes('unexpectedly')),
    [],
  );
  assert.is((await it.ask('GET', '/v1/me', { token })).status, 200);
});

test.run();

// Every route of the API document gets every kind of bad input: always a 4xx problem, never a 5xx, never a crash.
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, type AskOptions, type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let token: string;
let routes: { method: string; template: string; path: string; takesBody: boolean; parameters: string[] }[];

const SCHEMA = { type: 'object', properties: { number: { type: 'string' } } };
const PATH_VALUES: Record<string, string> = { type: 'notes', id: '1', name: 'things' };

/** A body that each route would take. */
const GOOD_BODIES: Record<string, object> = {
  'POST /v1/sessions': { email: 'nobody@example.com', password: 'x' },
  'POST /v1/sessions/refresh': { refreshToken: 'x' },
  'PUT /v1/users/{id}/password': { password: 'long enough' },
  'POST /v1/tokens': { name: 'x', role: 'viewer', expiresAt: Date.now() + 3_600_000 },
  'POST /v1/types': { name: 'others', schema: SCHEMA },
  'PUT /v1/types/{name}': { schema: SCHEMA },
  'POST /v1/records/{type}': { targetType: 'users', targetId: '1', data: 'x' },
  'PATCH /v1/records/{type}/{id}': { data: 'x' },
  'POST /v1/audit/events': {
    action: 'viewed',
    timestamp: 1,
    actorType: 'robots',
    actorId: '1',
    targetType: 'files',
    targetId: '1',
  },
  'POST /v1/audit/reverts': { event: '01900000-0000-7000-8000-000000000000' },
  'POST /v1/audit/erasures': { event: '01900000-0000-7000-8000-000000000000', paths: ['/context/ip'] },
  'POST /v1/backups': { directory: '/nowhere/at/all' },
};

/** Parameters without which a route refuses all others. */
const NEEDED: Record<string, string> = {
  '/v1/audit/summary': 'by=actor&',
  '/v1/audit/history': 'target=notes:1&',
  '/v1/audit/blame': 'target=notes:1&',
  '/v1/audit/state': 'target=notes:1&',
  '/v1/audit/proofs/inclusion': 'event=x&',
  '/v1/audit/proofs/consistency': 'from=0&',
};

const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;

/** What is put into a member that no route knows. */
const BAD_VALUES: [what: string, json: string][] = [
  ['an unknown field', '1'],
  ['a lone surrogate', '"\\ud800"'],
  ['U+0000', '"a\\u0000"'],
  ['a number beyond doubles', '1e400'],
  ['a number that no double holds', '12345678901234567890'],
  ['endless nesting', deep],
  ['a repeated key', '1,"surprise":2'],
];

const BAD_BODIES: [what: string, options: (good: string) => AskOptions, status: number | undefined][] = [
  ['malformed JSON', good => ({ raw: good.slice(0, -1) }), 400],
  ['an empty body', () => ({ raw: '' }), 400],
  ['a number', () => ({ raw: '17' }), 422],
  ['a string', () => ({ raw: '"x"' }), 422],
  ['null', () => ({ raw: 'null' }), 422],
  ['invalid UTF-8', () => ({ raw: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }), 400],
  ['a body over 1 MiB', good => ({ raw: good + ' '.repeat(1_100_000) }), 413],
  ['another media type', good => ({ raw: good, headers: { 'content-type': 'text/plain' } }), 415],
  ['no media type that is one', good => ({ raw: good, headers: { 'content-type': 'x' } }), 415],
  ['a compressed body', good => ({ raw: good, headers: { 'content-encoding': 'gzip' } }), 415],
  ['an encoding that is none', good => ({ raw: good, headers: { 'content-encoding': 'bogus' } }), 415],
  [
    'a merge of lines',
    good => ({ raw: good.slice(0, 5), headers: { 'content-type': 'application/json;a' } }),
    undefined,
  ],
];

const BAD_PARAMETERS = [
  'surprise=1',
  '__proto__=1',
  'constructor=1',
  'toString=1',
  'limit=0',
  'limit=1&limit=2',
  'order=up',
  'cursor=xyz',
  'cursor=',
  'since=yesterday-ish',
  'until=2024-13-01T00:00:00Z',
  'time=never',
  'seq=-1',
  'actor=me',
  'target=x',
  'action=eaten',
  'outcome=odd',
  'not=viewed',
  'not=constructor:x',
  'eventName=%00',
  'after=x',
];

test.before(async () => {
  it = await temporaryDaemon();
  token = await it.login();
  const make = (path: string, body: object) => it.ask('POST', path, { token, body });
  assert.is((await make('/v1/types', { name: 'things', schema: SCHEMA })).status, 201);
  assert.is((await make('/v1/records/notes', GOOD_BODIES['POST /v1/records/{type}']!)).status, 201);
  interface Operation {
    requestBody?: object;
    parameters?: { in: string; name: string }[];
  }
  const { body } = await it.ask('GET', '/v1/openapi.json', { token });
  const paths = body.paths as Record<string, Record<string, Operation>>;
  routes = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { requestBody, parameters = [] }]) => ({
      method: method.toUpperCase(),
      template,
      path: template.replace(/\{(\w+)\}/g, (_, name: string) => PATH_VALUES[name]!),
      takesBody: requestBody !== undefined,
      parameters: parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name),
    })),
  );
});
test.after(() => it?.stop());

/** What is wrong with an answer to bad input; nothing if it is a problem as it should be. */
function flaw(answer: Answer, status?: number, field?: string): string | undefined {
  const { body } = answer;
  const named = (body.errors ?? []).map((fault: { field: string }) => fault.field);
  const isProblem =
    answer.status >= 400 &&
    answer.status < 500 &&
    answer.headers.get('content-type')?.startsWith('application/problem+json') &&
    body.status === answer.status &&
    typeof body.detail === 'string' &&
    body.detail.length > 10 &&
    answer.headers.has('x-request-id');
  const isRight = status === undefined || answer.status === status;
  const isNamed = field === undefined || named.some((name: string) => name.split('/')[0] === field);
  if (isProblem && isRight && isNamed) return undefined;
  return `${answer.status} ${JSON.stringify(body).slice(0, 200)}, not ${status ?? '4xx'} ${field ?? ''}`;
}

const named = ({ method, template }: (typeof routes)[number]) => `${method} ${template}`;

test('the sweep knows a good body of each route that takes one', () => {
  const bodies = routes.filter(({ takesBody }) => takesBody).map(named);
  assert.equal(bodies.sort(), Object.keys(GOOD_BODIES).sort());
});

for (const [what, json] of BAD_VALUES) {
  test(`${what} is refused by its name, whatever the route`, async () => {
    const flaws: string[] = [];
    for (const route of routes.filter(({ takesBody }) => takesBody)) {
      const raw = `${JSON.stringify(GOOD_BODIES[named(route)]).slice(0, -1)},"surprise":${json}}`;
      const found = flaw(await it.ask(route.method, route.path, { token, raw }), 422, 'surprise');
      if (found !== undefined) flaws.push(`${named(route)}: ${found}`);
    }
    assert.equal(flaws, []);
  });
}

for (const [what, options, status] of BAD_BODIES) {
  test(`${what} is refused, whatever the route`, async () => {
    const flaws: string[] = [];
    for (const route of routes.filter(({ takesBody }) => takesBody)) {
      const bad = options(JSON.stringify(GOOD_BODIES[named(route)]));
      const found = flaw(await it.ask(route.method, route.path, { token, ...bad }), status);
      if (found !== undefined) flaws.push(`${named(route)}: ${found}`);
    }
    assert.equal(flaws, []);
  });
}

for (const parameter of BAD_PARAMETERS) {
  test(`?${parameter} is refused by its name, wherever there are parameters`, async () => {
    const flaws: string[] = [];
    const name = parameter.split('=')[0]!;
    for (const route of routes.filter(
      ({ method, parameters }) => method === 'GET' && parameters.length > 0,
    )) {
      // What the stream calls `after` comes as a header, too, and is named after that.
      const field = name === 'after' && route.template === '/v1/audit/stream' ? 'Last-Event-ID' : name;
      const needed = NEEDED[route.template]?.replace(`${name}=`, 'surprise=') ?? '';
      const answer = await it.ask('GET', `${route.path}?${needed}${parameter}`, { token });
      const found = flaw(answer, 400, needed.startsWith('surprise') ? undefined : field);
      if (found !== undefined) flaws.push(`${named(route)}: ${found}`);
    }
    assert.equal(flaws, []);
  });
}

test('a bad token, a bad address and a wrong method are refused, whatever the route', async () => {
  const flaws: string[] = [];
  const check = async (what: string, status: number | undefined, asked: Promise<Answer>) => {
    const found = flaw(await asked, status);
    if (found !== undefined) flaws.push(`${what}: ${found}`);
  };
  for (const route of routes) {
    const { method, template, path } = route;
    const isPublic = /^\/(v1\/sessions(\/refresh)?|healthz|\.well-known.*)$/.test(template);
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
    if (!isPublic || (template === '/v1/sessions' && method === 'GET')) {
      for (const bad of ['x', 'whodid_x', 'a.b.c', `${token}x`])
        await check(
          `${method} ${path} with ${bad.slice(0, 8)}`,
          401,
          it.ask(method, path, { ...body, token: bad }),
        );
      await check(
        `${method} ${path} as Basic`,
        401,
        it.ask(method, path, { ...body, headers: { authorization: 'Basic eDp5' } }),
      );
    }
    for (const query of ['field=%zz', 'field=%ED%A0%80'])
      await check(`${method} ${path}?${query}`, 400, it.ask(method, `${path}?${query}`, { ...body, token }));
    await check(`PROPFIND ${path}`, 405, it.ask('PROPFIND', path, { token }));
    await check(`OPTIONS ${path}`, 405, it.ask('OPTIONS', path, { token }));
    if (path !== template) {
      const last = path.replace(/[^/]+$/, '');
      if (!template.endsWith('}')) continue;
      await check(`${method} ${last}%zz`, 400, it.ask(method, `${last}%zz`, { ...body, token }));
      await check(
        `${method} ${last}long`,
        414,
        it.ask(method, `${last}${'x'.repeat(7_000)}`, { ...body, token }),
      );
      await check(`${method} ${last}%00`, undefined, it.ask(method, `${last}%00`, { ...body, token }));
    }
  }
  assert.equal(flaws, []);
});

test('names that every object has are no types, no ids and no fields', async () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    for (const path of [
      `/v1/records/${name}`,
      `/v1/records/${name}/1`,
      `/v1/types/${name}`,
      `/v1/records/notes/${name}`,
    ])
      assert.is((await it.ask('GET', path, { token })).status, 404, path);
    const raw = `{"targetType":"users","targetId":"1","data":"x",${JSON.stringify(name)}:1}`;
    assert.is((await it.ask('POST', '/v1/records/notes', { token, raw })).status, 422, name);
  }
});

/** Sends bytes as they are; what comes back until the connection ends or is quiet with an answer. */
function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(it.url);
  return new Promise(resolve => {
    const socket = connect(Number(port), hostname, () => socket.end(bytes, 'latin1'));
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', chunk => {
      text += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

const HEAD = 'POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const GARBAGE: [what: string, bytes: string][] = [
  ['noise', '\x00\xff\x13\x37 noise\r\n\r\n'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['nothing', ''],
  ['half a request', 'GET /v1/me HT'],
  ['a version that is none', 'GET /healthz HTTP/9.9\r\n\r\n'],
  ['a method that is none', 'FETCH /v1/me HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n'],
  ['no Host', 'GET /v1/me HTTP/1.1\r\n\r\n'],
  ['two Hosts', 'GET /v1/me HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n'],
  ['another address', 'GET http://evil.example/v1/me HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
  ['a header without a colon', `${HEAD}oops\r\n\r\n`],
  ['a NUL in a header', `${HEAD}X-Audit-Comment: a\x00b\r\n\r\n`],
  ['a header of 20 KB', `${HEAD}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['an address of 20 KB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
  ['a negative length', `${HEAD}Content-Length: -1\r\n\r\n{}`],
  ['two lengths', `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
  ['a length and chunks', `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['chunks that are none', `${HEAD}Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n`],
  ['a chunk that ends early', `${HEAD}Transfer-Encoding: chunked\r\n\r\nff\r\n{}`],
  ['a coding that is none', `${HEAD}Transfer-Encoding: bogus\r\n\r\n{}`],
  ['a body that ends early', `${HEAD}Content-Length: 100\r\n\r\n{}`],
];
for (const [what, bytes] of GARBAGE) {
  test(`${what} on the wire gets a 4xx or nothing`, async () => {
    const answer = await raw(bytes);
    assert.ok(answer === '' || /^HTTP\/1\.1 4\d\d /.test(answer), answer.slice(0, 200));
    // Node itself answers what has no Host, with a 400 without a body.
    if (answer !== '' && what !== 'no Host') assert.match(answer.toLowerCase(), 'application/problem+json');
    assert.is((await it.ask('GET', '/healthz')).status, 200);
  });
}

test('after all of this the daemon has complained of nothing unexpected, and still works', async () => {
  assert.equal(
    it.logged.filter(line => line.includes('unexpectedly')),
    [],
  );
  assert.is((await it.ask('GET', '/v1/me', { token })).status, 200);
});

test.run();

// Requests to every route, generated from the API document and sent as every role and as nobody: never a 5xx, never a
// crash, and nobody does what the table of roles (docs/roles.md) does not let them.
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ADMIN, type TemporaryDaemon, temporaryDaemon } from '../daemon/temporary-daemon.js';
import { howMany, progress, seed } from '../full-form.js';
import { type ApiDocument, type GeneratedRequest, requestArbitrary } from './request-arbitrary.js';

const REQUESTS = howMany('WHODID_TEST_REQUESTS', 1_500, 100_000);

/** Asked at once. */
const AT_ONCE = 24;

/** A new daemon, in requests: some ask for the whole log, which grows by most of the others. */
const DAEMON_EVERY = 5_000;

/** New tokens for everybody, in requests: sessions end, and users are deleted and lowered, by what is generated. */
const ANEW_EVERY = 600;

/** More flaws than these say nothing new. */
const MOST_FLAWS = 5;

const ROLES = ['admin', 'editor', 'viewer', 'auditor'] as const;
type Who = (typeof ROLES)[number] | 'reporter' | 'nobody';

const READS = /^(GET|HEAD) /;
const OWN =
  /^(GET \/v1\/sessions|DELETE \/v1\/sessions\/\{id\}|GET \/v1\/tokens|POST \/v1\/tokens|DELETE \/v1\/tokens\/\{id\}|PUT \/v1\/users\/\{id\}\/password)$/;
const PUBLIC = /^(POST \/v1\/sessions(\/refresh)?|GET \/healthz|GET \/\.well-known\/jwks\.json)$/;
const EVERYBODY =
  /^GET (\/v1\/(me|status|types(\/\{name\})?|keys|openapi\.json|audit\/checkpoint)|\/v1\/audit\/events\/\{id\})$/;
const RECORDS = /^(POST|PATCH|DELETE) \/v1\/records\//;
const ONE_OBJECT = /^GET \/v1\/audit\/(events|summary|stats|history|blame|state|stream|events\/\{id\})$/;

/** Whether the table of roles lets `who` succeed with a request like this one, whatever the objects. */
function mayEver(who: Who, { method, template }: GeneratedRequest, path: string): boolean {
  const route = `${method} ${template}`;
  if (PUBLIC.test(route) || who === 'admin') return true;
  if (who === 'nobody') return false;
  if (EVERYBODY.test(route)) return true;
  if (who === 'reporter') return route === 'POST /v1/audit/events';
  if (OWN.test(route)) return true;
  if (who === 'auditor') return READS.test(route) && !template.startsWith('/v1/backups');
  if (READS.test(route) && template.startsWith('/v1/records/')) return true;
  if (who === 'editor' && RECORDS.test(route))
    return method === 'PATCH' || !path.startsWith('/v1/records/users');
  if (who === 'editor' && route === 'POST /v1/audit/reverts') return true;
  // One's own name, and what is one's own in the log.
  if (route === 'PATCH /v1/records/{type}/{id}') return path.startsWith('/v1/records/users');
  if (route === 'POST /v1/audit/reverts') return true;
  return ONE_OBJECT.test(route);
}

/** A token for every role: of people made anew, since what was generated may have undone the last ones. */
async function tokens(it: TemporaryDaemon, round: number): Promise<Map<Who, string | undefined>> {
  const admin = await it.login();
  const all = new Map<Who, string | undefined>([
    ['nobody', undefined],
    ['admin', admin],
  ]);
  for (const role of ROLES.slice(1)) all.set(role, (await it.person(`${role}${round}`, role)).token);
  const { body } = await it.ask('POST', '/v1/tokens', {
    token: admin,
    body: {
      name: 'reporting',
      role: 'reporter',
      expiresAt: Date.now() + 86_400_000,
      actorTypes: ['robots'],
      targetTypes: ['files'],
    },
  });
  all.set('reporter', body.token);
  return all;
}

/** What is wrong with an answer; nothing if it is one that there may be. */
async function flaw(
  it: TemporaryDaemon,
  who: Who,
  token: string | undefined,
  request: GeneratedRequest,
): Promise<string | undefined> {
  const ending = new AbortController();
  const { method, template, path, body } = request;
  const response = await fetch(`${it.url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
    signal: ending.signal,
  });
  const { status } = response;
  // A stream does not end by itself.
  if (template === '/v1/audit/stream') ending.abort();
  else await response.text();
  const told = `${status} to ${who}: ${method} ${path} ${body ?? ''}`.slice(0, 600);
  if (status >= 500) return told;
  if (status < 300 && !mayEver(who, request, path)) return told;
  return undefined;
}

/** Requests of everything that the API document lists, about things that are there or could be. */
async function requestsTo(it: TemporaryDaemon): Promise<fc.Arbitrary<GeneratedRequest>> {
  const admin = await it.login();
  const { body } = await it.ask('GET', '/v1/openapi.json', { token: admin });
  await it.ask('POST', '/v1/types', {
    token: admin,
    body: { name: 'things', schema: { type: 'object', properties: { title: { type: 'string' } } } },
  });
  for (const title of ['one', 'two', 'three'])
    await it.ask('POST', '/v1/records/things', { token: admin, body: { title } });
  return requestArbitrary(body as ApiDocument, {
    words: ['1', 'title', 'users', 'files', 'a b', '<b>', '__proto__', 'x'.repeat(600), ''],
    named: {
      type: ['users', 'notes', 'things'],
      name: ['things', 'notes', 'others', 'Eve'],
      id: ['1', '2', '3', '4', '5', '9', 'current'],
      target: ['things:1', 'things:2', 'users:1', 'notes:1', 'things:', 'files:1'],
      actor: ['users:1', 'users:2', 'robots:1', 'system:daemon'],
      onBehalfOf: ['users:1'],
      action: ['viewed', 'created,changed', 'deleted'],
      outcome: ['success', 'denied,failure'],
      not: ['action:viewed', 'actor:users:1'],
      field: ['title', 'email', 'data'],
      since: ['0', '2026-01-01T00:00:00Z'],
      until: ['2027-01-01T00:00:00Z'],
      time: ['2027-01-01T00:00:00Z', '0'],
      seq: ['1', '5', '20'],
      event: ['1', '2', '5', '12', '30'],
      from: ['0', '1', '5'],
      by: ['actor', 'target', 'action', 'day', 'field'],
      timeZone: ['UTC', 'Europe/Vienna', 'Nowhere/Else'],
      paths: ['/changes', '/changes/title', '/actorName', '/context/ip', '/metadata'],
      password: ['long enough'],
      currentPassword: ['long enough'],
      email: ['eve@example.com', 'mallory@example.com'],
      actorType: ['robots'],
      actorTypes: ['robots'],
      actorId: ['1', '2'],
      targetType: ['files'],
      targetTypes: ['files'],
      targetId: ['1', '2'],
      directory: [join(it.home, '..', 'backup')],
    },
    records: [
      { title: 'four' },
      { title: null },
      { targetType: 'things', targetId: '1', data: 'why' },
      { data: 'because' },
      { name: 'Eve', email: 'eve@example.com' },
      { name: 'Mallory' },
    ],
  });
}

/** Not what would lock the test out for good, and no copies of the databases by the hundred. */
const isKept = ({ template, body = '' }: GeneratedRequest, who: Who) =>
  !(who === 'admin' && template === '/v1/users/{id}/password' && body.includes(ADMIN.password)) &&
  !(who === 'admin' && template === '/v1/records/{type}/{id}' && /"(email|disabled|role)"/.test(body));

/** Asks a daemon of its own `count` times and more, and calls `tell` with how often. @returns that, and what was wrong */
async function askDaemon(
  count: number,
  started: number,
  tell: (more: number) => void,
): Promise<{ asked: number; flaws: string[] }> {
  const it = await temporaryDaemon();
  try {
    const requests = await requestsTo(it);
    const flaws: string[] = [];
    let people = new Map<Who, string | undefined>();
    let asked = 0;
    for (let round = 0; asked < count && flaws.length <= MOST_FLAWS; round += 1) {
      if (round % Math.ceil(ANEW_EVERY / AT_ONCE) === 0) people = await tokens(it, round);
      const batch = fc
        .sample(fc.tuple(fc.constantFrom(...people.keys()), requests), {
          numRuns: AT_ONCE,
          seed: started + round,
        })
        .filter(([who, request]) => isKept(request, who));
      asked += batch.length;
      tell(batch.length);
      const found = await Promise.all(batch.map(([who, request]) => flaw(it, who, people.get(who), request)));
      flaws.push(...found.filter(said => said !== undefined));
    }
    flaws.push(...it.logged.filter(line => line.includes('unexpectedly')));
    const { status } = await it.ask('GET', '/healthz');
    if (status !== 200) flaws.push(`${status} to GET /healthz after all that`);
    return { asked, flaws };
  } finally {
    await it.stop();
  }
}

test('whatever is asked, there is no 5xx, no crash, and nothing that a role may not', async () => {
  const started = seed();
  const ahead = progress('requests', REQUESTS);
  let total = 0;
  for (let round = 0; total < REQUESTS; round += 1) {
    const count = Math.min(DAEMON_EVERY, REQUESTS - total);
    const { asked, flaws } = await askDaemon(count, started + round * DAEMON_EVERY, ahead);
    assert.equal(flaws.slice(0, MOST_FLAWS), []);
    total += asked;
  }
  process.stdout.write(`${total} requests, ${Math.ceil(total / DAEMON_EVERY)} daemons `);
});

test.run();

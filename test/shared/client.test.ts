import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createRawServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createClient } from '#src/shared/client.js';
import { checkSocketOwner, endpointName, urlEndpoint } from '#src/shared/endpoint.js';
import { segment } from '#src/shared/exchange.js';
import type { Problem } from '#src/shared/problem.js';
import { type FakeDaemon, fakeDaemon, type Handler, problemReply } from '../cli/fake-daemon.js';

const dir = mkdtempSync(join(tmpdir(), 'whodid-client-'));
const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
  rmSync(dir, { recursive: true });
});
async function daemonThat(handler: Handler): Promise<FakeDaemon> {
  const daemon = await fakeDaemon(handler);
  daemons.push(daemon);
  return daemon;
}
async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  try {
    await promise;
  } catch (error) {
    return error as Problem;
  }
  throw new Error('nothing was thrown');
}

test('speaks through a Unix socket', async () => {
  const path = join(dir, 's.sock');
  const server = createServer((_request, response) => response.end('{"id":"1"}'));
  await new Promise<void>(resolve => server.listen(path, resolve));
  const client = createClient({ endpoint: { kind: 'socket', path } });
  assert.equal(await client.me(), { id: '1' } as never);
  client.close();
  await new Promise(resolve => server.close(resolve));
});

test('a write carries its conditions and tells its events', async () => {
  const daemon = await daemonThat(() => ({
    status: 201,
    headers: { location: '/v1/records/notes/17', etag: '"1"', 'audit-event-id': 'e1, e2' },
    body: { id: '17', data: 'x' },
  }));
  const client = daemon.client(async () => 'token-1');
  const written = await client.records.create('notes', '{"data":"x"}', {
    comment: 'wäre gut',
    idempotencyKey: 'k',
  });
  assert.equal(written, { id: '17', eventIds: ['e1', 'e2'], record: { id: '17', data: 'x' }, etag: '"1"' });
  const [{ method, path, headers, body } = {} as never] = daemon.asked;
  assert.equal([method, path, body], ['POST', '/v1/records/notes', '{"data":"x"}']);
  assert.is(headers.authorization, 'Bearer token-1');
  assert.is(headers['idempotency-key'], 'k');
  assert.is(Buffer.from(String(headers['x-audit-comment']), 'latin1').toString('utf8'), 'wäre gut');
});

test('a creation whose body is not asked for has its id from the location', async () => {
  const daemon = await daemonThat(() => ({ status: 201, headers: { location: '/v1/records/notes/18' } }));
  const written = await daemon.client().records.create('notes', {}, { minimal: true });
  assert.equal(written, { id: '18', eventIds: [] });
  assert.is(daemon.asked[0]?.headers.prefer, 'return=minimal');
});

test('ids cannot leave their place in the path', async () => {
  assert.equal(['..', '.', 'a/b', 'a?b#c', 'ü'].map(segment), [
    '%2E%2E',
    '%2E',
    'a%2Fb',
    'a%3Fb%23c',
    '%C3%BC',
  ]);
});

test('a refused token is renewed once, and the request sent again', async () => {
  const daemon = await daemonThat(({ headers }) =>
    headers.authorization === 'Bearer new'
      ? { body: { id: '1' } }
      : problemReply(401, 'unauthenticated', 'The token has expired.'),
  );
  const rejected: (string | undefined)[] = [];
  const client = daemon.client(async token => {
    rejected.push(token);
    return token === undefined ? 'old' : 'new';
  });
  assert.equal(await client.me(), { id: '1' } as never);
  assert.equal(rejected, [undefined, 'old']);
  const stubborn = daemon.client(async () => 'old');
  assert.is((await problemOf(stubborn.me())).code, 'unauthenticated');
  assert.is(daemon.asked.length, 3);
});

test('logging in sends no token', async () => {
  const daemon = await daemonThat(() => ({ status: 201, body: {} }));
  await daemon.client(async () => 'secret').sessions.create({ email: 'a', password: 'b' });
  assert.is(daemon.asked[0]?.headers.authorization, undefined);
});

test('a problem comes through with its code, its fields and when to try again', async () => {
  const daemon = await daemonThat(() => ({
    status: 503,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '7' },
    body: { code: 'unavailable', detail: 'Full.', errors: [{ field: 'x', reason: 'is odd' }] },
  }));
  const problem = await problemOf(daemon.client().me());
  assert.equal([problem.code, problem.message], ['unavailable', 'Full.']);
  assert.equal(problem.details, { retryAfterSeconds: 7, errors: [{ field: 'x', reason: 'is odd' }] });
});

test('something else that answers there is told apart', async () => {
  const daemon = await daemonThat(() => ({ status: 404, body: '<html>' }));
  const problem = await problemOf(daemon.client().me());
  assert.equal(
    [problem.code, problem.message],
    ['not_found', 'Something that is not whodid answered with HTTP status 404.'],
  );
  const odd = await daemonThat(() => ({ status: 200, body: '<html>' }));
  assert.match((await problemOf(odd.client().me())).message, /is the address right/);
});

test('nobody there', async () => {
  const gone = createClient({ endpoint: { kind: 'socket', path: join(dir, 'none.sock') } });
  const problem = await problemOf(gone.me());
  assert.equal([problem.code, problem.details.reason], ['unavailable', 'unreachable']);
  const refused = createClient({ endpoint: urlEndpoint('http://127.0.0.1:1') });
  assert.is((await problemOf(refused.me())).details.reason, 'unreachable');
});

test('a connection that breaks before the answer leaves open what was done', async () => {
  const server = createRawServer(socket => socket.once('data', () => socket.destroy()));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const problem = await problemOf(createClient({ endpoint: urlEndpoint(url) }).me());
  assert.is(problem.details.reason, 'interrupted');
  assert.match(problem.message, /whether the request was carried out is not known/);
  await new Promise(resolve => server.close(resolve));
});

test('a daemon that stays silent is not waited for without end', async () => {
  const daemon = await daemonThat(() => undefined);
  const client = createClient({ endpoint: urlEndpoint(daemon.url), silenceMs: 50 });
  assert.match((await problemOf(client.me())).message, /silent for 0\.05 seconds/);
});

test('an observer hears method, path, status and time, and no secret', async () => {
  const daemon = await daemonThat(() => ({ status: 201, body: {} }));
  const heard: unknown[] = [];
  const client = createClient({
    endpoint: urlEndpoint(daemon.url),
    token: async () => 'secret-token',
    observe: observation => heard.push(observation),
  });
  await client.sessions.refresh('secret-refresh');
  await client.audit.events({ include: { actor: ['users:1'] } });
  assert.not.match(JSON.stringify(heard), /secret/);
  assert.match(JSON.stringify(heard), /"path":"\/v1\/audit\/events\?actor=users%3A1","status":201,"ms":\d+/);
  client.close();
});

test('addresses are checked before anything is sent to them', () => {
  for (const text of ['', 'localhost:4180', 'ftp://x', 'http://a:b@x', 'http://x/?a=1', 'http://x/#y']) {
    assert.throws(() => urlEndpoint(text), /URL of the daemon/, text);
  }
  assert.is(endpointName(urlEndpoint('HTTP://LocalHost:80/')), 'http://localhost');
});

test('a socket in a directory where others can write is not trusted', () => {
  const shared = join(dir, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  assert.throws(() => checkSocketOwner(join(shared, 'x.sock')), /Others can write/);
  chmodSync(shared, 0o700);
  checkSocketOwner(join(shared, 'x.sock'));
  checkSocketOwner(join(dir, 'missing', 'x.sock'));
});

test.run();

import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Listeners,
  type ListenOptions,
  listen,
  MAX_IN_FLIGHT,
  noTraffic,
} from '#src/daemon/listeners.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryDirectory } from './temporary-directory.js';

const LOCAL = { host: '127.0.0.1', port: 0 };
const hello: RequestListener = (_request, response) => {
  response.end('hello');
};

const open: Listeners[] = [];
test.after.each(async () => {
  await Promise.all(open.splice(0).map(listeners => listeners.close(0)));
});

async function start(options: Partial<ListenOptions> = {}) {
  const socketPath = join(temporaryDirectory(), 'whodid.sock');
  const listeners = await listen({ handler: hello, socketPath, tcp: LOCAL, ...options });
  open.push(listeners);
  const port = Number(new URL(listeners.url ?? 'http://x:0').port);
  return { ...listeners, port };
}

interface Heard {
  status: number;
  body: string;
  headers: IncomingMessage['headers'];
}

async function ask(
  where: { socketPath: string } | { port: number },
  headers: Record<string, string> = {},
  agent?: Agent,
): Promise<Heard> {
  const target = 'port' in where ? { host: '127.0.0.1', port: where.port } : where;
  const outgoing = request({ ...target, headers, ...(agent === undefined ? {} : { agent }) });
  outgoing.end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of answer.setEncoding('utf8')) body += chunk;
  return { status: answer.statusCode!, body, headers: answer.headers };
}

/** What comes back for raw bytes until the other side closes. */
async function send(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8').on('data', text => {
    heard += text;
  });
  socket.write(bytes);
  await once(socket, 'close');
  return heard;
}

async function problemOf(start: Promise<unknown>): Promise<Problem> {
  const error = await start.then(
    () => assert.unreachable('it started'),
    (reason: unknown) => reason,
  );
  assert.instance(error, Problem);
  return error as Problem;
}

test('one handler answers on the socket and on TCP', async () => {
  const { socketPath, url, port } = await start();
  assert.is(url, `http://127.0.0.1:${port}`);
  assert.is((await ask({ socketPath })).body, 'hello');
  assert.is((await ask({ port })).body, 'hello');
});

test('without TCP there is the socket alone', async () => {
  const { socketPath, url } = await start({ tcp: null });
  assert.is(url, null);
  assert.is((await ask({ socketPath })).body, 'hello');
});

test('the socket is for its owner alone and gone after closing', async () => {
  const { socketPath, close } = await start();
  assert.is(statSync(socketPath).mode & 0o777, 0o600);
  await close(0);
  assert.not(existsSync(socketPath));
});

test('a socket that a killed daemon left behind is replaced', async () => {
  const socketPath = join(temporaryDirectory(), 'whodid.sock');
  const script = `require('node:net').createServer().listen(${JSON.stringify(socketPath)}, () => process.kill(process.pid, 'SIGKILL'))`;
  const { spawn } = await import('node:child_process');
  await once(spawn(process.execPath, ['-e', script]), 'exit');
  assert.ok(existsSync(socketPath));
  await start({ socketPath });
  assert.is((await ask({ socketPath })).body, 'hello');
});

test('a file that is no socket is not removed', async () => {
  const socketPath = join(temporaryDirectory(), 'whodid.sock');
  writeFileSync(socketPath, 'mine');
  const problem = await problemOf(start({ socketPath }));
  assert.is(problem.code, 'conflict');
  assert.ok(existsSync(socketPath));
});

test('a socket directory that others can enter is refused', async () => {
  const dir = join(temporaryDirectory(), 'open');
  mkdirSync(dir);
  chmodSync(dir, 0o755);
  const problem = await problemOf(start({ socketPath: join(dir, 'whodid.sock') }));
  assert.is(problem.code, 'forbidden');
});

test('a port in use says how to choose another, and the socket is closed again', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const socketPath = join(temporaryDirectory(), 'whodid.sock');
  const { port } = taken.address() as AddressInfo;
  const problem = await problemOf(start({ socketPath, tcp: { host: '127.0.0.1', port } }));
  assert.is(problem.code, 'conflict');
  assert.match(problem.message, /in use.*--listen.*127\.0\.0\.1:0.*--no-tcp/);
  assert.not(existsSync(socketPath));
  taken.close();
});

const hosts: [host: (port: number) => string, allowed: boolean][] = [
  [port => `127.0.0.1:${port}`, true],
  [port => `localhost:${port}`, true],
  [port => `LocalHost:${port}`, true],
  [port => `[::1]:${port}`, true],
  [() => 'audit.example.com', true],
  [() => 'audit.example.com:8443', true],
  [port => `evil.example:${port}`, false],
  [port => `127.0.0.1.evil.example:${port}`, false],
  [port => `127.0.0.1:${port + 1}`, false],
  [() => '127.0.0.1', false],
  [() => 'localhost', false],
  [port => `127.0.0.1:${port}@evil`, false],
];

for (const [host, allowed] of hosts) {
  test(`Host ${host(1)} on TCP is ${allowed ? 'answered' : 'refused'}`, async () => {
    const { port } = await start({ allowedHosts: ['Audit.example.com'] });
    const answer = await ask({ port }, { host: host(port) });
    assert.is(answer.status, allowed ? 200 : 403);
    if (!allowed) assert.match(JSON.parse(answer.body).detail, 'Host header');
  });
}

test('a request that says no Host on TCP is refused', async () => {
  const { port } = await start();
  assert.match(await send(port, 'GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 403 /);
});

test('any Host is fine on the socket', async () => {
  const { socketPath } = await start();
  assert.is((await ask({ socketPath }, { host: 'anything' })).status, 200);
});

test('an Origin is refused on TCP and on the socket', async () => {
  const { socketPath, port, url } = await start();
  for (const where of [{ socketPath }, { port }]) {
    for (const origin of [url!, 'null', 'https://evil.example']) {
      const answer = await ask(where, { origin });
      assert.is(answer.status, 403);
      assert.is(answer.headers['content-type'], 'application/problem+json');
      assert.is(JSON.parse(answer.body).code, 'forbidden');
    }
  }
});

test('a listener on every interface takes the address that was really used', async () => {
  const { port, url } = await start({ tcp: { host: '0.0.0.0', port: 0 } });
  assert.is(url, `http://127.0.0.1:${port}`);
  assert.is((await ask({ port }, { host: `127.0.0.1:${port}` })).status, 200);
  assert.is((await ask({ port }, { host: `192.0.2.1:${port}` })).status, 403);
});

const malformed: [what: string, bytes: string, status: number][] = [
  ['what is not HTTP', 'hello there\r\n\r\n', 400],
  ['a bad header', 'GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n', 400],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
  ],
  ['headers past the limit', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
];

for (const [what, bytes, status] of malformed) {
  test(`${what} gets a problem document with ${status}`, async () => {
    const { port } = await start();
    const heard = await send(port, bytes);
    assert.match(heard, new RegExp(`^HTTP/1\\.1 ${status} .*\r\n`));
    assert.match(heard, 'Content-Type: application/problem+json');
    const problem = JSON.parse(heard.slice(heard.indexOf('\r\n\r\n')));
    assert.is(problem.status, status);
    assert.type(problem.detail, 'string');
  });
}

test('headers that dribble in are given up with 408', async () => {
  const { port } = await start({ limits: { headersTimeout: 50, connectionsCheckingInterval: 20 } });
  const heard = await send(port, 'GET / HTTP/1.1\r\nHost: loc');
  assert.match(heard, /^HTTP\/1\.1 408 /);
  assert.match(heard, 'did not arrive in time');
});

test('a request that was half here when closing began is told to come back', async () => {
  let finish = () => {};
  let arrived = () => {};
  const running = new Promise<void>(resolve => {
    arrived = resolve;
  });
  const { port, close } = await start({
    handler: (_request, response) => {
      finish = () => response.end('finished');
      arrived();
    },
  });
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const head = `GET / HTTP/1.1\r\nHost: localhost:${port}\r\n`;
  socket.write(`${head}\r\n${head}`);
  await running;
  const closed = close(60_000);
  finish();
  let heard = '';
  for await (const text of socket) {
    if (heard === '') socket.write('\r\n');
    heard += text;
  }
  assert.match(heard, /^HTTP\/1\.1 200 /);
  assert.match(heard, /HTTP\/1\.1 503 .*retry-after: 1/s);
  await closed;
});

test('closing lets a running request finish, refuses new ones, and does not wait for idle connections', async () => {
  let finish = () => {};
  let arrived = () => {};
  const running = new Promise<void>(resolve => {
    arrived = resolve;
  });
  const { socketPath, close } = await start({
    handler: (_request, response) => {
      finish = () => response.end('finished');
      arrived();
    },
  });
  const agent = new Agent({ keepAlive: true });
  const slow = ask({ socketPath }, {}, agent);
  await running;
  const closed = close(60_000);
  const refused = await ask({ socketPath }).catch((error: NodeJS.ErrnoException) => error.code);
  assert.ok(['ECONNREFUSED', 'ENOENT'].includes(String(refused)), String(refused));
  finish();
  assert.is((await slow).body, 'finished');
  await closed;
  agent.destroy();
});

test('closing cuts off a request that does not finish in time', async () => {
  let arrived = () => {};
  const running = new Promise<void>(resolve => {
    arrived = resolve;
  });
  const { socketPath, close } = await start({ handler: () => arrived() });
  const endless = ask({ socketPath }).catch((error: NodeJS.ErrnoException) => error.code);
  await running;
  await close(20);
  assert.is(await endless, 'ECONNRESET');
});

test('of so many requests at once each further one is refused, and room comes back', async () => {
  const held: (() => void)[] = [];
  const traffic = noTraffic();
  const listeners = await start({
    traffic,
    handler: (_request, response) => void held.push(() => response.end('done')),
  });
  traffic.inFlight = MAX_IN_FLIGHT - 1;
  const first = ask(listeners);
  while (held.length === 0) await new Promise(resolve => setImmediate(resolve));
  const refused = await ask(listeners);
  assert.is(refused.status, 503);
  assert.is(refused.headers['retry-after'], '1');
  assert.match(refused.body, /Too many requests/);
  held.pop()!();
  assert.is((await first).status, 200);
  while (traffic.inFlight > MAX_IN_FLIGHT - 1) await new Promise(resolve => setImmediate(resolve));
  const next = ask(listeners);
  while (held.length === 0) await new Promise(resolve => setImmediate(resolve));
  held.pop()!();
  assert.is((await next).status, 200);
  while (traffic.responses['2xx'] < 2) await new Promise(resolve => setImmediate(resolve));
  assert.equal([traffic.responses['2xx'], traffic.responses['5xx']], [2, 1]);
});

test.run();

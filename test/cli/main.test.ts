// The program as it is started: bin/whodid.js in a process of its own, and the world around it.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { event } from './events.js';
import { type FakeDaemon, fakeDaemon, type Handler, problemReply } from './fake-daemon.js';

const program = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'whodid-main-'));
const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
  rmSync(home, { recursive: true });
});
async function daemonThat(handler: Handler): Promise<FakeDaemon> {
  const daemon = await fakeDaemon(handler);
  daemons.push(daemon);
  return daemon;
}
const env = (more: Record<string, string> = {}) => ({
  PATH: process.env.PATH,
  HOME: home,
  WHODID_HOME: join(home, 'data'),
  ...more,
});

interface Ran {
  exit: number | null;
  out: string;
  err: string;
}
function whodid(args: string[], more: Record<string, string> = {}): Promise<Ran> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, [program, ...args], { env: env(more) }, (_error, out, err) => {
      resolve({ exit: child.exitCode, out, err });
    });
    child.stdin?.end();
  });
}
const many: Handler = ({ query }) => {
  const limit = Number(query.get('limit'));
  const data = Array.from({ length: limit }, (_, seq) => event({ seq: seq + 1 }));
  return { body: { data, next: 'more', prev: null } };
};

test('alone it says what it is, what is here, and what to do next, on 80 columns', async () => {
  const { exit, out, err } = await whodid([]);
  assert.equal([exit, err], [0, '']);
  assert.match(out, /^whodid \d\S+: who did what to which object, and when\.\n/);
  assert.match(
    out,
    /\n {2}data .*: not there yet\. Create it with: whodid init\n {2}daemon {4}none answers at unix:/,
  );
  const ours = out.split('\n').filter(line => !line.includes(home));
  assert.ok(Math.max(...ours.map(line => line.length)) <= 80);
});

test('alone it says who answers where and who one is, and asks nothing that is recorded', async () => {
  const daemon = await daemonThat(({ path }) => ({
    body:
      path === '/healthz'
        ? { status: 'ok', version: '0.0.1', instance: 'i', pid: 42 }
        : { actorType: 'users', id: '1', name: 'Ada\u001b', role: 'admin' },
  }));
  const { out } = await whodid([], { WHODID_URL: daemon.url, WHODID_TOKEN: 't' });
  assert.match(
    out,
    `daemon    running (pid 42, version 0.0.1) at ${daemon.url}\n  you       Ada\\u001b (users:1, admin)\n`,
  );
  assert.equal(
    daemon.asked.map(({ path }) => path),
    ['/healthz', '/v1/me'],
  );
  const stranger = await whodid([], { WHODID_URL: daemon.url });
  assert.match(stranger.out, 'you       not logged in. Log in with: whodid login');
});

test('--version', async () => {
  const { version } = JSON.parse(readFileSync(join(program, '../../package.json'), 'utf8'));
  const answer = { exit: 0, out: `${version}\n`, err: '' };
  // Alone it is answered without loading the program, which has to say the same.
  for (const args of [['--version'], ['-V'], ['--verbose', '--version']]) {
    assert.equal(await whodid(args), answer, args.join(' '));
  }
});

test('help COMMAND is COMMAND --help', async () => {
  assert.equal(await whodid(['help', 'audit', 'target']), await whodid(['audit', 'target', '--help']));
  assert.match((await whodid(['help'])).out, /^Examples:\n[\s\S]*\nUsage: whodid \[options\] \[command\]/);
});

const misused = [
  ['audit'],
  ['get'],
  ['get', 'users'],
  ['list', '1x'],
  ['tokens', 'create'],
  ['whoami', 'extra'],
  ['login'],
];
for (const args of misused) {
  test(`whodid ${args.join(' ')} is a usage error and leaves stdout alone`, async () => {
    const { exit, out, err } = await whodid(args);
    assert.equal([exit, out], [2, '']);
    assert.ok(err.length > 0);
  });
}

const unreadable: [args: string[], sentence: RegExp][] = [
  [['create', 'users', '--file', home], /is a directory, not a file/],
  [['create', 'users', '--file', join(home, 'none.json')], /There is no file/],
  [['types', 'define', 'x', '--schema', join(program, 'x')], /A part of .* is a file, not a directory/],
  [['audit', 'report', join(home, 'none.jsonl')], /There is no file/],
  [['audit', 'expect', '--file', home], /is a directory, not a file/],
];
for (const [args, sentence] of unreadable) {
  test(`${args.slice(0, 3).join(' ')} with a file that cannot be read is a usage error in a sentence`, async () => {
    const daemon = await daemonThat(() => ({ body: {} }));
    const { exit, out, err } = await whodid(args, { WHODID_URL: daemon.url, WHODID_TOKEN: 't' });
    assert.equal([exit, out], [2, '']);
    assert.match(err, sentence);
    assert.not.match(err, /E[A-Z]{4,}/);
    assert.equal(daemon.asked, []);
  });
}

test('without a daemon: how to start it, or how to begin; the status is 69', async () => {
  const nothing = await whodid(['whoami'], { WHODID_HOME: join(home, 'nothing') });
  assert.is(nothing.exit, 69);
  assert.match(nothing.err, /^whodid: No daemon answers at unix:.*whodid init.*\n$/);
  const dir = join(home, 'there');
  mkdirSync(dir);
  writeFileSync(join(dir, 'data.db'), '');
  const stopped = await whodid(['list', 'users'], { WHODID_HOME: dir });
  assert.is(stopped.exit, 69);
  assert.match(stopped.err, /Start it with `whodid daemon start`\.\n$/);
  const elsewhere = await whodid(['whoami', '--url', 'http://127.0.0.1:1']);
  assert.is(elsewhere.exit, 69);
  assert.match(elsewhere.err, /Is it running there\?\n$/);
});

const statuses: [status: number, code: string, exit: number][] = [
  [400, 'bad_request', 2],
  [401, 'unauthenticated', 4],
  [403, 'forbidden', 5],
  [404, 'not_found', 3],
  [409, 'conflict', 6],
  [412, 'precondition_failed', 6],
  [422, 'invalid', 6],
  [429, 'too_many_attempts', 69],
  [500, 'internal', 1],
  [503, 'unavailable', 69],
];
for (const [status, code, exit] of statuses) {
  test(`${status} ${code} is exit ${exit} and one sentence`, async () => {
    const daemon = await daemonThat(() => problemReply(status, code, 'What went \u001b[31mwrong.'));
    const ran = await whodid(['get', 'users', '1'], { WHODID_URL: daemon.url, WHODID_TOKEN: 't' });
    assert.equal([ran.exit, ran.out], [exit, '']);
    assert.match(ran.err, /^whodid: What went \\u001b\[31mwrong\..*\n$/);
  });
}

test('fields that are wrong and that the sentence does not name are named, a line each', async () => {
  const daemon = await daemonThat(() => ({
    status: 422,
    body: { code: 'invalid', detail: 'Two fields.', errors: [{ field: 'email', reason: 'is taken' }] },
  }));
  const { err } = await whodid(['create', 'users', '--set', 'email=x'], {
    WHODID_URL: daemon.url,
    WHODID_TOKEN: 't',
  });
  assert.is(err, 'whodid: Two fields.\n  email: is taken\n');
});

test('not logged in: says so and how to, and asks nothing that would be recorded as refused', async () => {
  const daemon = await daemonThat(() => ({ body: { status: 'ok' } }));
  const { exit, err } = await whodid(['whoami'], { WHODID_URL: daemon.url });
  assert.is(exit, 4);
  assert.is(err, `whodid: You are not logged in at ${daemon.url}. Log in with \`whodid login\`.\n`);
  assert.equal(
    daemon.asked.map(({ path }) => path),
    ['/healthz'],
  );
});

test('WHODID_TOKEN goes before a session; --url before WHODID_URL', async () => {
  const daemon = await daemonThat(() => ({ body: { id: '1' } }));
  await whodid(['whoami', '--url', daemon.url], {
    WHODID_URL: 'http://127.0.0.1:1',
    WHODID_TOKEN: 'api-token',
  });
  assert.is(daemon.asked[0]?.headers.authorization, 'Bearer api-token');
});

test('--verbose shows the exchanges on stderr, and no secret', async () => {
  const daemon = await daemonThat(() => ({ body: { id: '1' } }));
  const { out, err } = await whodid(['--verbose', 'whoami', '--json'], {
    WHODID_URL: daemon.url,
    WHODID_TOKEN: 'api-token',
  });
  assert.is(out, '{"id":"1"}\n');
  assert.match(err, /^GET \/v1\/me → 200 in \d+ ms\n$/);
});

test('a pipe gets rows without colour, also where colours are forced on others', async () => {
  const daemon = await daemonThat(many);
  const { out } = await whodid(['audit', 'events', '--limit', '2'], {
    WHODID_URL: daemon.url,
    WHODID_TOKEN: 't',
    FORCE_COLOR: '1',
  });
  const row =
    '2026-07-31T12:00:00.000Z\tusers:1\tchanged\tnotes:17\tsuccess\t{"data":{"prev":"old","next":"new"}}\t\n';
  assert.is(out, row + row);
});

test('--all into head: the closed pipe ends it silently with 0', async () => {
  const daemon = await daemonThat(many);
  const child = spawn(process.execPath, [program, 'audit', 'events', '--all'], {
    env: env({ WHODID_URL: daemon.url, WHODID_TOKEN: 't' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const exit = await new Promise(resolve => child.on('close', resolve));
  assert.equal([exit, err], [0, '']);
});

test('Ctrl-C ends following with 130, and nothing is left half written', async () => {
  const daemon = await daemonThat((_asked, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`id: 1\ndata: ${JSON.stringify(event())}\n\n`);
    return undefined;
  });
  const child = spawn(process.execPath, [program, 'audit', 'events', '--follow', '--json'], {
    env: env({ WHODID_URL: daemon.url, WHODID_TOKEN: 't' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text;
  });
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text;
    // Once: a second Ctrl-C ends any program at once.
    if (out.includes('}') && !out.includes(']')) child.kill('SIGINT');
  });
  const exit = await new Promise(resolve => child.on('close', resolve));
  assert.equal([exit, err], [130, '']);
  assert.equal(JSON.parse(out), [event()]);
});

test('a query loads neither schema libraries nor prompts nor what draws tables', async () => {
  const daemon = await daemonThat(many);
  const trace = join(home, 'trace.mjs');
  writeFileSync(
    trace,
    `import { register } from 'node:module';
     register('data:text/javascript,' + encodeURIComponent(\`
       import { appendFileSync } from 'node:fs';
       export async function load(url, context, next) {
         appendFileSync(${JSON.stringify(join(home, 'loaded'))}, url + '\\\\n');
         return next(url, context);
       }\`));`,
  );
  await whodid(['audit', 'target', 'users', '1', '--json'], {
    WHODID_URL: daemon.url,
    WHODID_TOKEN: 't',
    NODE_OPTIONS: `--import=${trace}`,
  });
  const loaded = readFileSync(join(home, 'loaded'), 'utf8').split('\n');
  // A bundle says of which sources it is made.
  const sources = loaded
    .filter(url => url.startsWith('file:'))
    .flatMap(url => readFileSync(fileURLToPath(url), 'utf8').match(/^\/\/ (?:src|node_modules)\/.*$/gm) ?? [])
    .join('\n');
  assert.match(sources, /src\/cli\/commands\/audit\/target\.ts/);
  assert.not.match(
    sources,
    /typebox|ajv|inquirer|string-width|lossless-json|react|\/ink\/|cli\/commands\/login\.ts/,
  );
});

test.run();

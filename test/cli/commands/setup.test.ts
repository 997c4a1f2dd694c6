import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as logs } from '#src/cli/commands/daemon/logs.js';
import { run as doctor } from '#src/cli/commands/doctor.js';
import { run as init } from '#src/cli/commands/init.js';
import { run as listKeys } from '#src/cli/commands/keys/list.js';
import { run as rotateKey } from '#src/cli/commands/keys/rotate.js';
import { Exit } from '#src/cli/exit.js';
import type { Offline } from '#src/cli/offline.js';
import type { Check, OfflineAnswers } from '#src/shared/offline-process.js';
import { dataPaths } from '#src/shared/paths.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { type CapturedIoOptions, capturedIo } from '../captured-io.js';
import { fakeDaemon } from '../fake-daemon.js';

const data = dataPaths({ WHODID_HOME: join(temporaryDirectory(), 'home') });

/** An offline program that gives these answers and keeps what it was told. */
function offlineWith(answers: Partial<OfflineAnswers>) {
  const told: unknown[] = [];
  const offline: Offline = async (operation, request) => {
    told.push([operation, request]);
    return answers[operation]!;
  };
  return { offline, told };
}

async function failure(promise: Promise<unknown>): Promise<Problem | Exit> {
  const error = await promise.then(
    () => assert.unreachable('it did not fail'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Problem || error instanceof Exit, String(error));
  return error as Problem | Exit;
}

const ADA = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };

function initWorld(options: CapturedIoOptions, hasData = false) {
  const { offline, told } = offlineWith({ init: { dir: data.dir, instance: 'i' } });
  const io = capturedIo(options);
  return { io, told, parts: { io, data, offline, hasData: () => hasData } };
}

test('init on a terminal asks for what no flag said, the password twice', async () => {
  const { io, told, parts } = initWorld({
    terminal: true,
    answers: ['ada@example.com', 'correct horse', 'correct horse'],
  });
  await init({ ...parts, name: 'Ada' });
  assert.equal(io.questions, ['Your e-mail address', 'New password', 'New password again']);
  assert.equal(told, [
    ['checkPlace', {}],
    ['init', ADA],
  ]);
  assert.match(
    io.err(),
    /users:1.*\n\nNext:\n {2}whodid daemon start\n {2}whodid login --email ada@example\.com\n/,
  );
});

test('init asks nothing when nothing can be made there', async () => {
  const { io, parts } = initWorld({ terminal: true, answers: ['ada@example.com'] });
  const offline: Offline = async () => {
    throw new Problem('internal', '/proc/x cannot be used.');
  };
  const problem = await failure(init({ ...parts, offline, name: 'Ada' }));
  assert.match(problem.message, 'cannot be used');
  assert.equal(io.questions, []);
});

test('init in a script takes the password from stdin and shows it nowhere', async () => {
  const { io, told, parts } = initWorld({ stdin: 'correct horse\n' });
  await init({ ...parts, name: 'Ada', email: 'ada@example.com', passwordStdin: true });
  assert.equal(told, [['init', ADA]]);
  assert.not.match(io.err() + io.out(), 'correct horse');
});

test('init in a script names the flag that is missing', async () => {
  const { email, name } = ADA;
  for (const [flag, given] of [
    ['--name', { email }],
    ['--email', { name }],
    ['--password-stdin', { name, email }],
  ] as const) {
    const { told, parts } = initWorld({});
    const problem = await failure(init({ ...parts, ...given }));
    assert.is((problem as Problem).code, 'bad_request');
    assert.match(problem.message, flag);
    assert.equal(told, []);
  }
});

test('init asks nothing where there is a data directory already', async () => {
  const { io, parts } = initWorld({ terminal: true }, true);
  assert.is(((await failure(init(parts))) as Problem).code, 'conflict');
  assert.equal(io.questions, []);
});

const CHECKS: Check[] = [
  { name: 'node', status: 'ok', detail: 'Node 24' },
  { name: 'directory', status: 'warn', detail: 'odd\u001b[31m', advice: 'Look.' },
];
const FAILED: Check = { name: 'keys', status: 'fail', detail: 'gone', advice: 'Restore them.' };

test('doctor on a terminal says each finding on a line and what to do below it', async () => {
  const io = capturedIo({ terminal: true });
  await doctor({ io, clock: Date.now, flags: {}, ...offlineWith({ doctor: CHECKS }) });
  assert.is(
    io.out(),
    'ok    node       Node 24\nwarn  directory  odd\\u001b[31m\n                 → Look.\n',
  );
});

test('doctor ends with 1 when something has failed, after showing everything', async () => {
  const io = capturedIo();
  const flags = { json: true };
  const { offline } = offlineWith({ doctor: [...CHECKS, FAILED] });
  const exit = await failure(doctor({ io, clock: Date.now, flags, offline }));
  assert.is((exit as Exit).status, 1);
  assert.equal(JSON.parse(io.out()), [...CHECKS, FAILED]);
});

test('logs are lines for people on a terminal and JSON in a pipe, both harmless', async () => {
  mkdirSync(data.logs, { recursive: true });
  const entry = {
    time: '2026-01-01T00:00:00.000Z',
    level: 'info',
    msg: 'Said\u009b.',
    n: 1,
    stack: 'E\n at x',
  };
  writeFileSync(join(data.logs, 'daemon.log'), `${JSON.stringify(entry)}\nnot JSON\u001b\n`);
  const flags = { lines: '50' };
  const terminal = capturedIo({ terminal: true });
  await logs({ io: terminal, data, flags });
  assert.is(
    terminal.out(),
    '2026-01-01T00:00:00.000Z info  Said\\u009b. n=1\n  E\n   at x\nnot JSON\\u001b\n',
  );
  const pipe = capturedIo();
  await logs({ io: pipe, data, flags });
  const [first, second] = pipe.out().split('\n');
  assert.equal(JSON.parse(first!), entry);
  assert.not.match(first!, '\u009b');
  assert.is(second, 'not JSON\\u001b');
});

test('logs takes whole numbers, and says so when there is no log', async () => {
  for (const lines of ['-1', 'all', '1.5', '']) {
    assert.match((await failure(logs({ io: capturedIo(), data, flags: { lines } }))).message, '--lines');
  }
  const none = dataPaths({ WHODID_HOME: join(temporaryDirectory(), 'home') });
  const problem = await failure(logs({ io: capturedIo(), data: none, flags: { lines: '1' } }));
  assert.is((problem as Problem).code, 'not_found');
});

test('keys are listed, and a rotation shows the new one', async () => {
  const key = { kid: 'k', use: 'tokens', algorithm: 'EdDSA', createdAt: 0, active: true };
  const daemon = await fakeDaemon(({ method }) =>
    method === 'GET' ? { body: { data: [key], next: null, prev: null } } : { status: 201, body: key },
  );
  const io = capturedIo();
  const parts = { io, clock: Date.now, flags: {}, client: daemon.client(async () => 'token') };
  await listKeys(parts);
  await rotateKey(parts);
  assert.is(io.out(), 'k\ttokens\tEdDSA\t1970-01-01T00:00:00.000Z\ttrue\n'.repeat(2));
  assert.equal(
    daemon.asked.map(({ method, path }) => `${method} ${path}`),
    ['GET /v1/keys', 'POST /v1/keys/rotate'],
  );
  await daemon.close();
});

test.run();

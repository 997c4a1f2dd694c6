import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createOffline } from '#src/cli/offline.js';
import { acquireLock } from '#src/daemon/lock.js';
import { dataPaths } from '#src/shared/paths.js';
import { Problem } from '#src/shared/problem.js';
import { everythingIn, temporaryDirectory } from '../daemon/temporary-directory.js';

const ADA = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };
const PROGRAM = fileURLToPath(import.meta.resolve('#src/daemon/offline.js'));

function world() {
  const parent = temporaryDirectory();
  const paths = dataPaths({ WHODID_HOME: join(parent, 'home') });
  const env = { ...process.env, WHODID_HOME: paths.dir };
  return { parent, paths, env, offline: createOffline(env) };
}

test('the child makes a private directory whatever our umask, and finds it well', async () => {
  const { paths, offline } = world();
  const umask = process.umask(0);
  const { dir } = await offline('init', ADA);
  process.umask(umask);
  assert.is(dir, paths.dir);
  for (const path of everythingIn(dir)) assert.is(statSync(path).mode & 0o077, 0, path);
  const checks = await offline('doctor', {});
  assert.ok(checks.every(({ status }) => status === 'ok'));
});

test("the child's problem comes back with its fields", async () => {
  const { offline } = world();
  const problem = await offline('init', { ...ADA, password: 'short' }).then(
    () => assert.unreachable(),
    (error: unknown) => error as Problem,
  );
  assert.instance(problem, Problem);
  assert.is(problem?.code, 'invalid');
  assert.equal(problem?.details.errors, [{ field: 'password', reason: 'must have 8 to 1024 characters' }]);
});

test('a place that cannot be written is one sentence, and no trace of the program', async () => {
  const { parent } = world();
  writeFileSync(join(parent, 'file'), '');
  const offline = createOffline({ ...process.env, WHODID_HOME: join(parent, 'file', 'home') });
  const problem = await offline('init', ADA).then(
    () => assert.unreachable(),
    (error: unknown) => error as Problem,
  );
  assert.instance(problem, Problem);
  assert.match(problem!.message, join(parent, 'file'));
  assert.not.match(problem!.message, /node:|\n|\bat /);
});

test('the lock is seen from outside, and its release is waited for', async () => {
  const { paths, offline } = world();
  assert.not((await offline('lock', { waitMs: 0 })).held);
  mkdirSync(paths.dir);
  const lock = acquireLock(paths.lockDb);
  assert.ok((await offline('lock', { waitMs: 0 })).held);
  const waiting = offline('lock', { waitMs: 30_000 });
  lock.release();
  assert.not((await waiting).held);
});

test('an init that is interrupted leaves nothing behind', async () => {
  const { parent, env } = world();
  const child = spawn(process.execPath, [PROGRAM, 'init'], { env, stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin!.end(JSON.stringify(ADA));
  const watcher = watch(parent, (_, name) => {
    if (name?.startsWith('home.init-')) child.kill('SIGTERM');
  });
  const [code] = await once(child, 'exit');
  watcher.close();
  assert.is(code, 130);
  assert.equal(readdirSync(parent), []);
});

test.run();

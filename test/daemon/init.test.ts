import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { initialize } from '#src/daemon/init.js';
import { acquireLock } from '#src/daemon/lock.js';
import type { InitRequest } from '#src/shared/offline-process.js';
import { dataPaths } from '#src/shared/paths.js';
import { Problem } from '#src/shared/problem.js';
import { everythingIn, temporaryDirectory } from './temporary-directory.js';

// As the daemon's programs do: what they make is private.
process.umask(0o077);

const ADA = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };

function world() {
  const parent = temporaryDirectory();
  const paths = dataPaths({ WHODID_HOME: join(parent, 'home') });
  return { parent, paths, init: (request: InitRequest) => initialize(paths, request, Date.now) };
}

async function initialized() {
  const made = world();
  await made.init(ADA);
  return made;
}

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => assert.unreachable('it did not fail'),
    (reason: unknown) => reason,
  );
  assert.instance(error, Problem);
  return error as Problem;
}

test('init makes a directory that nobody else can read', async () => {
  const { parent, paths, init } = world();
  const { dir, instance } = await init(ADA);
  assert.is(dir, paths.dir);
  assert.match(instance, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(readdirSync(parent), ['home']);
  for (const path of everythingIn(dir)) {
    const stats = statSync(path);
    assert.is(stats.mode & 0o777, stats.isDirectory() ? 0o700 : 0o600, path);
  }
});

test('the first administrator is in the data and in the outbox, made by system:init, the password nowhere', async () => {
  const { paths } = await initialized();
  const db = new Database(paths.dataDb, { readonly: true });
  const user = db.prepare<[], string>("SELECT body FROM records WHERE type = 'users'").pluck().get();
  assert.equal(JSON.parse(user!).role, 'admin');
  const events = db
    .prepare<[], string>('SELECT events FROM outbox')
    .pluck()
    .all()
    .flatMap(text => JSON.parse(text));
  db.close();
  assert.equal(
    events.map(({ action, actorType, actorId, targetType, targetId }) =>
      [action, actorType, actorId, targetType, targetId].join(' '),
    ),
    ['created system init users 1', 'changed system init users 1'],
  );
  for (const path of everythingIn(paths.dir)) {
    if (statSync(path).isFile()) assert.not.match(readFileSync(path, 'latin1'), ADA.password);
  }
});

test('a second init is a conflict and changes nothing', async () => {
  const { paths, init } = await initialized();
  const before = readFileSync(paths.dataDb);
  const problem = await problemOf(init({ ...ADA, name: 'Eve' }));
  assert.is(problem.code, 'conflict');
  assert.ok(readFileSync(paths.dataDb).equals(before));
});

test('with a daemon running it is a conflict, even if the data is gone', async () => {
  const { paths, init } = await initialized();
  const lock = acquireLock(paths.lockDb);
  rmSync(paths.dataDb);
  const problem = await problemOf(init(ADA));
  lock.release();
  assert.is(problem.code, 'conflict');
  assert.match(problem.message, 'A daemon is running');
});

const invalid: [field: string, request: typeof ADA][] = [
  ['password', { ...ADA, password: 'short' }],
  ['email', { ...ADA, email: 'nowhere' }],
  ['name', { ...ADA, name: '' }],
];

for (const [field, request] of invalid) {
  test(`an invalid ${field} is named and leaves nothing behind`, async () => {
    const { parent, init } = world();
    const problem = await problemOf(init(request));
    assert.is(problem.code, 'invalid');
    assert.equal(
      problem.details.errors?.map(error => error.field),
      [field],
    );
    assert.equal(readdirSync(parent), []);
  });
}

test('settings that were written before init stay', async () => {
  const { parent, paths, init } = world();
  mkdirSync(paths.dir, { mode: 0o755 });
  writeFileSync(paths.config, 'listen = false\n');
  await init(ADA);
  assert.is(readFileSync(paths.config, 'utf8'), 'listen = false\n');
  assert.is(statSync(paths.dir).mode & 0o777, 0o700);
  assert.equal(readdirSync(parent), ['home']);
});

test('a directory with other files in it is left alone', async () => {
  const { parent, paths, init } = world();
  mkdirSync(paths.dir);
  writeFileSync(join(paths.dir, 'thesis.txt'), 'mine');
  assert.is((await problemOf(init(ADA))).code, 'conflict');
  assert.equal(readdirSync(paths.dir), ['thesis.txt']);
  assert.equal(readdirSync(parent), ['home']);
});

test('of two inits at once one wins and the other is a conflict', async () => {
  const { parent, init } = world();
  const results = await Promise.allSettled([init(ADA), init({ ...ADA, name: 'Eve' })]);
  assert.equal(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const rejected = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  assert.is(rejected.reason.code, 'conflict');
  assert.equal(readdirSync(parent), ['home']);
});

test.run();

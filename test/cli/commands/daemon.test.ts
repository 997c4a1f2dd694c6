import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as config } from '#src/cli/commands/config.js';
import { run as restart } from '#src/cli/commands/daemon/restart.js';
import { run as foreground } from '#src/cli/commands/daemon/run.js';
import { run as start } from '#src/cli/commands/daemon/start.js';
import { run as status } from '#src/cli/commands/daemon/status.js';
import { run as stop } from '#src/cli/commands/daemon/stop.js';
import { Exit } from '#src/cli/exit.js';
import { createOffline } from '#src/cli/offline.js';
import { startInBackground } from '#src/cli/start-daemon.js';
import { acquireLock, isLocked } from '#src/daemon/lock.js';
import { createClient } from '#src/shared/client.js';
import { type DaemonFlags, daemonNoteFile, readDaemonNote } from '#src/shared/daemon-process.js';
import { type DataPaths, dataPaths } from '#src/shared/paths.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { capturedIo } from '../captured-io.js';

const program = fileURLToPath(new URL('../stand-in-daemon.js', import.meta.url));
const homes: DataPaths[] = [];

// Before the directories are removed: a test that failed may have left a daemon.
process.prependOnceListener('exit', () => {
  for (const { dir, lockDb } of homes) {
    // The lock alone says that the process of the note lives.
    const pid = isLocked(lockDb) ? readDaemonNote(dir)?.pid : undefined;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }
});

/** A data directory and the commands on it, with a stand-in for the daemon that behaves as told. */
function world(behaviour = 'well', flags: DaemonFlags = { listen: false }) {
  const home = join(temporaryDirectory(), 'home');
  const data = dataPaths({ WHODID_HOME: home });
  homes.push(data);
  mkdirSync(data.logs, { recursive: true, mode: 0o700 });
  writeFileSync(data.dataDb, '');
  acquireLock(data.lockDb).release();
  const env: Record<string, string | undefined> = {
    ...process.env,
    WHODID_HOME: home,
    STAND_IN: behaviour,
    WHODID_TOKEN: 'secret',
  };
  const client = createClient({ endpoint: { kind: 'socket', path: data.socket } });
  const make = (given: DaemonFlags = flags) => ({
    io: capturedIo(),
    clock: Date.now,
    data,
    env,
    program,
    client,
    hasData: () => existsSync(data.dataDb),
    endpoint: { kind: 'socket' as const, path: data.socket },
    offline: createOffline(env),
    kill: process.kill,
    flags: given,
  });
  const note = () => readDaemonNote(data.dir);
  return { data, env, make, note };
}

async function failure(promise: Promise<unknown>): Promise<Problem | Exit> {
  const error = await promise.then(
    () => assert.unreachable('it did not fail'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Problem || error instanceof Exit, String(error));
  return error as Problem | Exit;
}

/** Waits until there is such a file. */
async function appears(file: string): Promise<void> {
  await new Promise<void>(resolve => {
    const watcher = watch(dirname(file), look);
    function look() {
      if (!existsSync(file)) return;
      watcher.close();
      resolve();
    }
    look();
  });
}

const json = { json: true };

test('start, status, start again, stop, stop again: each says what is', async () => {
  const { make, note, data } = world();
  const first = make();
  await start(first);
  const pid = note()!.pid;
  assert.is(first.io.err(), `The daemon is running (pid ${pid}) on ${data.socket}.\n`);
  assert.is(first.io.out(), '');

  const shown = make();
  await status({ ...shown, flags: json });
  const { uptimeMs, ...facts } = JSON.parse(shown.io.out());
  assert.equal(facts, { pid, version: '1.2.3', instance: 'i-1', url: null, socket: data.socket });
  assert.ok(uptimeMs >= 0 && uptimeMs < 60_000);
  assert.match(shown.io.err(), 'Log in');

  const second = make();
  await start(second);
  assert.is(second.io.err(), `The daemon is running already (pid ${pid}).\n`);

  const third = make();
  await stop(third);
  assert.is(third.io.err(), 'The daemon has stopped.\n');
  assert.throws(() => process.kill(pid, 0), /ESRCH/);

  const fourth = make();
  await stop(fourth);
  assert.is(fourth.io.err(), 'No daemon is running.\n');
});

test('start with other flags than the daemon runs with is a conflict that names restart', async () => {
  const { make } = world();
  await start(make());
  const problem = await failure(start(make({ listen: '127.0.0.1:0' })));
  assert.is((problem as Problem).code, 'conflict');
  assert.match(problem.message, /running already \(pid \d+\), with listen .*whodid daemon restart/);
  await stop(make());
});

test('start with other settings around it says what a restart would change', async () => {
  const { make, env, data } = world();
  await start(make());
  writeFileSync(data.config, '[audit]\nviews = "relaxed"\n');
  const again = make();
  await start({ ...again, env });
  assert.match(
    again.io.err(),
    /running already.*\nIt has audit\.views "durable" \(default\); `whodid daemon restart` makes it audit\.views "relaxed" \(\/.*config\.toml\)\.\n/,
  );
  await stop(make());
});

test('the status of a stopped daemon is a problem for exit status 69', async () => {
  const problem = await failure(status({ ...world().make(), flags: json }));
  assert.is((problem as Problem).code, 'unavailable');
  assert.match(problem.message, 'No daemon is running');
});

test('a daemon in the background has none of our streams, and not our token', async () => {
  const { make, note, data } = world();
  await start(make());
  const { pid } = note()!;
  if (process.platform === 'linux') {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    assert.not(environment.some(entry => entry.startsWith('WHODID_TOKEN=')));
    assert.ok(environment.includes(`WHODID_HOME=${data.dir}`));
  }
  assert.is(readFileSync(join(data.logs, 'daemon.stderr'), 'utf8'), 'noise on stdout\n');
  await stop(make());
});

test('starting where nothing was initialised says how to', async () => {
  const { make } = world();
  const problem = await failure(start({ ...make(), hasData: () => false }));
  assert.is((problem as Problem).code, 'not_found');
  assert.match(problem.message, 'whodid init');
});

test('a daemon that says why it cannot start is quoted, with its exit status', async () => {
  const { make } = world('well', { listen: '203.0.113.1:1' });
  const options = make();
  const exit = await failure(start(options));
  assert.is((exit as Exit).status, 2);
  assert.match(
    options.io.err(),
    /^whodid: 203\.0\.113\.1:1 can be reached from other machines.*--allow-remote/,
  );
});

test('a daemon that dies without a word is a failure with its last words', async () => {
  const problem = await failure(start(world('crash').make()));
  assert.match(
    problem.message,
    /ended while it started \(exit status 1\).*Error: the disk is made of cheese.*daemon\.stderr/,
  );
});

test('a daemon that is not ready in time is named, and status and stop find it by its lock', async () => {
  const { make, data, env, note } = world('hang');
  const slow = { data, env, flags: {}, timeoutMs: 400, signal: new AbortController().signal, program };
  const problem = await failure(startInBackground(slow));
  await appears(daemonNoteFile(data.dir));
  const { pid } = note()!;
  assert.match(problem.message, `(pid ${pid}) is not ready`);
  assert.match(
    (await failure(status({ ...make(), flags: {} }))).message,
    `(pid ${pid}) is starting or stopping`,
  );
  const stopping = make();
  await stop(stopping);
  assert.is(stopping.io.err(), 'The daemon has stopped.\n');
});

test('an interrupted start takes the daemon with it', async () => {
  const { make, data, env } = world('hang');
  const controller = new AbortController();
  const starting = startInBackground({
    data,
    env,
    flags: {},
    timeoutMs: 60_000,
    signal: controller.signal,
    program,
  });
  controller.abort();
  assert.is(((await failure(starting)) as Exit).status, 130);
  assert.not((await make().offline('lock', { waitMs: 5_000 })).held);
});

test('of two starts at once both end well and one daemon runs', async () => {
  const { make, note } = world();
  const [one, two] = [make(), make()];
  await Promise.all([start(one), start(two)]);
  const pid = note()!.pid;
  for (const { io } of [one, two]) assert.match(io.err(), `(pid ${pid})`);
  await stop(make());
});

test('a stop whose logger did not finish fails, and says that nothing is lost', async () => {
  const { make } = world('undrained');
  await start(make());
  const stopping = make();
  assert.is(((await failure(stop(stopping))) as Exit).status, 1);
  assert.match(stopping.io.err(), 'Nothing is lost');
});

test('a note of a dead daemon misleads nobody', async () => {
  const { make, note, env } = world();
  await start(make());
  const { pid } = note()!;
  process.kill(pid, 'SIGKILL');
  assert.not((await createOffline(env)('lock', { waitMs: 5_000 })).held);
  const stopping = make();
  await stop(stopping);
  assert.is(stopping.io.err(), 'No daemon is running.\n');
  await start(make());
  assert.is.not(note()!.pid, pid);
  await stop(make());
});

test('a restart with settings that cannot be leaves the daemon running', async () => {
  const { make, note, data } = world();
  await start(make());
  const { pid } = note()!;
  const bad = (await failure(restart(make({ listen: 'foo' })))) as Problem;
  assert.is(bad.code, 'bad_request');
  writeFileSync(data.config, 'listten = 1\n');
  assert.is(((await failure(restart(make()))) as Problem).code, 'bad_request');
  assert.is(note()!.pid, pid);
  process.kill(pid, 0);
});

test('a restart keeps the flags of the start, unless others are given', async () => {
  const { make, note } = world('well', { listen: '127.0.0.1:0' });
  await start(make());
  const before = note()!;
  assert.match(before.url!, /^http:\/\/127\.0\.0\.1:\d+$/);
  await restart(make({}));
  const after = note()!;
  assert.is.not(after.pid, before.pid);
  assert.match(after.url!, /^http:\/\/127\.0\.0\.1:\d+$/);
  await restart(make({ listen: false }));
  assert.is(note()!.url, null);
  await stop(make());
});

test('in the foreground it ends when interrupted, with the status of the daemon', async () => {
  for (const [behaviour, expected] of [
    ['well', 0],
    ['undrained', 1],
    ['crash', 1],
  ] as const) {
    const { env, data } = world(behaviour);
    const controller = new AbortController();
    const quiet = { ...env, NODE_OPTIONS: '' };
    const ended = foreground({
      interrupted: controller.signal,
      env: quiet,
      flags: { tcp: false },
      program,
      stdio: 'ignore',
    }).then(
      () => 0,
      (error: unknown) => (error as Exit).status,
    );
    if (behaviour !== 'crash') {
      await appears(data.socket);
      controller.abort();
    }
    assert.is(await ended, expected);
  }
});

test('config shows what a running daemon goes by, and what a restart would change', async () => {
  const { make, env, data } = world('well', { listen: '127.0.0.1:0' });
  const asked = (options: ReturnType<typeof make>) => config({ ...options, flags: json });
  const settingIn = (text: string, name: string) =>
    JSON.parse(text).find((setting: { name: string }) => setting.name === name);

  const stopped = make();
  await asked(stopped);
  assert.is(settingIn(stopped.io.out(), 'listen').value, '127.0.0.1:4180');

  await start(make());
  writeFileSync(data.config, '[audit]\nviews = "relaxed"\n');
  const shown = make();
  await asked({ ...shown, env: { ...env, WHODID_LISTEN: '127.0.0.1:1' } });
  const listen = settingIn(shown.io.out(), 'listen');
  assert.equal([listen.value, listen.origin], ['127.0.0.1:0', 'flag']);
  assert.is(settingIn(shown.io.out(), 'audit.views').value, 'durable');
  assert.is(shown.io.err(), `audit.views becomes "relaxed" (${data.config}) when the daemon is restarted.\n`);
  await stop(make());
});

test.run();

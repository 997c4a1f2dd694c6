import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readDaemonNote } from '#src/shared/daemon-process.js';
import { dataPaths } from '#src/shared/paths.js';
import { temporaryDirectory } from '../daemon/temporary-directory.js';

const BIN = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));
const ROOT = temporaryDirectory();
const ENV = {
  PATH: process.env.PATH,
  HOME: ROOT,
  WHODID_HOME: join(ROOT, 'data'),
  XDG_CONFIG_HOME: join(ROOT, 'config'),
};
const PATHS = dataPaths(ENV);

interface Ran {
  status: number | null;
  out: string;
  err: string;
}

/** Runs the program as a script would. Ends when all that it started has let go of its streams. */
async function whodid(args: string, { stdin = '', env = {} } = {}): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...args.split(' ')], { env: { ...ENV, ...env } });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text;
  });
  child.stdin.end(stdin);
  const [status] = await once(child, 'close');
  return { status, out, err };
}

async function statusOf(): Promise<Record<string, unknown>> {
  return JSON.parse((await whodid('daemon status --json')).out);
}

test.after(async () => {
  const pid = readDaemonNote(PATHS.dir)?.pid;
  if (pid !== undefined && existsSync(PATHS.socket)) process.kill(pid, 'SIGKILL');
});

test('init, start, log in, rotate the keys, stop', async () => {
  const init = 'init --name Ada --email ada@example.com --password-stdin';
  assert.is((await whodid(init, { stdin: 'correct horse\n' })).status, 0);
  assert.is((await whodid(init, { stdin: 'correct horse\n' })).status, 6);

  const started = await whodid('daemon start --listen 127.0.0.1:0');
  assert.is(started.status, 0, started.err);
  assert.match(started.err, /^The daemon is running \(pid \d+\) on http:\/\/127\.0\.0\.1:\d+\.\n$/);
  const login = await whodid('login --email ada@example.com --password-stdin', { stdin: 'correct horse\n' });
  assert.is(login.status, 0, login.err);

  const { pid, url, storedSeq, backlog } = await statusOf();
  assert.is(started.err, `The daemon is running (pid ${pid}) on ${url}.\n`);
  assert.type(storedSeq, 'number');
  assert.is(backlog, 0);

  const { kid } = JSON.parse((await whodid('keys rotate --json')).out);
  const keys = JSON.parse((await whodid('keys list --json')).out);
  assert.equal(
    keys.map((key: { use: string; active: boolean }) => [key.use, key.active]),
    [
      ['tokens', true],
      ['tokens', false],
      ['checkpoints', true],
    ],
  );
  assert.is(keys[0].kid, kid);
  assert.is((await whodid('whoami')).status, 0);

  const stopped = await whodid('daemon stop');
  assert.equal([stopped.status, stopped.err], [0, 'The daemon has stopped.\n']);
  assert.is((await whodid('daemon status')).status, 69);
  assert.match((await whodid('daemon logs --lines 1')).out, '"Stopped."');
});

test('a killed daemon is replaced by the next start, and doctor finds all well', async () => {
  assert.is((await whodid('daemon start --no-tcp')).status, 0);
  const before = readDaemonNote(PATHS.dir)!;
  process.kill(before.pid, 'SIGKILL');
  const started = await whodid('daemon start --no-tcp');
  assert.is(started.status, 0, started.err);
  assert.is.not(readDaemonNote(PATHS.dir)!.pid, before.pid);
  const doctor = await whodid('doctor --json');
  assert.is(doctor.status, 0, doctor.out);
  assert.ok(
    JSON.parse(doctor.out).every((check: { status: string }) => check.status === 'ok'),
    doctor.out,
  );
});

test('a second daemon is refused in one sentence', async () => {
  const second = await whodid('daemon run --no-tcp');
  assert.is(second.status, 6);
  assert.match(second.err, /^whodid: A daemon is already running on this data directory\. .*\n$/);
  assert.is((await whodid('daemon stop')).status, 0);
});

test('in the foreground it logs to stderr and ends with 0 when interrupted', async () => {
  const child = spawn(process.execPath, [BIN, 'daemon', 'run', '--no-tcp'], { env: ENV });
  let err = '';
  const ready = new Promise<void>(resolve => {
    child.stderr.setEncoding('utf8').on('data', text => {
      err += text;
      if (err.includes('Ready.')) resolve();
    });
  });
  const ended = once(child, 'close');
  await Promise.race([ready, ended]);
  child.kill('SIGINT');
  const [status] = await ended;
  assert.is(status, 0, err);
  assert.match(err, /info {2}Stopped\./);
});

test('a wrong setting is named before anything starts', async () => {
  const { status, err } = await whodid('daemon start', { env: { WHODID_AUDIT_VIEWS: 'lazy' } });
  assert.is(status, 2);
  assert.is(err, 'whodid: WHODID_AUDIT_VIEWS must be durable or relaxed, and is "lazy".\n');
});

test.run();

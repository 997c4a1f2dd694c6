// Ctrl-C ends every command that may take long with 130, whatever it waits for, and leaves nothing half done.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FakeDaemon, fakeDaemon } from './fake-daemon.js';

const program = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'whodid-interrupted-'));
const file = join(home, 'log.jsonl');
let daemon: FakeDaemon;
/** Hears that a question is there, which stays open or is answered with nothing. */
let onWaiting: () => void = () => undefined;

test.before(async () => {
  daemon = await fakeDaemon(({ path, query }) => {
    if (path === '/healthz') return { body: { status: 'ok', version: '0.1.0', instance: 'i', pid: 1 } };
    setImmediate(() => onWaiting());
    const isAskedAgain = path === '/v1/audit/events' && query.get('limit') === '1';
    return isAskedAgain ? { body: { data: [], next: null, prev: null } } : undefined;
  });
});
test.after(async () => {
  await daemon.close();
  rmSync(home, { recursive: true });
});

/** Runs it, sends SIGINT once the daemon is asked, and says how that ended as a shell says it. */
async function interrupted(args: string[]): Promise<{ status: number; out: string; err: string }> {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    WHODID_HOME: join(home, 'data'),
    WHODID_URL: daemon.url,
    WHODID_TOKEN: 't',
  };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text;
  });
  // A report reads lines for as long as there are some; who else ends before all of them are written is not asked to.
  child.stdin.on('error', (error: NodeJS.ErrnoException) => assert.is(error.code, 'EPIPE'));
  child.stdin.write(
    '{"action":"viewed","timestamp":1,"actorType":"a","actorId":"1","targetType":"b","targetId":"2"}\n'.repeat(
      2_000,
    ),
  );
  // Once: a second one ends any program at once.
  onWaiting = () => {
    onWaiting = () => undefined;
    child.kill('SIGINT');
  };
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(resolve =>
    child.on('close', (...ended) => resolve(ended)),
  );
  child.stdin.destroy();
  return { status: code ?? 128 + constants.signals[signal ?? 'SIGKILL'], out, err };
}

const cases: string[][] = [
  ['audit', 'events', '--follow'],
  ['audit', 'target', 'users', '1', '--follow', '--jsonl'],
  ['audit', 'events', '--all'],
  ['list', 'users', '--all'],
  ['audit', 'wait', '--action', 'deleted', '--timeout', '10m'],
  ['audit', 'expect', '--action', 'deleted', '--timeout', '10m'],
  ['audit', 'verify'],
  ['audit', 'export'],
  ['audit', 'export', file],
  ['audit', 'report', '-'],
  ['backup', join(home, 'backup')],
];
for (const args of cases) {
  test(`whodid ${args.join(' ').replaceAll(home, 'DIR')}: 130`, async () => {
    const { status, out, err } = await interrupted(args);
    assert.equal([status, out], [130, ''], err);
    assert.not.match(err, /Unexpected|Error|\bat /);
  });
}

test('an export that was interrupted leaves no file', () => {
  assert.not.ok(existsSync(file));
});

test.run();

// The scripts of examples/scripts, run by a shell against a real daemon, as somebody would run them.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../daemon/temporary-daemon.js';

const program = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));
const scripts = fileURLToPath(new URL('../../examples/scripts/', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'whodid-scripts-'));
let it: TemporaryDaemon;
let admin: string;
let editor: { id: string; token: string };

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  editor = await it.person('Edda', 'editor');
  mkdirSync(join(home, 'bin'));
  const command = join(home, 'bin', 'whodid');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(command, 0o755);
});
test.after(async () => {
  await it?.stop();
  rmSync(home, { recursive: true });
});

interface Ran {
  exit: number | null;
  out: string;
  err: string;
}
function run(file: string, args: string[], more: Record<string, string> = {}): Promise<Ran> {
  const env = {
    PATH: `${join(home, 'bin')}:${process.env.PATH}`,
    HOME: home,
    WHODID_HOME: join(home, 'data'),
    WHODID_URL: it.url,
    WHODID_TOKEN: admin,
    ...more,
  };
  return new Promise(resolve => {
    const child = execFile(file, args, { env }, (_error, out, err) =>
      resolve({ exit: child.exitCode, out, err }),
    );
    child.stdin?.end();
  });
}
const script = (name: string, args: string[], more: Record<string, string> = {}) =>
  run(join(scripts, name), args, more);

/** Deletes a note of its own. */
async function deleteNote(): Promise<void> {
  const body = { targetType: 'users', targetId: '1', data: 'x' };
  const { body: note } = await it.ask('POST', '/v1/records/notes', { token: admin, body });
  assert.is((await it.ask('DELETE', `/v1/records/notes/${note.id}`, { token: admin })).status, 204);
}

test('each script has a row in the list, and says how it is used', async () => {
  const names = readdirSync(scripts).filter(name => name.endsWith('.sh'));
  assert.is(names.length, 5);
  const list = readFileSync(join(scripts, 'README.md'), 'utf8');
  for (const name of names) {
    assert.match(list, `| [${name}](${name})`);
    assert.match(readFileSync(join(scripts, name), 'utf8'), `\n# usage: ${name}`);
  }
});

test('who-changed: a field through its life', async () => {
  const path = `/v1/records/users/${editor.id}`;
  await it.ask('PATCH', path, { token: admin, body: { email: 'new@example.com' } });
  const { exit, out, err } = await script('who-changed.sh', ['users', editor.id, 'email']);
  // It says so where jq is missing, and that is all that can be seen there.
  if (/needs jq/.test(err)) return assert.is(exit, 2);
  assert.equal([exit, err], [0, '']);
  const [created = '', changed = '', ...more] = out.trimEnd().split('\n');
  assert.match(created, /^\d{4}-.*Z\tusers:1\t.*\tnull -> ".*"$/);
  assert.match(changed, /^\d{4}-.*Z\tusers:1\t.* -> "new@example\.com"$/);
  assert.equal(more, []);
});

test('refusals: who was refused what, and how often', async () => {
  const quiet = await script('refusals.sh', ['1s'], { WHODID_TOKEN: admin });
  assert.is(quiet.exit, 0, quiet.err);
  const attempt = { token: editor.token, body: { name: 'X', email: 'x@example.com' } };
  assert.is((await it.ask('POST', '/v1/records/users', attempt)).status, 403);
  const { exit, out } = await script('refusals.sh', []);
  assert.is(exit, 1);
  assert.match(out, new RegExp(`^1\tusers:${editor.id}\taccess\\.denied$`, 'm'));
});

test('on-delete: each deletion as it happens', async () => {
  const file = join(home, 'deleted');
  let ended = false;
  const running = script('on-delete.sh', ['tee', file], { LIMIT: '1' }).finally(() => {
    ended = true;
  });
  // It sees what comes after it has connected, of which nobody is told: so there is always one more.
  while (!ended) await deleteNote();
  assert.is((await running).exit, 0);
  const event = JSON.parse(readFileSync(file, 'utf8'));
  assert.equal([event.action, event.targetType, event.actorId], ['deleted', 'notes', '1']);
});

test('ship-log: what is new each time, nothing twice', async () => {
  const directory = join(home, 'shipped');
  mkdirSync(directory);
  const shipped = () =>
    readdirSync(directory)
      .filter(name => name.endsWith('.gz'))
      .map(name =>
        gunzipSync(readFileSync(join(directory, name)))
          .toString()
          .trim()
          .split('\n'),
      )
      .flatMap(lines => lines.filter(line => line !== '').map(line => JSON.parse(line).seq as number))
      .filter(seq => seq !== undefined)
      .sort((a, b) => a - b);
  const first = await script('ship-log.sh', [directory]);
  assert.is(first.exit, 0, first.err);
  const before = shipped().length;
  assert.ok(before > 0);
  await deleteNote();
  assert.is((await script('ship-log.sh', [directory])).exit, 0);
  const seqs = shipped();
  assert.ok(seqs.length > before);
  assert.equal(
    seqs,
    seqs.map((_, index) => index + 1),
  );
});

test('offboard: the account, its tokens, its last deeds', async () => {
  const request = { name: 'robot', role: 'editor', expiresAt: Date.now() + 3_600_000 };
  assert.is((await it.ask('POST', '/v1/tokens', { token: editor.token, body: request })).status, 201);
  const { exit, out, err } = await script('offboard.sh', [editor.id]);
  assert.is(exit, 0, err);
  assert.match(err, `users:${editor.id} is disabled.`);
  assert.match(err, /The token "robot" \([0-9a-f]{32}\) is revoked\./);
  assert.match(out, /\tcreated\ttokens:.*\ttoken\.created\n/);
  assert.is((await it.ask('GET', '/v1/me', { token: editor.token })).status, 401);
});

test.run();

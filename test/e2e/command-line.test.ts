// The command line against a real daemon, as a newcomer uses it: every process is a real one.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const program = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));
const history = fileURLToPath(new URL('../../examples/fastify-history.jsonl.gz', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'whodid-real-'));
const env = {
  PATH: process.env.PATH,
  HOME: root,
  WHODID_HOME: join(root, 'data'),
  XDG_CONFIG_HOME: join(root, 'config'),
  WHODID_LISTEN: '127.0.0.1:0',
};
const password = 'correct horse battery';

interface Ran {
  exit: number | null;
  out: string;
  err: string;
}
function whodid(
  args: string[],
  { stdin = '', more = {} }: { stdin?: string; more?: Record<string, string> } = {},
) {
  return new Promise<Ran>(resolve => {
    const options = { env: { ...env, ...more }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [program, ...args], options, (_error, out, err) => {
      resolve({ exit: child.exitCode, out, err });
    });
    child.stdin?.end(stdin);
  });
}
async function ok(args: string[], stdin = ''): Promise<string> {
  const { exit, out, err } = await whodid(args, { stdin });
  assert.is(exit, 0, `whodid ${args.join(' ')}: ${err}`);
  return out;
}
const rows = (out: string) => out.split('\n').slice(0, -1);

test.after(async () => {
  await whodid(['daemon', 'stop']);
  rmSync(root, { recursive: true });
});

test('a data directory, and a daemon on it', async () => {
  await ok(['init', '--email', 'ada@example.com', '--name', 'Ada', '--password-stdin'], password);
  await ok(['daemon', 'start']);
});

test('before the log-in every command says how to log in, and a wrong password is refused', async () => {
  const { exit, out, err } = await whodid(['list', 'users']);
  assert.equal([exit, out], [4, '']);
  assert.match(err, /You are not logged in at unix:.*whodid\.sock\. Log in with `whodid login`\./);
  const wrong = await whodid(['login', '--email', 'ada@example.com', '--password-stdin'], { stdin: 'wrong' });
  assert.is(wrong.exit, 4);
  assert.not.match(wrong.err, /wrong\b.*wrong\b/);
});

test('log in, change a record, and at once ask who did it', async () => {
  await ok(['login', '--email', 'ada@example.com', '--password-stdin'], `${password}\n`);
  assert.is(await ok(['whoami', '--fields', 'actorType,id,name,role']), 'users\t1\tAda\tadmin\n');
  const user = ['--set', 'name=Bob', '--set', 'email=bob@example.com', '--set', 'role=editor'];
  assert.is(await ok(['create', 'users', ...user, '--fields', 'id']), '2\n');
  await ok(['update', 'users:2', '--set', 'name=Bobby', '--comment', 'wäre gut', '--if-match', '1']);
  const [changed] = JSON.parse(await ok(['audit', 'target', 'users', '2', '--action', 'changed', '--json']));
  assert.equal(changed.changes, { name: { prev: 'Bob', next: 'Bobby' } });
  assert.equal([changed.actorId, changed.actorName, changed.context.comment], ['1', 'Ada', 'wäre gut']);
  assert.equal(JSON.parse(await ok(['audit', 'show', changed.id, '--json'])), changed);
  const lost = await whodid(['update', 'users', '2', '--set', 'name=X', '--if-match', '1']);
  assert.is(lost.exit, 6);
});

test('ids alone are no view, a record that is shown is one', async () => {
  const views = async () => rows(await ok(['audit', 'target', 'users', '2', '--action', 'viewed'])).length;
  const before = await views();
  assert.is(await ok(['list', 'users', '--fields', 'id']), '1\n2\n');
  assert.is(await views(), before);
  await ok(['get', 'users', '2']);
  assert.is(await views(), before + 1);
});

test('types of one’s own are full citizens', async () => {
  const schema = {
    type: 'object',
    properties: { number: { type: 'string', 'x-whodid': { name: true } }, total: { type: 'number' } },
    required: ['number'],
    additionalProperties: false,
  };
  await ok(['types', 'define', 'invoices', '--schema', '-'], JSON.stringify(schema));
  await ok(['create', 'invoices', '--set', 'number=2026-7', '--set', 'total:=129.9']);
  assert.is(await ok(['list', 'invoices', '--where', 'number=2026-7']), '1\t2026-7\t129.9\n');
  await ok(
    ['types', 'define', 'invoices', '--schema', '-', '--record', 'viewed=none'],
    JSON.stringify(schema),
  );
  assert.is(await ok(['types', 'list', '--fields', 'name,version']), 'users\t1\nnotes\t1\ninvoices\t2\n');
  const full = await whodid(['types', 'delete', 'invoices']);
  assert.is(full.exit, 6);
  await ok(['types', 'delete', 'invoices', '--purge']);
  assert.is((await whodid(['list', 'invoices'])).exit, 3);
});

test('an API token does what its role may do and no more, and nothing once it is revoked', async () => {
  const made = await ok([
    'tokens',
    'create',
    '--name',
    'ci',
    '--role',
    'viewer',
    '--expires',
    '1d',
    '--json',
  ]);
  const { token, id } = JSON.parse(made);
  const more = { WHODID_TOKEN: token };
  assert.is((await whodid(['list', 'users', '--fields', 'id'], { more })).out, '1\n2\n');
  assert.is((await whodid(['delete', 'users', '2'], { more })).exit, 5);
  await ok(['tokens', 'revoke', id]);
  const refused = await whodid(['whoami'], { more });
  assert.equal([refused.exit, refused.out], [4, '']);
  assert.not.match(refused.err, new RegExp(token));
});

test('ten shells that find the session expired at once are all renewed', async () => {
  const file = join(root, 'config', 'whodid', 'sessions.json');
  const stored = JSON.parse(readFileSync(file, 'utf8'));
  for (const session of Object.values<{ accessToken: string }>(stored.sessions)) {
    const [head, , signature] = session.accessToken.split('.');
    session.accessToken = [head, Buffer.from('{"exp":1}').toString('base64url'), signature].join('.');
  }
  writeFileSync(file, JSON.stringify(stored));
  const runs = await Promise.all(Array.from({ length: 10 }, () => whodid(['whoami', '--fields', 'name'])));
  for (const { exit, out, err } of runs) assert.equal([exit, out, err], [0, 'Ada\n', '']);
});

test('following goes on across a restart of the daemon without loss or repeats, and never shows itself', async () => {
  const args = [
    'audit',
    'events',
    '--follow',
    '--name',
    'notes.created',
    '--limit',
    '3',
    '--fields',
    'target',
  ];
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  const seen = (count: number) =>
    new Promise<void>(resolve => {
      const look = () => rows(out).length >= count && resolve();
      child.stdout.on('data', look);
      look();
    });
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text;
  });
  const exited = new Promise(resolve => child.on('close', resolve));
  // It is connected when the log says so.
  let followers: string[] = [];
  while (followers.length === 0) {
    followers = rows(
      await ok(['audit', 'events', '--name', 'audit.queried', '--since', '1m', '--jsonl']),
    ).filter(line => line.includes('follow=true'));
  }
  const note = ['--set', 'targetType=users', '--set', 'targetId=2', '--set', 'data=x'];
  await ok(['create', 'notes', ...note]);
  await seen(1);
  await ok(['daemon', 'restart']);
  await ok(['create', 'notes', ...note]);
  await seen(2);
  await ok(['create', 'notes', ...note]);
  assert.is(await exited, 0);
  assert.is(out, 'notes:1\nnotes:2\nnotes:3\n');
});

test('a real history: loaded once however often, and found again by actor and by target', async () => {
  assert.equal(JSON.parse(await ok(['audit', 'report', history, '--json'])), {
    lines: 10_992,
    stored: 10_992,
    repeated: 0,
    refused: 0,
  });
  assert.is(JSON.parse(await ok(['audit', 'report', history, '--json'])).repeated, 10_992);
  const reported = ['--source', 'reported:1', '--all', '--jsonl', '--fields'];
  const events = rows(await ok(['audit', 'events', ...reported, 'action,actor,target'])).map(line =>
    JSON.parse(line),
  );
  const counted = (action: string) => events.filter(event => event.action === action).length;
  assert.equal([counted('created'), counted('changed'), counted('deleted')], [528, 10_338, 126]);
  assert.is(new Set(events.map(({ actor }) => actor)).size, 942);
  assert.is(new Set(events.map(({ target }) => target)).size, 636);
  const file = JSON.parse(await ok(['audit', 'target', 'files', 'fastify.js', '--json', '--all']));
  const times = file.map(({ timestamp }: { timestamp: number }) => timestamp);
  assert.ok(file.length > 50);
  assert.equal(
    times,
    [...times].sort((a, b) => b - a),
  );
  const five = await whodid([
    'audit',
    'actor',
    'users',
    'u690f4c6c98',
    '--action',
    'changed',
    '--limit',
    '5',
  ]);
  assert.is(rows(five.out).length, 5);
  assert.is(five.err, 'Stopped after 5; --limit N or --all shows more.\n');
});

test('bad lines are named by their number, good ones are kept', async () => {
  const good = {
    action: 'created',
    timestamp: 1,
    actorType: 'users',
    actorId: 7,
    targetType: 'builds',
    targetId: 'b1',
  };
  const lines = ['{"action":', '', JSON.stringify(good), JSON.stringify({ ...good, source: 'daemon' })];
  const { exit, out, err } = await whodid(['audit', 'report', '-'], { stdin: lines.join('\n') });
  assert.equal([exit, out], [6, '']);
  assert.match(err, /^line 1: .*\nline 4: source .*\n1 stored, 0 known already, 2 refused/);
  assert.is(await ok(['audit', 'target', 'builds:b1', '--fields', 'actor']), 'users:7\n');
});

test('after logging out the session is no good any more', async () => {
  await ok(['logout']);
  assert.is((await whodid(['whoami'])).exit, 4);
});

test('a stopped daemon: 69 and how to start it', async () => {
  await ok(['daemon', 'stop']);
  const { exit, err } = await whodid(['list', 'users']);
  assert.is(exit, 69);
  assert.match(err, /Start it with `whodid daemon start`/);
});

test.run();

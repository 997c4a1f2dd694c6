// What the tab key offers: the program asked as the scripts of the shells ask it, and in bash itself.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SHELL_WAYS } from '#src/cli/completion/shells.js';
import { type FakeDaemon, fakeDaemon } from '../fake-daemon.js';

const program = fileURLToPath(new URL('../../../bin/whodid.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'whodid-completion-'));
symlinkSync(program, join(home, 'whodid'));
let daemon: FakeDaemon;

test.before(async () => {
  daemon = await fakeDaemon(({ path, query }) => {
    if (path === '/v1/types') {
      const users = { name: 'users', fields: ['id', 'name', 'email'] };
      return { body: { data: [users, { name: 'invoices', fields: ['id', 'number', 'total'] }] } };
    }
    if (path === '/v1/tokens') return { body: { data: [{ id: 'abc', name: 'ci' }] } };
    const ids = path === '/v1/records/users' && query.get('limit') === '1000' ? ['1', '2', '12'] : [];
    return { body: { data: ids.map(id => ({ id })), next: null, prev: null } };
  });
});
test.after(async () => {
  await daemon.close();
  rmSync(home, { recursive: true });
});

interface Ran {
  exit: number | null;
  out: string;
  err: string;
}
function run(file: string, args: string[], more: Record<string, string> = {}): Promise<Ran> {
  const env = {
    PATH: `${home}:${process.env.PATH}`,
    HOME: home,
    WHODID_HOME: join(home, 'data'),
    WHODID_URL: daemon.url,
    WHODID_TOKEN: 't',
    ...more,
  };
  return new Promise(resolve => {
    const child = execFile(file, args, { env }, (_error, out, err) => {
      resolve({ exit: child.exitCode, out, err });
    });
  });
}
/** The values that fish would be offered for these words. */
async function offered(...words: string[]): Promise<string[]> {
  const { exit, out, err } = await run(process.execPath, [program, '__complete', 'fish', ...words]);
  assert.equal([exit, err], [0, '']);
  return out
    .split('\n')
    .slice(0, -1)
    .map(line => line.split('\t')[0] ?? '');
}

const cases: [words: string[], candidates: string[]][] = [
  [['who'], ['whoami']],
  [['audit', 'ev'], ['events']],
  [['audit', 'events', '--outc'], ['--outcome']],
  [
    ['whoami', '--ver'],
    ['--version', '--verbose'],
  ],
  [
    ['get', ''],
    ['users', 'invoices'],
  ],
  [
    ['get', 'users', '1'],
    ['1', '12'],
  ],
  [
    ['get', 'users:1'],
    ['users:1', 'users:12'],
  ],
  [['get', 'users', '1', ''], []],
  [['get', 'nothing', ''], []],
  [['audit', 'target', 'sess'], ['sessions']],
  [['audit', 'events', '--actor', 'u'], ['users:']],
  [['audit', 'events', '--actor', 'users:2'], ['users:2']],
  [['audit', 'events', '--actor=users:2'], ['--actor=users:2']],
  [
    ['audit', 'events', '--action', 'viewed,c'],
    ['viewed,created', 'viewed,changed'],
  ],
  [['audit', 'events', '--not', 'outc'], ['outcome=']],
  [['audit', 'events', '--not', 'outcome=d'], ['outcome=denied']],
  [['audit', 'events', '--fields', 'id,actorN'], ['id,actorName']],
  [['list', 'invoices', '--fields', 'to'], ['total']],
  [
    ['list', 'invoices', '--where', ''],
    ['id=', 'number=', 'total='],
  ],
  [['update', 'invoices', '1', '--set', 'nu'], ['number=']],
  [
    ['tokens', 'create', '--role', 'a'],
    ['admin', 'auditor'],
  ],
  [['tokens', 'revoke', ''], ['abc']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['create', 'users', '--file', ''], [':files']],
  [['create', 'users', '--', '--fi'], []],
];
for (const [words, candidates] of cases) {
  test(`${words.join(' ')}: ${candidates.join(' ') || 'nothing'}`, async () => {
    assert.equal(await offered(...words), candidates);
  });
}

test('ids are asked for alone, so that completing is no view', async () => {
  daemon.asked.length = 0;
  await offered('get', 'users', '');
  const records = daemon.asked.filter(({ path }) => path.startsWith('/v1/records/'));
  assert.equal(
    records.map(({ headers }) => headers.prefer),
    ['return=minimal'],
  );
});

test('without a daemon or a log-in it offers what needs none, and is silent', async () => {
  const args = [program, '__complete', 'fish'];
  const surroundings: Record<string, string>[] = [
    { WHODID_URL: 'http://127.0.0.1:1' },
    { WHODID_URL: '', WHODID_TOKEN: '' },
  ];
  for (const more of surroundings) {
    assert.equal(await run(process.execPath, [...args, 'get', ''], more), { exit: 0, out: '', err: '' });
    const { out, err } = await run(process.execPath, [...args, 'audit', 'events', '--order', ''], more);
    assert.equal([out, err], ['desc\nasc\n', '']);
  }
  assert.equal(await run(process.execPath, [program, '__complete', 'tcsh', 'x']), {
    exit: 0,
    out: '',
    err: '',
  });
});

/** What bash puts into COMPREPLY for a line that ends at the cursor. */
async function inBash(line: string): Promise<string[]> {
  const script = `eval "$(whodid completion bash)"
    COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=(whodid)
    _whodid
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { out } = await run('bash', ['--norc', '-c', script, 'bash', line]);
  return out.split('\n').slice(0, -1);
}

test('bash replaces what stands behind its last word break, and that is what it gets', async () => {
  assert.equal(await inBash('whodid get us'), ['users']);
  assert.equal(await inBash('whodid get users:1'), ['1', '12']);
  assert.equal(await inBash('whodid audit events --not outcome=d'), ['denied']);
  assert.equal(await inBash('whodid audit events --fields id,actorN'), ['id,actorName']);
});

test('the scripts are such as their shells can read', async () => {
  for (const [shell, flags] of [
    ['bash', ['-n', '-c']],
    ['zsh', ['-n', '-c']],
    ['fish', ['--no-execute', '-c']],
  ] as const) {
    const { exit, err } = await run(shell, [...flags, SHELL_WAYS[shell].script]);
    // A shell that is not installed cannot be asked.
    if (exit !== null && exit >= 0) assert.equal([shell, exit, err], [shell, 0, '']);
  }
});

test.run();

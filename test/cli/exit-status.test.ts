// Exit statuses as scripts rely on them (docs/cli.md), each by the thing that scripts meet, against a real daemon.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXIT } from '#src/shared/problem.js';
import { type TemporaryDaemon, temporaryDaemon } from '../daemon/temporary-daemon.js';
import { type Ran, runMain } from './run-main.js';

const home = mkdtempSync(join(tmpdir(), 'whodid-status-'));
const at = (name: string) => join(home, name);
let it: TemporaryDaemon;
let admin: string;
let viewer: string;

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  viewer = (await it.person('Vera', 'viewer')).token;
  const exported = await whodid(['audit', 'export', at('log.jsonl')]);
  assert.is(exported.exit, 0, exported.err);
  const whole = readFileSync(at('log.jsonl'), 'utf8');
  writeFileSync(at('altered.jsonl'), whole.replace('Vera', 'Veri'));
  writeFileSync(at('altered.jsonl.manifest.json'), readFileSync(at('log.jsonl.manifest.json')));
  writeFileSync(at('bad.jsonl'), '{"action":"eaten"}\n');
});
test.after(async () => {
  await it?.stop();
  rmSync(home, { recursive: true });
});

const whodid = (args: string[], more: Record<string, string> = {}): Promise<Ran> =>
  runMain(args, {
    WHODID_HOME: at('data'),
    XDG_CONFIG_HOME: at('config'),
    WHODID_URL: it.url,
    WHODID_TOKEN: admin,
    ...more,
  });

const cases: [exit: number, what: string, args: string[], more?: () => Record<string, string>][] = [
  [EXIT.done, 'an answer', ['whoami']],
  [EXIT.done, 'an empty answer', ['audit', 'events', '--name', 'nothing.like-it', '--json']],
  [
    EXIT.done,
    'an expectation that is met',
    ['audit', 'expect', '--name', 'users.created', '--timeout', '1ms'],
  ],
  [EXIT.done, 'a whole log', ['audit', 'verify']],
  [EXIT.done, 'a whole export', ['audit', 'verify', at('log.jsonl')]],
  [EXIT.failed, 'an expectation that is not', ['audit', 'expect', '--name', 'no.such', '--timeout', '1ms']],
  [EXIT.failed, 'an event that does not come', ['audit', 'wait', '--name', 'no.such', '--timeout', '1ms']],
  [EXIT.usage, 'an unknown command', ['nothing']],
  [EXIT.usage, 'an unknown option', ['whoami', '--nothing']],
  [EXIT.usage, 'an unknown field', ['audit', 'events', '--fields', 'nothing']],
  [EXIT.usage, 'two formats', ['list', 'users', '--json', '--csv']],
  [EXIT.usage, 'a question that nobody could answer', ['login']],
  [EXIT.notFound, 'a record that is not there', ['get', 'users', '99']],
  [EXIT.notFound, 'a type that is not there', ['list', 'nothing']],
  [EXIT.notFound, 'an event that is not there', ['audit', 'show', '99999']],
  [EXIT.notLoggedIn, 'nobody', ['whoami'], () => ({ WHODID_TOKEN: '' })],
  [EXIT.notLoggedIn, 'a token that is none', ['whoami'], () => ({ WHODID_TOKEN: 'nothing' })],
  [EXIT.forbidden, 'a role that may not', ['audit', 'events'], () => ({ WHODID_TOKEN: viewer })],
  [
    EXIT.conflict,
    'an address that is taken',
    ['create', 'users', '--set', 'name=A', '--set', 'email=ada@example.com'],
  ],
  [EXIT.conflict, 'data that is not valid', ['create', 'users', '--set', 'name=A']],
  [
    EXIT.conflict,
    'a version that is gone',
    ['update', 'users', '1', '--set', 'name=A', '--if-match', '"99"'],
  ],
  [EXIT.conflict, 'a bad line of a report', ['audit', 'report', at('bad.jsonl'), '--dry-run']],
  [EXIT.conflict, 'a file that is there', ['audit', 'export', at('log.jsonl')]],
  [EXIT.verificationFailed, 'an export that was altered', ['audit', 'verify', at('altered.jsonl')]],
  [EXIT.unavailable, 'no daemon', ['whoami'], () => ({ WHODID_URL: 'http://127.0.0.1:1' })],
  [EXIT.unavailable, 'no daemon here', ['daemon', 'status'], () => ({ WHODID_URL: '' })],
];
for (const [exit, what, args, more = () => ({})] of cases) {
  test(`${exit}: ${what}`, async () => {
    const ran = await whodid(args, more());
    assert.is(ran.exit, exit, ran.err);
    // What went wrong is said, and not among the data.
    if (![EXIT.done, EXIT.failed].includes(exit as never)) {
      assert.is(ran.out, '');
      assert.match(ran.err, /^whodid: |^.*line 1/);
    }
  });
}

test('every status has a case; that of Ctrl-C is in interrupted.test.ts', () => {
  const tried = new Set([...cases.map(([exit]) => exit), EXIT.interrupted]);
  assert.equal([...tried].sort(), Object.values(EXIT).sort());
});

test.run();

// What is misspelt gets a suggestion: commands, options, fields, types, event names and the words that options take.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../daemon/temporary-daemon.js';
import { runMain } from './run-main.js';

const home = mkdtempSync(join(tmpdir(), 'whodid-misspelt-'));
const expectations = join(home, 'expectations.yaml');
writeFileSync(expectations, '- taget: users:1\n');
let it: TemporaryDaemon;
let token: string;

test.before(async () => {
  it = await temporaryDaemon();
  token = await it.login();
});
test.after(async () => {
  await it?.stop();
  rmSync(home, { recursive: true });
});

const whodid = (args: string[]) =>
  runMain(args, { WHODID_HOME: home, XDG_CONFIG_HOME: home, WHODID_URL: it.url, WHODID_TOKEN: token });

const cases: [args: string, exit: number, suggestion: string][] = [
  ['lst users', 2, 'Did you mean "whodid list"?'],
  ['adit', 2, 'Did you mean "whodid audit"?'],
  ['audit evnts', 2, 'Did you mean "whodid audit events"?'],
  ['audit evnts --help', 2, 'Did you mean "whodid audit events"?'],
  ['help audit evnts', 2, 'Did you mean "whodid audit events"?'],
  ['help wohami', 2, 'Did you mean "whodid whoami"?'],
  ['events', 2, 'Did you mean "whodid audit events"?'],
  ['stats --since 2h', 2, 'Did you mean "whodid audit stats"?'],
  ['start', 2, 'Did you mean "whodid daemon start"?'],
  ['whoami --jsn', 2, 'Did you mean "--json"?'],
  ['audit events --outcom denied', 2, 'Did you mean "--outcome"?'],
  ['audit events --fields id,actr', 2, 'Did you mean "actor"?'],
  ['audit history users 1 --fields vews', 2, 'Did you mean "views"?'],
  ['config --fields nam', 2, 'Did you mean "name"?'],
  ['list users --fields emial', 2, 'Did you mean "email"?'],
  ['list users --where emial=x', 2, 'did you mean email?'],
  ['create users --set nme=Ada --set email=a@example.com', 6, 'did you mean name?'],
  ['update users 1 --set emial=a@example.com', 6, 'did you mean email?'],
  ['list uers', 3, 'Did you mean "users"?'],
  ['get uers 1', 3, 'Did you mean "users"?'],
  ['types show nots', 3, 'Did you mean "notes"?'],
  ['audit at uers 1 --time now', 3, 'Did you mean "users"?'],
  ['audit blame uers 1', 3, 'Did you mean "users"?'],
  // What failed before about the same mistake is in the log, and would be found.
  ['audit target usrs 1', 0, 'Did you mean "users"?'],
  ['audit events --actor uers:1', 0, 'Did you mean "users"?'],
  ['audit history uers 1', 0, 'Did you mean "users"?'],
  ['audit history users 1 --field emial', 0, 'Did you mean "email"?'],
  ['audit blame users 1 --field emial', 0, 'Did you mean "email"?'],
  ['audit events --field emial', 0, 'Did you mean "email"?'],
  ['audit events --name session.creatd', 0, 'Did you mean "session.created"?'],
  ['audit events --not acton=viewed', 2, 'Did you mean "act'],
  ['audit events --action chagned', 2, 'Did you mean "changed"?'],
  ['audit events --outcome dened', 2, 'Did you mean "denied"?'],
  ['audit export --format jsnl', 2, 'Did you mean "jsonl"?'],
  ['tokens create --name x --role auditr', 2, 'Did you mean "auditor"?'],
  [`audit expect --file ${expectations}`, 2, 'Did you mean "target"?'],
];
for (const [args, exit, suggestion] of cases) {
  test(`${args.replace(expectations, 'FILE')}: ${suggestion}`, async () => {
    const ran = await whodid(args.split(' '));
    assert.equal([ran.exit, ran.out], [exit, ''], ran.err);
    assert.ok(ran.err.includes(suggestion), ran.err);
  });
}

test('a usage error says where the help is', async () => {
  assert.match((await whodid(['audit', 'events', '--foo'])).err, /See `whodid audit events --help`\.\n$/);
  assert.match((await whodid(['nothing-like-it'])).err, /^whodid: .*`whodid --help`\.\n$/);
});

test.run();

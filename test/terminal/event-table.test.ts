// The interactive table as a person meets it: the real program in a real terminal against a real daemon, keys
// typed, screens read back and compared with what the API says.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import stringWidth from 'string-width';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { event } from '../cli/events.js';
import { type FakeDaemon, fakeDaemon } from '../cli/fake-daemon.js';
import type { TemporaryDaemon } from '../daemon/temporary-daemon.js';
import { assertRestored, openStage, PROGRAM, type Stage } from './stage.js';

const FILES = 600;
/** What a name may hold that a terminal obeys. */
const HOSTILE = '\u001b]0;pwned\u0007\u001b[2J\u009b31m\u202egnp.exe';

let stage: Stage;
let it: TemporaryDaemon;
const fakes: FakeDaemon[] = [];
const open: Stage['open'] = options => stage.open(options);
const start: Stage['start'] = (screen, args) => stage.start(screen, args);
const report: Stage['report'] = (from, count, more) => stage.report(from, count, more);
/** The lines of the table's rows on the screen. */
const rowsOf = (text: string) => text.split('\n').filter(line => /files:f\d/.test(line));

test.before(async () => {
  stage = await openStage();
  ({ it } = stage);
  await report(1, FILES);
});
test.after.each(() => stage.closeScreens());
test.after(async () => {
  await Promise.all(fakes.map(fake => fake.close()));
  await stage?.close();
});

for (const [columns, lines] of [
  [80, 24],
  [120, 30],
  [200, 50],
] as const) {
  test(`at ${columns}×${lines}: the rows are those of the API, nothing wraps, half of the screen is enough`, async () => {
    const screen = await open({ columns, lines });
    await screen.type("printf 'line %s\\n' 1 2 3\r");
    await start(screen, 'audit actor users u1');
    const text = await screen.shows(/1\/200\+/);
    const shown = rowsOf(text);
    assert.is(shown.length, Math.floor(lines / 2) - 3);
    const expected = await it.events(`actor=users:u1&limit=${shown.length}`);
    for (const [index, { targetId }] of expected.entries()) assert.match(shown[index] ?? '', targetId);
    for (const line of text.split('\n')) assert.ok(stringWidth(line) <= columns, line);
    assert.match(text, /line 3\n/);
    await screen.press('q');
    await screen.shows(/changed[\s\S]*\$$/);
  });
}

test('a session of looking: move, search, detail, filter, leave; the rows stay in the scrollback', async () => {
  const screen = await open({ columns: 120, lines: 40 });
  await start(screen, 'audit actor users u1');
  await screen.shows(/1\/200\+/);
  await screen.type('jjj');
  await screen.shows(/▌.*files:f0597[\s\S]* 4\/200\+/);
  await screen.press('Enter');
  const detail = await screen.shows(/Event \d+/);
  assert.match(detail, /files:f0597/);
  assert.match(detail, /- "b597"\n.*\+ "c597"/);
  await screen.press('Escape');
  await screen.shows(/▌.*files:f0597/);
  await screen.type('/f0550');
  await screen.press('Enter');
  await screen.shows(/▌\*.*files:f0550/);
  await screen.type('f-target:files:f0600 -target:files:f0599');
  await screen.press('Enter');
  await screen.shows(/▌.*files:f0598[\s\S]* 1\/200\+/);
  await screen.press('q');
  await screen.shows(/files:f0598[\s\S]*\$$/);
  const left = (await screen.screen()).join('\n');
  assert.not.match(left, /▌|filter {2}F follow/);
  assert.match(left, /ACTOR +ACTION +TARGET +CHANGES/);
});

test('through the whole log and back, from page to page, recording one query', async () => {
  const queries = () => it.events('eventName=audit.queried&target=audit:log');
  const before = (await queries()).reduce((sum, { count = 1 }) => sum + count, 0);
  const screen = await open({ columns: 100, lines: 50 });
  await start(screen, 'audit actor users u1 --not field=none');
  await screen.shows(/1\/200\+/);
  for (let page = 0; page < 40; page += 1) await screen.press('PageDown');
  await screen.shows(/▌.*files:f0001[\s\S]*600\/600/);
  for (let page = 0; page < 40; page += 1) await screen.press('PageUp');
  await screen.shows(/▌.*files:f0600[\s\S]* 1\/600/);
  await screen.press('q');
  const asked = (await queries()).reduce((sum, { count = 1 }) => sum + count, 0) - before;
  // Two of them are this test's own questions.
  assert.ok(asked <= 3, `${asked} queries`);
});

test('the end of the log is one key away', async () => {
  const screen = await open();
  await start(screen, 'audit actor users u1');
  await screen.shows(/1\/200\+/);
  await screen.type('G');
  await screen.shows(/▌.*f0001[\s\S]* 1 from the end/);
  await screen.type('g');
  await screen.shows(/▌.*f0600[\s\S]* 1\/200\+/);
});

test('followed: new events come in above, and away from the top they are counted', async () => {
  const screen = await open({ columns: 120 });
  await start(screen, 'audit actor users u9');
  await screen.shows(/No event matches/);
  await screen.type('F');
  await screen.shows(/● following/);
  await report(1001, 1, { actorId: 'u9', id: 'n-1' });
  await screen.shows(/▌.*files:f1001/);
  await report(1002, 1, { actorId: 'u9', id: 'n-2' });
  await screen.shows(/files:f1002[\s\S]*▌.*files:f1001/);
  const lines = Array.from({ length: 12 }, (_, index) => index);
  for (const index of lines) await report(1003 + index, 1, { actorId: 'u9', id: `n-${index + 3}` });
  await screen.shows(/▌.*files:f1001[\s\S]*↑ \d+ new[\s\S]* 14\/14/);
  await screen.type('g');
  await screen.shows(/▌.*files:f1014[\s\S]* 1\/14/);
});

test('while a line is typed, pastes, mouse reports and replies of the terminal are what they are', async () => {
  const screen = await open({ columns: 120 });
  await start(screen, 'audit actor users u1');
  await screen.shows(/1\/200\+/);
  await screen.type('/');
  await screen.type('\u001b[<64;10;5M\u001b]11;rgb:0000/0000/0000\u0007\u001b[?1;2cab');
  await screen.shows(/search: ab/);
  await screen.type('\u001b[200~q\nc\u001b[201~');
  await screen.shows(/search: abq c/);
});

test('hostile names show as text, and nothing of them is obeyed', async () => {
  await report(2001, 1, {
    actorId: 'u8',
    id: 'h-1',
    actorName: HOSTILE,
    changes: { [HOSTILE]: { prev: null, next: HOSTILE } },
  });
  const screen = await open({ columns: 200, lines: 40 });
  await start(screen, 'audit actor users u8');
  const text = await screen.shows(/files:f2001/);
  assert.match(text, /\\u001b\]0;pwned\\u0007\\u001b\[2J\\u009b31m\\u202egnp\.exe/);
  await screen.press('Enter');
  await screen.shows(/Event \d+[\s\S]*\+ "\\u001b\]0;pwned/);
});

test('resized twenty times: one table on the screen, what was above still there', async () => {
  const screen = await open({ columns: 120, lines: 30 });
  await screen.type('seq 1 60\r');
  await screen.shows(/^60$/m);
  await start(screen, 'audit actor users u1');
  await screen.shows(/1\/200\+/);
  for (let step = 0; step < 20; step += 1) {
    const columns = 70 + ((step * 37) % 60);
    const lines = 30 + ((step * 7) % 20);
    await screen.resize(columns, lines);
    // The status line reaches from edge to edge.
    await screen.shows(new RegExp(`^(?=.{${columns}}$)actor:users:u1 .*200\\+$`, 'm'));
  }
  await screen.press('q');
  await screen.shows(/files:f0600[\s\S]*\$$/);
  const all = await screen.everything();
  const numbers = all.map(line => line.trim()).filter(line => /^\d+$/.test(line));
  assert.equal(
    numbers,
    Array.from({ length: 60 }, (_, index) => String(index + 1)),
  );
  assert.is(all.filter(line => line.includes('▌')).length, 0);
});

test('below 60×15 it says so and waits', async () => {
  const screen = await open({ columns: 59, lines: 20 });
  await start(screen, 'audit actor users u1');
  await screen.shows(/At least 60×15/);
  await screen.resize(80, 24);
  await screen.shows(/1\/200\+/);
});

for (const [signal, status] of [
  ['TERM', 130],
  ['INT', 130],
  ['HUP', 130],
] as const) {
  test(`the terminal is restored after SIG${signal}`, async () => {
    const screen = await open();
    await start(screen, 'audit actor users u1; echo "status $?"');
    await screen.shows(/1\/200\+/);
    await promisify(execFile)('pkill', [`-${signal}`, '-P', await screen.pid(), 'node']);
    await screen.shows(new RegExp(`status ${status}`));
    await assertRestored(screen);
  });
}

test('Ctrl-Z stops it, the shell has its terminal, fg draws it again where one was', async () => {
  const screen = await open();
  await start(screen, 'audit actor users u1');
  await screen.shows(/1\/200\+/);
  await screen.type('jj');
  await screen.shows(/3\/200\+/);
  await screen.press('C-z');
  await screen.shows(/Stopped/);
  await assertRestored(screen);
  await screen.type('fg\r');
  await screen.shows(/▌.*files:f0598[\s\S]* 3\/200\+/);
  await screen.press('C-c');
  await screen.shows(/\$$/);
});

test('an error in the program: one sentence, the terminal restored', async () => {
  const fake = await fakeDaemon(({ path }) =>
    path === '/v1/status'
      ? { body: { storedSeq: 1 } }
      : {
          body: {
            data: [{ ...event(), actorId: undefined, changes: 7, targetType: { toString: 1 } }, null],
            next: null,
            prev: null,
          },
        },
  );
  fakes.push(fake);
  const screen = await open({ env: { WHODID_URL: fake.url } });
  await start(screen, 'audit events; echo "status $?"');
  await screen.shows(/Unexpected failure[\s\S]*status 1/);
  await assertRestored(screen);
});

test('a daemon that cannot be reached, and one that refuses: said in place, asked again by a key', async () => {
  let willing = false;
  const fake = await fakeDaemon(({ path }) => {
    if (path === '/v1/status') return { body: { storedSeq: 1 } };
    if (!willing)
      return {
        status: 403,
        headers: {},
        body: { code: 'forbidden', detail: 'A viewer may not read the log.', status: 403 },
      };
    return { body: { data: [event()], next: null, prev: 'p' } };
  });
  fakes.push(fake);
  const screen = await open({ env: { WHODID_URL: fake.url } });
  await start(screen, 'audit events');
  await screen.shows(/A viewer may not read the log\. r asks again/);
  willing = true;
  await screen.type('r');
  await screen.shows(/▌.*notes:17[\s\S]* 1\/1/);
});

const plain: [what: string, args: string, env?: Record<string, string>][] = [
  ['stdin is a pipe', 'audit actor users u1 < /dev/null'],
  ['stdout is a pipe', 'audit actor users u1 | cat'],
  ['--json', 'audit actor users u1 --json --limit 3'],
  ['--jsonl', 'audit actor users u1 --jsonl'],
  ['--csv', 'audit actor users u1 --csv'],
  ['--fields', 'audit actor users u1 --fields targetId'],
  ['a number of rows', 'audit actor users u1 --limit 20'],
  ['--no-interactive', '--no-interactive audit actor users u1'],
  ['WHODID_INTERACTIVE=never', 'audit actor users u1', { WHODID_INTERACTIVE: 'never' }],
  ['CI', 'audit actor users u1', { CI: 'true' }],
  ['a dumb terminal', 'audit actor users u1', { TERM: 'dumb' }],
];
test('nothing interactive with a pipe, a machine format, or where it was switched off', async () => {
  const screen = await open({ env: { WHODID_PAGER: 'cat' } });
  for (const [what, args, more = {}] of plain) {
    const variables = Object.entries(more).map(([name, value]) => `${name}=${value} `);
    await screen.type(
      `clear; ${variables.join('')}${process.execPath} ${PROGRAM} ${args}; echo "${what} $?"\r`,
    );
    const text = await screen.shows(new RegExp(`^${what} 0$`, 'm'));
    assert.not.match(text, /▌|q leave/, what);
    assert.match(text, /f0\d\d\d/, what);
  }
});

test('neither React nor Ink is loaded for JSON, a pipe or a plain table', async () => {
  const loader = new URL('data:text/javascript,').href;
  const trace = `${loader}import{register}from'node:module';register('data:text/javascript,'+encodeURIComponent("export async function load(u,c,n){if(/node_modules.(react|ink|yoga)/.test(u))process._rawDebug('LOADED '+u);return n(u,c)}"))`;
  for (const args of [
    ['audit', 'events', '--json'],
    ['audit', 'actor', 'users', 'u1'],
    ['audit', 'events', '--csv'],
  ]) {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', trace, PROGRAM, ...args],
      {
        env: { ...process.env, ...stage.env() },
      },
    );
    assert.not.match(stderr, /LOADED/, args.join(' '));
    assert.ok(stdout.length > 10);
  }
});

test.run();

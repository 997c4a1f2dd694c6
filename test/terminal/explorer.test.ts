// The explorer as a person meets it: the real program in a real terminal against a real daemon, keys typed, screens
// read back and compared with what the API says.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import stringWidth from 'string-width';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ADMIN, type TemporaryDaemon } from '../daemon/temporary-daemon.js';
import { assertRestored, openStage, PROGRAM, type Stage } from './stage.js';
import type { TerminalScreen } from './tmux.js';

const HOSTILE = '\u001b]0;pwned\u0007\u001b[2J\u009b31m\u202egnp.exe';

let stage: Stage;
let it: TemporaryDaemon;

/** Opens the explorer at a size and waits for its first rows. */
async function explore(
  args = '',
  { columns = 120, lines = 30, env = {} as Record<string, string> } = {},
): Promise<TerminalScreen> {
  const screen = await stage.open({ columns, lines, env });
  await stage.start(screen, `explore ${args}; echo "status $?"`);
  await screen.shows(/● connected[\s\S]*\? keys/);
  return screen;
}
const rowsOf = (text: string) => text.split('\n').filter(line => /^.\s.*files:f\d/.test(line));

test.before(async () => {
  stage = await openStage();
  ({ it } = stage);
  await stage.report(1, 300);
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

for (const [columns, lines] of [
  [80, 24],
  [120, 30],
  [200, 50],
] as const) {
  test(`at ${columns}×${lines}: the rows are those of the API, the panes are there, nothing wraps`, async () => {
    const screen = await explore('', { columns, lines });
    const text = await screen.shows(/files:f0300[\s\S]*\? keys {2}q leave/);
    const shown = rowsOf(text);
    const expected = await it.events(`target=files:&limit=${shown.length}`);
    for (const [index, { targetId }] of expected.entries()) assert.match(shown[index] ?? '', targetId);
    for (const line of text.split('\n')) assert.ok(stringWidth(line) <= columns, line);
    assert.is(text.includes('Busiest actors'), columns >= 110);
    assert.match(text, /Event \d+/);
    await screen.press('q');
    await screen.shows(/status 0/);
  });
}

test('a session of looking: pivots and back, the record as it stood; only audit queries are added to the log', async () => {
  const { body } = await it.ask('POST', '/v1/records/users', {
    token: stage.admin,
    headers: { prefer: 'return=minimal' },
    body: { name: 'Grace', email: 'grace@example.com', role: 'editor' },
  });
  assert.not.ok(body?.id);
  const [created] = await it.events('eventName=users.created&limit=1');
  const id = created!.targetId;
  for (const name of ['Grace H', 'Grace Hopper']) {
    const headers = { prefer: 'return=minimal' };
    await it.ask('PATCH', `/v1/records/users/${id}`, { token: stage.admin, body: { name }, headers });
  }
  const before = (await it.events('limit=1'))[0]!.seq;
  const screen = await explore(`users ${id}`);
  await screen.shows(/▌.*changed[\s\S]*\*name +"Grace Hopper"/);
  await screen.press('j');
  await screen.shows(/▌.*changed[\s\S]*\*name +"Grace H"/);
  await screen.type('a');
  await screen.shows(/users:\d+ › users:1\n\[actor:users:1\]/);
  await screen.shows(/▌.*changed[\s\S]*Grace H/);
  await screen.type('[');
  await screen.shows(/› users:\d+ name\n/);
  await screen.shows(/▌.*created/);
  await screen.press('BSpace');
  await screen.shows(/› users:1\n/);
  await screen.press('BSpace');
  await screen.shows(/▌.*changed[\s\S]*\*name +"Grace H"[\s\S]* 2\/3 /);
  await screen.press('q');
  await screen.shows(/status 0/);
  const since = (await it.events('limit=1000')).filter(({ seq }) => seq > before);
  const others = since.filter(({ eventName }) => eventName !== 'audit.queried');
  assert.equal(
    others.map(({ eventName }) => eventName),
    [],
  );
});

test('followed: new events come in above; away from the top they are counted, and nothing moves', async () => {
  const screen = await explore('files:live');
  await screen.shows(/No event matches/);
  await stage.report(5001, 1, { targetId: 'live', id: 'l-1' });
  await screen.shows(/▌.*files:live[\s\S]* 1\/1 /);
  for (let index = 2; index < 25; index += 1) {
    await stage.report(5000 + index, 1, { targetId: 'live', id: `l-${index}` });
  }
  const text = await screen.shows(/↑ \d+ new[\s\S]* 24\/24 /);
  assert.match(text, /▌.*files:live/);
  await screen.type('g');
  await screen.shows(/ 1\/24 /);
});

test('the daemon gone: said, what is shown stays, and it catches up without a gap', async () => {
  // By its socket: the port is another one after the restart.
  const screen = await explore('files:gone', { env: { WHODID_URL: '', WHODID_HOME: it.home } });
  await stage.report(6001, 2, { targetId: 'gone' });
  await screen.shows(/ 1\/2 /);
  await it.daemon.stop();
  await screen.shows(/✕ connection lost/);
  assert.match((await screen.screen()).join('\n'), /files:gone/);
  await it.restart();
  await stage.report(6003, 2, { targetId: 'gone' });
  await screen.shows(/● connected[\s\S]*\/4 /);
});

test('a session that ends asks for the password in place and goes on', async () => {
  const env = { WHODID_TOKEN: '' };
  const screen = await stage.open({ columns: 120, lines: 30, env });
  await screen.type(`printf '%s' '${ADMIN.password}' | `);
  await stage.start(screen, `login --email ${ADMIN.email} --password-stdin`);
  await screen.shows(/Logged in as/);
  await stage.start(screen, 'explore users:u1');
  await screen.shows(/● connected/);
  const sessions = await it.ask('GET', '/v1/sessions', { token: stage.admin });
  const [theirs] = sessions.body.data.filter(({ userAgent = '' }) => userAgent.startsWith('whodid/'));
  await it.ask('DELETE', `/v1/sessions/${theirs.id}`, { token: stage.admin });
  await screen.shows(/The session has ended\. Password of ada@example\.com:/);
  await screen.type('wrong word\r');
  await screen.shows(/Password of[\s\S]*(wrong|refused|not right|do not|does not)/i);
  await screen.type(`${ADMIN.password}\r`);
  await screen.shows(/Ada users:1 \(admin\)/);
  await screen.press('q');
});

test('keys, pastes, mouse reports and replies of the terminal are what they are', async () => {
  const screen = await explore('users:u1');
  await screen.type('f');
  await screen.shows(/filter: /);
  await screen.type('\u001b[<64;10;5M\u001b]11;rgb:0000/0000/0000\u0007\u001b[?1;2cab');
  await screen.shows(/filter: target:users:u1 ab/);
  await screen.type('\u001b[200~q\nc\u001b[201~');
  await screen.shows(/filter: target:users:u1 abq c/);
  await screen.press('Escape');
  await screen.shows(/q leave/);
});

test('jjj in one write is three rows', async () => {
  const screen = await explore();
  await screen.shows(/▌/);
  await screen.type('G');
  await screen.type('g');
  await screen.shows(/ 1\/[\d,]+ /);
  await screen.type('jjj');
  await screen.shows(/ 4\/[\d,]+ /);
});

test('hostile names show as text, and nothing of them is obeyed', async () => {
  await stage.report(2001, 1, {
    targetId: 'evil',
    actorName: HOSTILE,
    targetName: HOSTILE,
    changes: { [HOSTILE]: { prev: null, next: HOSTILE } },
  });
  const screen = await explore('files:evil', { columns: 200, lines: 50 });
  const text = await screen.shows(/files:evil as of/);
  assert.match(text, /\\u001b\]0;pwned\\u0007\\u001b\[2J\\u009b31m\\u202egnp\.exe/);
});

test('resized twenty times: the whole screen each time, and the scrollback as it was', async () => {
  const screen = await stage.open({ columns: 120, lines: 30 });
  await screen.type('seq 1 60\r');
  await screen.shows(/^60$/m);
  await stage.start(screen, 'explore');
  await screen.shows(/● connected/);
  for (let step = 0; step < 20; step += 1) {
    const columns = 70 + ((step * 37) % 130);
    const lines = 20 + ((step * 7) % 30);
    await screen.resize(columns, lines);
    await screen.shows(
      new RegExp(`^whodid {2}everything\\n[\\s\\S]*^(?=.{${columns}}$)Ada.*\\d\\d:\\d\\d\\n.*q leave$`, 'm'),
    );
    assert.is((await screen.screen()).length, lines);
  }
  await screen.resize(59, 20);
  await screen.shows(/At least 60×15/);
  await screen.resize(120, 30);
  await screen.shows(/● connected/);
  await screen.press('q');
  await screen.shows(/60\n[\s\S]*explore\n\$$/);
  const all = await screen.everything();
  const numbers = all.map(line => line.trim()).filter(line => /^\d+$/.test(line));
  assert.equal(
    numbers,
    Array.from({ length: 60 }, (_, index) => String(index + 1)),
  );
});

for (const signal of ['TERM', 'INT', 'HUP'] as const) {
  test(`the terminal and its screen are restored after SIG${signal}`, async () => {
    const screen = await explore();
    await promisify(execFile)('pkill', [`-${signal}`, '-P', await screen.pid(), 'node']);
    await screen.shows(/status 130/);
    assert.not.match((await screen.screen()).join('\n'), /Events ━/);
    await assertRestored(screen);
  });
}

test('Ctrl-Z gives the shell its terminal, fg draws all of it again', async () => {
  const screen = await explore();
  await screen.shows(/▌/);
  await screen.press('C-z');
  await screen.shows(/Stopped/);
  await assertRestored(screen);
  await screen.type('fg\r');
  await screen.shows(/^whodid {2}everything\n[\s\S]*▌[\s\S]*q leave$/m);
  await screen.press('q');
  await screen.shows(/\$ fg\n[\s\S]*\$$/);
});

test('without a terminal it says what to use, and exits with 2', async () => {
  const failed = await promisify(execFile)(process.execPath, [PROGRAM, 'explore'], {
    env: { ...process.env, ...stage.env() },
  }).catch((error: { code: number; stderr: string }) => error);
  assert.match(failed.stderr, /needs a terminal on both sides/);
  assert.is('code' in failed ? failed.code : 0, 2);
});

test.run();

// The terminal that the explorer takes: stopped, taken away; and given back however it ends. And what lies
// behind it, the daemon and the session, going away.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { event } from '../cli/events.js';
import { type FakeDaemon, fakeDaemon } from '../cli/fake-daemon.js';
import { ADMIN, type TemporaryDaemon } from '../daemon/temporary-daemon.js';
import { assertRestored, exploring, openStage, type Stage, signal } from './stage.js';

let stage: Stage;
let it: TemporaryDaemon;
const fakes: FakeDaemon[] = [];

test.before(async () => {
  stage = await openStage();
  ({ it } = stage);
  await stage.report(1, 100);
});
test.after.each(() => stage.closeScreens());
test.after(async () => {
  await Promise.all(fakes.map(fake => fake.close()));
  await stage?.close();
});

for (const name of ['TERM', 'INT', 'HUP']) {
  test(`the terminal and its screen are restored after SIG${name}`, async () => {
    const screen = await exploring(stage);
    await signal(screen, name);
    const text = await screen.shows(/^status 130$/m);
    assert.not.match(text, /Events ━/);
    await assertRestored(screen);
  });
}

for (const [what, stop] of [
  ['Ctrl-Z', (screen: Parameters<typeof signal>[0]) => screen.press('C-z')],
  ['SIGTSTP', (screen: Parameters<typeof signal>[0]) => signal(screen, 'TSTP')],
] as const) {
  test(`${what} gives the shell its terminal, fg draws all of it again`, async () => {
    const screen = await exploring(stage);
    await screen.shows(/▌/);
    await stop(screen);
    const text = await screen.shows(/Stopped[\s\S]*\$$/);
    assert.not.match(text, /Events ━/);
    await assertRestored(screen);
    await screen.type('fg\r');
    await screen.shows(/^whodid {2}everything\n[\s\S]*▌[\s\S]*q leave$/m);
    await screen.press('q');
    await screen.shows(/\$ fg\n[\s\S]*\$$/);
    await assertRestored(screen);
  });
}

test('an error in the program: one sentence, the terminal and its screen restored', async () => {
  const wrong = { ...event(), actorId: undefined, changes: 7, targetType: { toString: 1 } };
  const fake = await fakeDaemon(({ path }) => {
    if (path === '/v1/status') return { body: { storedSeq: 1 } };
    if (path === '/v1/me') return { body: { actorType: 'users', id: '1', name: 'Ada', role: 'admin' } };
    return { body: { data: [wrong, null], next: null, prev: null } };
  });
  fakes.push(fake);
  const screen = await stage.open({ env: { WHODID_URL: fake.url } });
  await stage.start(screen, 'explore; echo "status $?"');
  const text = await screen.shows(/Unexpected failure[\s\S]*^status 1$/m);
  assert.not.match(text, /Events ━/);
  await assertRestored(screen);
});

test('the daemon gone: said, what is shown stays, and it catches up without a gap', async () => {
  // By its socket: the port is another one after the restart.
  const screen = await exploring(stage, 'files:gone', { env: { WHODID_URL: '', WHODID_HOME: it.home } });
  await screen.shows(/ following /);
  await stage.report(6001, 2, { targetId: 'gone' });
  await screen.shows(/ 1\/2 /);
  await it.daemon.stop();
  assert.match(await screen.shows(/✕ connection lost/), /files:gone/);
  await it.start();
  await stage.report(6003, 2, { targetId: 'gone' });
  await screen.shows(/● connected[\s\S]*\/4 /);
});

test('a session that ends asks for the password in place and goes on', async () => {
  const screen = await stage.open({ columns: 120, lines: 30, env: { WHODID_TOKEN: '' } });
  await screen.type(`printf '%s' '${ADMIN.password}' | `);
  await stage.start(screen, `login --email ${ADMIN.email} --password-stdin`);
  await screen.shows(/Logged in as/);
  await stage.start(screen, 'explore users:u1');
  await screen.shows(/● connected[\s\S]* following /);
  const sessions = await it.ask('GET', '/v1/sessions', { token: stage.admin });
  const [theirs] = sessions.body.data.filter(({ userAgent = '' }) => userAgent.startsWith('whodid/'));
  await it.ask('DELETE', `/v1/sessions/${theirs.id}`, { token: stage.admin });
  await screen.shows(/The session has ended\. Password of ada@example\.com:/);
  await screen.type('wrong word\r');
  await screen.shows(/Password of[\s\S]*(wrong|refused|not right|do not|does not)/i);
  await screen.type(`${ADMIN.password}\r`);
  await screen.shows(/Ada users:1 \(admin\)/);
  await screen.press('q');
  await screen.shows(/\$$/);
  assert.not.match(screen.written(), new RegExp(`\\[\\d+;1H[^\\u001b]*${ADMIN.password}`));
});

test.run();

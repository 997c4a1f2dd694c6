// Logging in at a terminal: what is typed as a password is not shown, and it says who is logged in where.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ADMIN } from '../daemon/temporary-daemon.js';
import { assertRestored, openStage, type Stage } from './stage.js';

let stage: Stage;

test.before(async () => {
  stage = await openStage();
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

test('the password is asked for and not shown; then stands there who is logged in where', async () => {
  const screen = await stage.open({ columns: 100, env: { WHODID_TOKEN: '' } });
  await stage.start(screen, 'login');
  await screen.shows(/E-mail/);
  await screen.type(`${ADMIN.email}\r`);
  await screen.shows(/Password/);
  await screen.type(`${ADMIN.password}\r`);
  await screen.shows(new RegExp(`^Logged in as Ada \\(users:1, admin\\) at ${stage.it.url}\\.$`, 'm'));
  await screen.type('whodid whoami\r');
  await screen.shows(new RegExp(`^Ada \\(users:1, admin\\) at ${stage.it.url}`, 'm'));
  assert.not.ok(screen.written().includes(ADMIN.password));
  assert.not.ok(screen.written().includes(ADMIN.password.slice(0, 4)));
  await assertRestored(screen);
});

test('Ctrl-C at the question is 130, and the terminal is as it was', async () => {
  const screen = await stage.open({ columns: 100, env: { WHODID_TOKEN: '' } });
  await screen.type(`whodid login --email ${ADMIN.email}; echo "status $?"\r`);
  await screen.shows(/Password/);
  await screen.type('half a pass');
  await screen.press('C-c');
  await screen.shows(/^status 130$/m);
  assert.not.ok(screen.written().includes('half a'));
  await assertRestored(screen);
});

test.run();

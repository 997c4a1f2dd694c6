// The terminal that the interactive table draws on: stopped, taken away; and put back however it ends.
import { test } from 'uvu';
import { event } from '../cli/events.js';
import { type FakeDaemon, fakeDaemon, type Reply } from '../cli/fake-daemon.js';
import { assertRestored, openStage, type Stage, signal } from './stage.js';

let stage: Stage;
const fakes: FakeDaemon[] = [];
const page = (data: unknown[], prev: string | null = null): Reply => ({ body: { data, next: null, prev } });

test.before(async () => {
  stage = await openStage();
  await stage.report(1, 300);
});
test.after.each(() => stage.closeScreens());
test.after(async () => {
  await Promise.all(fakes.map(fake => fake.close()));
  await stage?.close();
});

test('below 60×15 it says so and waits', async () => {
  const screen = await stage.open({ columns: 59, lines: 20 });
  await stage.start(screen, 'audit actor users u1');
  await screen.shows(/At least 60×15/);
  await screen.resize(80, 24);
  await screen.shows(/ 1\/200\+/);
});

for (const name of ['TERM', 'INT', 'HUP']) {
  test(`the terminal is restored after SIG${name}`, async () => {
    const screen = await stage.open();
    await stage.start(screen, 'audit actor users u1; echo "status $?"');
    await screen.shows(/ 1\/200\+/);
    await signal(screen, name);
    await screen.shows(/^status 130$/m);
    await assertRestored(screen);
  });
}

for (const [what, stop] of [
  ['Ctrl-Z', (screen: Parameters<typeof signal>[0]) => screen.press('C-z')],
  ['SIGTSTP', (screen: Parameters<typeof signal>[0]) => signal(screen, 'TSTP')],
] as const) {
  test(`${what} stops it, the shell has its terminal, fg draws it again where one was`, async () => {
    const screen = await stage.open();
    await stage.start(screen, 'audit actor users u1');
    await screen.shows(/ 1\/200\+/);
    await screen.type('jj');
    await screen.shows(/ 3\/200\+/);
    await stop(screen);
    await screen.shows(/Stopped[\s\S]*\$$/);
    await assertRestored(screen);
    await screen.type('fg\r');
    await screen.shows(/▌.*files:f0298[\s\S]* 3\/200\+/);
    await screen.press('C-c');
    await screen.shows(/\$$/);
    await assertRestored(screen);
  });
}

test('an error in the program: one sentence, the terminal restored', async () => {
  const wrong = { ...event(), actorId: undefined, changes: 7, targetType: { toString: 1 } };
  const fake = await fakeDaemon(({ path }) =>
    path === '/v1/status' ? { body: { storedSeq: 1 } } : page([wrong, null]),
  );
  fakes.push(fake);
  const screen = await stage.open({ env: { WHODID_URL: fake.url } });
  await stage.start(screen, 'audit events; echo "status $?"');
  await screen.shows(/Unexpected failure[\s\S]*^status 1$/m);
  await assertRestored(screen);
});

test('a daemon that refuses: said in place, asked again by a key', async () => {
  let willing = false;
  const detail = 'A viewer may not read the log.';
  const fake = await fakeDaemon(({ path }) => {
    if (path === '/v1/status') return { body: { storedSeq: 1 } };
    if (!willing) return { status: 403, headers: {}, body: { code: 'forbidden', detail, status: 403 } };
    return page([event()], 'p');
  });
  fakes.push(fake);
  const screen = await stage.open({ env: { WHODID_URL: fake.url } });
  await stage.start(screen, 'audit events');
  await screen.shows(/A viewer may not read the log\. f changes the filter/);
  willing = true;
  await screen.type('r');
  await screen.shows(/▌.*notes:17[\s\S]* 1\/1/);
});

test.run();

// Records made, changed, undone and deleted through the explorer's forms, in a real terminal: what was typed is what
// the API has, each deed shows first what it does, and its reason is kept with the event.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TemporaryDaemon } from '../daemon/temporary-daemon.js';
import { exploring, openStage, type Stage } from './stage.js';

let stage: Stage;
let it: TemporaryDaemon;

test.before(async () => {
  stage = await openStage();
  ({ it } = stage);
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

const record = async (id: string) => {
  const { status, body } = await it.ask('GET', `/v1/records/users/${id}`, { token: stage.admin });
  return status === 200 ? body : status;
};
const comments = async (id: string) =>
  (await it.events(`target=users:${id}&not=action:viewed&outcome=success`)).map(
    ({ action, context }) => `${action} ${context?.comment ?? '-'}`,
  );

test('a record: created, edited, undone, deleted by its id', async () => {
  const screen = await exploring(stage, 'users:1');
  await screen.shows(/▌.* changed /);

  await screen.type('c');
  await screen.shows(/A new record of which type\?[\s\S]*▌ users/);
  await screen.press('Enter');
  await screen.shows(/━ new users[\s\S]*▌ ! name/);
  await screen.type('\u0013');
  await screen.shows(/^Nothing was changed/m);
  await screen.type('Grace 👩‍💻 O’Hara\r');
  await screen.shows(/\* name +Grace 👩‍💻 O’Hara\n▌ ! email/);
  await screen.type('\u0013');
  await screen.shows(/^Nothing was changed|^email is needed/m);
  await screen.type('ada@example.com\u0013');
  await screen.shows(/Save new users like this\?[\s\S]*\+ "Grace 👩‍💻 O’Hara"[\s\S]*\+ "ada@example\.com"/);
  await screen.press('Enter');
  await screen.shows(/▌ \* email[\s\S]*has this email already.*$/m);
  await screen.type('\u0015grace@example.com\u0013');
  await screen.shows(/\+ "grace@example\.com"/);
  await screen.press('Tab');
  await screen.shows(/^Why \(kept with the event\):$/m);
  await screen.type('hired\r');
  await screen.shows(/Because: “hired”/);
  await screen.press('Enter');
  const [, id = ''] = /Created users:(\d+)\./.exec(await screen.shows(/Created users:\d+\./)) ?? [];
  assert.equal(await record(id), {
    ...{ id, name: 'Grace 👩‍💻 O’Hara', email: 'grace@example.com' },
    ...{ agreedTos: false, role: 'viewer', disabled: false },
  });
  assert.equal(await comments(id), ['created hired']);

  await screen.type(`f\u0015target:users:${id} -action:viewed\r`);
  await screen.shows(/\[-action:viewed\][\s\S]*▌.*created[\s\S]* 1\/1 /);
  await screen.type('e');
  await screen.shows(new RegExp(`━ users:${id} [\\s\\S]*▌ ! name +Grace`));
  await screen.type('\u0015Grace Hopper\t\t\tx\u0013');
  await screen.shows(/- "viewer"\n +\+ "viewerx"/);
  await screen.press('Enter');
  await screen.shows(/▌ \* role +viewerx[\s\S]*^.*role.* must be .*$/m);
  await screen.press('Escape');
  await screen.shows(/━ Events ━/);
  await screen.type('e');
  await screen.shows(/▌ ! name +Grace/);
  await screen.type('\u0015Grace Hopper\u0013');
  await screen.shows(/like this\?[\s\S]*- "Grace 👩‍💻 O’Hara"\n +\+ "Grace Hopper"/);
  await screen.type('n');
  await screen.shows(/▌ \* name +Grace Hopper/);
  await screen.type('\u0013');
  await screen.shows(/like this\?/);
  await screen.type('y');
  await screen.shows(new RegExp(`Updated users:${id}\\.`));
  await screen.shows(/changed[\s\S]*▌.*created[\s\S]* 2\/2 |changed[\s\S]*▌.*created/);
  assert.is((await record(id)).name, 'Grace Hopper');

  await screen.type('g');
  await screen.shows(/▌.*changed/);
  await screen.type('u');
  await screen.shows(/Undo it\?[\s\S]*- "Grace Hopper"\n +\+ "Grace 👩‍💻 O’Hara"/);
  await screen.press('Tab');
  await screen.type('a slip\r');
  await screen.shows(/Because: “a slip”/);
  await screen.type('y');
  await screen.shows(new RegExp(`Undone on users:${id}\\.`));
  assert.is((await record(id)).name, 'Grace 👩‍💻 O’Hara');

  await screen.type('X');
  await screen.shows(new RegExp(`^To delete users:${id}, type its id:$`, 'm'));
  await screen.type('users\r');
  await screen.shows(new RegExp(`^That is not its id\\. To delete users:${id}, type ${id}\\.$`, 'm'));
  assert.is((await record(id)).id, id, 'nothing is deleted by another word');
  await screen.press('Tab');
  await screen.shows(/^Why/m);
  await screen.type('left\r');
  await screen.shows(/\(“left”\), type its id: users$/m);
  await screen.type(`\u0015${id}\r`);
  await screen.shows(new RegExp(`Deleted users:${id}\\.`));
  await screen.shows(/deleted[\s\S]*changed[\s\S]*changed[\s\S]*created/);
  assert.is(await record(id), 404);
  assert.equal(await comments(id), ['deleted left', 'changed a slip', 'changed -', 'created hired']);
});

test('with --read-only, and for a viewer, each of these keys says why not, and nothing comes of it', async () => {
  const viewer = await it.person('Vera', 'viewer');
  const [{ seq } = { seq: 0 }] = await it.events('limit=1');
  for (const [args, env, reason] of [
    ['users:1 --read-only', {}, 'it was opened with --read-only'],
    [`users:${viewer.id}`, { WHODID_TOKEN: viewer.token }, 'a viewer may not change records'],
  ] as const) {
    const screen = await exploring(stage, args, { env });
    await screen.shows(/▌.* (created|changed) /);
    for (const key of ['c', 'e', 'X', 'u']) {
      await screen.type('v');
      await screen.shows(/^(?!Not now)[^\n]*\n[^\n]*q leave$/m);
      await screen.type(key);
      await screen.shows(new RegExp(`^Not now: ${reason}\\.$`, 'm'));
    }
  }
  const made = (await it.events('limit=100')).filter(event => event.seq > seq && event.action !== 'viewed');
  assert.equal(made, []);
});

test.run();

// Everything that a screen reader's user does beside reading, in a real terminal against a real daemon: records made,
// changed, undone and deleted, what happened counted, new events read out. What was chosen is what the API has.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TemporaryDaemon } from '../daemon/temporary-daemon.js';
import { openStage, type Stage } from './stage.js';
import { walking } from './walking.js';

const SIZE = { columns: 160, lines: 90, env: { WHODID_ACCESSIBLE: '1' } };

let stage: Stage;
let it: TemporaryDaemon;

test.before(async () => {
  stage = await openStage();
  ({ it } = stage);
  await stage.report(1, 12);
  await stage.report(100, 3, { actorId: 'u2', action: 'viewed', changes: undefined });
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

/** The record as the log has it, which adds no view of it. */
const record = async (id: string) => {
  const { body } = await it.ask('GET', `/v1/audit/state?target=users:${id}`, { token: stage.admin });
  return body.exists ? body.state : 'gone';
};

test('a record: created, edited, undone and deleted, each asked about first', async () => {
  const screen = await stage.open(SIZE);
  await stage.start(screen, 'explore; echo "status $?"');
  const { hears, choose } = walking(screen);
  await hears(/^everything: events 1 to 10/m);

  await choose(
    'create a record',
    [/^Types\n/m, 'users'],
    [/^Fields of users/m, 'name'],
    [/^name: $/m, 'Grace 👩‍💻'],
  );
  await hears(/^1\. name: "Grace 👩‍💻" \(needed\)$/m);
  await choose('0');
  await hears(/^email is needed; nothing is saved\.$/m);
  await choose(
    'create a record',
    [/^Types\n/m, 'users'],
    [/^Fields of users/m, 'name'],
    [/^name: $/m, 'Grace 👩‍💻'],
  );
  await hears(/^Fields/m);
  await choose(
    'email',
    [/^email: $/m, 'ada@example.com'],
    [/^Fields/m, '0'],
    [/^This would be saved:\nname: /m, 'yes'],
  );
  await hears(/has this email already/, /^Choices:$/m);
  assert.is((await it.events('eventName=users.created')).length, 1, 'nobody but the first');

  await choose(
    'create a record',
    [/^Types\n/m, 'users'],
    [/^Fields of users/m, 'name'],
    [/^name: $/m, 'Grace 👩‍💻'],
  );
  await hears(/^Fields/m);
  await choose('email', [/^email: $/m, 'grace@example.com'], [/^Fields/m, '0'], [/^Save it\?/m, 'yes']);
  const [, id = ''] = /^Created users:(\d+)\.$/m.exec(await hears(/^Created users:\d+\.$/m)) ?? [];
  assert.is((await record(id)).name, 'Grace 👩‍💻');

  await choose('filter', [/^Filter: $/m, `target:users:${id} -action:viewed`]);
  await hears(/: events 1 to 1, newest first/);
  await choose('an event in full', [/Which event/, '1']);
  await hears(/^Event \d+$/m, /action +created/, new RegExp(`users:${id}`));
  await choose(
    'edit its target',
    [/^Fields/m, 'name'],
    [/^A new value for name\?/m, 'yes'],
    [/^name: $/m, 'Grace Hopper'],
  );
  await hears(/^Fields/m);
  await choose('role', [/^A new value for role\?/m, 'yes'], [/^role: $/m, 'editor'], [/^Fields/m, '0']);
  await hears(/^name: "Grace 👩‍💻" → "Grace Hopper"\nrole: "viewer" → "editor"\nSave it\?/m);
  await choose('no');
  await hears(/^Choices:$/m);
  assert.is((await record(id)).name, 'Grace 👩‍💻', 'nothing without a yes');
  await choose(
    'edit its target',
    [/^Fields/m, 'name'],
    [/^A new value for name\?/m, 'yes'],
    [/^name: $/m, 'Grace Hopper'],
  );
  await hears(/^Fields/m);
  await choose('0', [/^Save it\?/m, 'yes']);
  await hears(new RegExp(`^Updated users:${id}\\.$`, 'm'));
  assert.is((await record(id)).name, 'Grace Hopper');

  await choose('back to the events');
  await hears(/: events 1 to 1/);
  await choose('ask again');
  await hears(/: events 1 to 2/);
  await choose('an event in full', [/Which event/, '1']);
  await hears(/^Event \d+$/m, /action +changed/);
  await choose('undo what it changed', [
    /would be changed like this:\nname: "Grace Hopper" → "Grace 👩‍💻"/,
    'yes',
  ]);
  await hears(new RegExp(`^Undone on users:${id}\\.$`, 'm'));
  assert.is((await record(id)).name, 'Grace 👩‍💻');

  await choose('delete its target', [/^To delete users:\d+, type its id/m, 'users']);
  await hears(new RegExp(`^That is not its id; users:${id} stays\\.$`, 'm'));
  assert.is((await record(id)).name, 'Grace 👩‍💻');
  await choose('delete its target', [/^To delete/m, id]);
  await hears(new RegExp(`^Deleted users:${id}\\.$`, 'm'));
  assert.is(await record(id), 'gone');
  await choose('leave');
  await screen.shows(/^status 0$/m);
});

test('counts by a column and by day are those of the API, and lead to the events', async () => {
  const screen = await stage.open(SIZE);
  await stage.start(screen, 'audit events --target files:; echo "status $?"');
  const { hears, choose } = walking(screen);
  await hears(/^target:files:: events 1 to 10/m);
  const { body } = await it.ask('GET', '/v1/audit/summary?by=actor&target=files:', { token: stage.admin });
  await choose('how much of what', [/^Count by\n/m, 'actor']);
  const read = await hears(/^Counts by actor, the most first\.$/m, /^To the events of which/m);
  assert.equal(
    [...read.matchAll(/^\d+\. (\S+): (\d+), last/gm)].map(([, key, count]) => [key, Number(count)]),
    body.data.map(({ key, count }: { key: string; count: number }) => [key, count]),
  );
  await choose('users:u2');
  await hears(/, then actor:users:u2: events 1 to 3, newest first, no further ones\.$/m);
  await choose('when it happened', [/^By \w+, the newest first/m, '1']);
  await hears(/, then .*: events 1 to 3/);
  await choose('0');
  await screen.shows(/^status 0$/m);
});

test('new events are read out as they are stored, and what is typed ends that', async () => {
  const screen = await stage.open(SIZE);
  await stage.start(screen, 'explore files:live; echo "status $?"');
  const { hears, choose } = walking(screen);
  await hears(/^files:live: no event matches\.$/m);
  await choose('new events as they come');
  await hears(/^New events are read out as they come\./m);
  const from = screen.written().length;
  for (let number = 1; number <= 3; number += 1) {
    await stage.report(500 + number, 1, { targetId: 'live', id: `live-${number}` });
    await screen.writes(from, text => text.split('users:u1 changed files:live: blob').length === number + 1);
  }
  await choose('0');
  await hears(/^Choices:$/m);
  await choose('ask again');
  await hears(/^files:live: events 1 to 3/m);
  await choose('leave');
  await screen.shows(/^status 0$/m);
});

test.run();

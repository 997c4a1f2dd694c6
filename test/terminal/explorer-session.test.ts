// The explorer as a person meets it: the real program in a real terminal against a real daemon, the keys of a whole
// session typed, and each screen compared with what the API says.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TemporaryDaemon } from '../daemon/temporary-daemon.js';
import { assertRows } from './rows.js';
import { assertWidth, exploring, openStage, queriesSince, type Stage } from './stage.js';

const FILES = 300;

let stage: Stage;
let it: TemporaryDaemon;

test.before(async () => {
  stage = await openStage();
  ({ it } = stage);
  await stage.report(1, FILES);
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

for (const [columns, lines] of [
  [80, 24],
  [120, 30],
  [200, 50],
] as const) {
  test(`at ${columns}×${lines}: moving, pivots and back, filter, bars, counts, marks`, async () => {
    const screen = await exploring(stage, '', { columns, lines });
    let text = await screen.shows(/files:f0300[\s\S]*\? keys {2}q leave/);
    assertWidth(text, columns);
    assert.is(text.split('\n').length, lines);
    assert.is(text.includes('Busiest actors'), columns >= 110);

    await screen.type('factor:users:u1');
    await screen.press('Enter');
    const newest = await it.events('actor=users:u1&limit=1000');
    text = await screen.shows(/\[actor:users:u1\][\s\S]*▌.*files:f0300[\s\S]* 1\/\d+/);
    assertRows(text, newest);
    await screen.type('jjj');
    assertRows(await screen.shows(/▌.*files:f0297[\s\S]* 4\/\d+/), newest);
    await screen.press('PageDown');
    assertRows(await screen.shows(/▌.*files:f02[\s\S]* (?!4\/)\d+\/\d+\+? +\d\d:/), newest);
    await screen.type('G');
    await screen.shows(/▌.*files:f0001/);
    await screen.type('g');
    assertRows(await screen.shows(/▌.*files:f0300[\s\S]* 1\/\d+/), newest);

    await screen.type('j');
    await screen.shows(/▌.*files:f0299[\s\S]* 2\/\d+/);
    await screen.type('t');
    text = await screen.shows(/› files:f0299\n\[target:files:f0299\][\s\S]* 1\/1 +\d\d:\d\d$/m);
    assertRows(text, await it.events('target=files:f0299'));
    await screen.press('BSpace');
    assertRows(await screen.shows(/▌.*files:f0299[\s\S]* 2\/\d+/), newest);

    await screen.press('Enter');
    text = await screen.shows(/━ Event \d+[\s\S]*- "b299"/);
    assert.match(text, new RegExp(`Event ${newest[1]!.seq}\\b`));
    assertWidth(text, columns);
    await screen.press('Escape');
    await screen.shows(/━ Events ━/);

    await screen.type('i');
    assertWidth(await screen.shows(/━ When, by [\s\S]*█/), columns);
    await screen.press('Escape');
    await screen.shows(/━ Events ━/);
    await screen.type('S');
    const [busiest] = (
      await it.ask('GET', '/v1/audit/summary?by=actor&actor=users:u1', { token: stage.admin })
    ).body.data;
    assert.is(busiest.key, 'users:u1');
    assertWidth(
      await screen.shows(new RegExp(`━ Counts by \\[actor\\][\\s\\S]*users:u1 .*${busiest.count}`)),
      columns,
    );
    await screen.press('Escape');
    await screen.shows(/━ Events ━/);

    await screen.press('Space');
    await screen.shows(/● 1 marked/);
    await screen.type('?');
    assertWidth(await screen.shows(/what its actor has done/), columns);
    await screen.press('Escape');
    await screen.shows(/━ Events ━/);
    await screen.type(':');
    assertWidth(await screen.shows(/^:/m), columns);
    await screen.press('Escape');
    await screen.shows(/━ Events ━/);
    await screen.type('q');
    await screen.shows(/status 0/);
  });
}

test('a session of looking: the record as it stood, from step to step; one question for each step and its following', async () => {
  const headers = { prefer: 'return=minimal' };
  const body = { name: 'Grace', email: 'grace@example.com', role: 'editor' };
  await it.ask('POST', '/v1/records/users', { token: stage.admin, headers, body });
  const [created] = await it.events('eventName=users.created&limit=1');
  const id = created!.targetId;
  for (const name of ['Grace H', 'Grace Hopper'])
    await it.ask('PATCH', `/v1/records/users/${id}`, { token: stage.admin, body: { name }, headers });
  const before = (await it.events('limit=1'))[0]!.seq;

  const screen = await exploring(stage, `users ${id}`);
  await screen.shows(/▌.*changed[\s\S]*\*name +"Grace Hopper"/);
  await screen.press('j');
  await screen.shows(/▌.*changed[\s\S]*\*name +"Grace H"/);
  await screen.press('j');
  await screen.shows(/▌.*created[\s\S]*\*name +"Grace"/);
  await screen.press('k');
  await screen.shows(/▌.*changed[\s\S]*\*name +"Grace H"/);
  await screen.type('a');
  // A step shows its event at once, and is left only when it is followed: what is asked for is counted below.
  await screen.shows(
    /users:\d+ › users:1\n\[actor:users:1\][\s\S]*▌.*changed[\s\S]*Grace H[\s\S]*lag \d+ +following/,
  );
  await screen.type('[');
  await screen.shows(/› users:\d+ name\n[\s\S]*▌.*created[\s\S]*lag \d+ +following/);
  await screen.press('BSpace');
  await screen.shows(/› users:1\n/);
  await screen.press('BSpace');
  await screen.shows(/▌.*changed[\s\S]*\*name +"Grace H"[\s\S]* 2\/3 /);
  await screen.press('q');
  await screen.shows(/status 0/);

  const asked = await queriesSince(stage, before);
  const steps = [`target=users:${id}`, 'actor=users:1', `target=users:${id}&field=name`];
  assert.equal(
    asked.filter(query => !/^(?:actor|target)=/.test(query)),
    [],
  );
  const begun = asked.filter(query => query.endsWith('&limit=200&browse=true'));
  const followed = asked.filter(query => query.endsWith('&follow=true'));
  assert.equal([...new Set(begun)].sort(), steps.map(step => `${step}&limit=200&browse=true`).sort());
  assert.equal([...new Set(followed)].sort(), steps.map(step => `${step}&follow=true`).sort());
  // Jumps to where the cursor was, in what a step has not loaded, are all that there may be beside them.
  const others = asked.filter(query => !begun.includes(query) && !followed.includes(query));
  assert.ok(
    others.every(query => query.includes('until=') && query.endsWith('&browse=true')),
    JSON.stringify(asked),
  );
});

test('followed: new events come in above; away from the top they are counted, and nothing moves', async () => {
  const screen = await exploring(stage, 'files:live');
  await screen.shows(/No event matches[\s\S]* following /);
  await stage.report(5001, 1, { targetId: 'live', id: 'l-1' });
  await screen.shows(/▌.*files:live[\s\S]* 1\/1 +\d\d:\d\d$/m);
  for (let index = 2; index < 25; index += 1) {
    await stage.report(5000 + index, 1, { targetId: 'live', id: `l-${index}` });
  }
  const text = await screen.shows(/↑ \d+ new[\s\S]* 24\/24 /);
  assert.match(text, /▌.*files:live/);
  await screen.type('g');
  await screen.shows(/ 1\/24 /);
});

test('keys, pastes, mouse reports and replies of the terminal are what they are', async () => {
  const screen = await exploring(stage, 'users:u1');
  await screen.shows(/following/);
  const replies =
    '\u001b[<64;10;5M\u001b]11;rgb:0000/0000/0000\u0007\u001b[?1;2c\u001bP>|tmux 3.4\u001b\\\u001b[3;1R';
  await screen.type('f');
  await screen.shows(/filter: /);
  await screen.type(`${replies}ab`);
  await screen.shows(/filter: target:users:u1 ab$/m);
  await screen.type('\u001b[200~q\nc\u001b[201~');
  await screen.shows(/filter: target:users:u1 abq c$/m);
  await screen.press('Escape');
  await screen.shows(/q leave/);
  await screen.type('f');
  await screen.shows(/filter: /);
  await screen.type('\u0015actor:users:u1\r');
  await screen.shows(/ 1\/\d+/);
  await screen.type(`${replies}jjj`);
  await screen.shows(/ 4\/\d+/);
});

test.run();

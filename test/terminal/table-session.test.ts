// The interactive table as a person meets it: the real program in a real terminal against a real daemon, the keys of
// a whole session typed, and each screen compared with what the API says.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TemporaryDaemon } from '../daemon/temporary-daemon.js';
import { assertRows } from './rows.js';
import { assertWidth, openStage, queriesSince, type Stage } from './stage.js';

const FILES = 600;
const OF_U1 = 'actor=users:u1&limit=1000';

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
  test(`at ${columns}×${lines}: moving, the detail, search, filter, sort; the rows stay in the scrollback`, async () => {
    const newest = await it.events(OF_U1);
    const screen = await stage.open({ columns, lines });
    await screen.type("printf 'line %s\\n' 1 2 3\r");
    await stage.start(screen, 'audit actor users u1');
    let text = await screen.shows(/ 1\/200\+/);
    assertRows(text, newest);
    assertWidth(text, columns);
    assert.match(text, /line 3\n/);
    // Half of the screen: titles, rows, status, keys.
    assert.is(
      text.split('\n').filter(line => /^[▌ ] .*users:u1/.test(line)).length,
      Math.floor(lines / 2) - 3,
    );

    await screen.type('jjj');
    assertRows(await screen.shows(/ 4\/200\+/), newest);
    await screen.press('PageDown');
    text = await screen.shows(new RegExp(` ${Math.floor(lines / 2)}/\\d+\\+`));
    assertRows(text, newest);
    await screen.type('k');
    assertRows(await screen.shows(new RegExp(` ${Math.floor(lines / 2) - 1}/\\d+\\+`)), newest);
    await screen.press('Home');
    assertRows(await screen.shows(/ 1\/\d+\+/), newest);

    await screen.press('Enter');
    text = await screen.shows(new RegExp(`Event ${newest[0]!.seq}\\b`));
    assert.match(text, `users:${newest[0]!.actorId}`);
    await screen.press('Right');
    await screen.shows(new RegExp(`Event ${newest[1]!.seq}\\b[\\s\\S]*- "b599"\\n.*\\+ "c599"`));
    await screen.press('Escape');
    await screen.shows(/ 2\/\d+\+\nEnter event/);

    await screen.type('/f0550');
    await screen.press('Enter');
    assertRows(await screen.shows(/▌\*.*files:f0550[\s\S]* 51\/\d+\+/), newest);

    await screen.type('f-target:files:f0600 -target:files:f0599');
    await screen.press('Enter');
    const filtered = await it.events(`${OF_U1}&not=target:files:f0600&not=target:files:f0599`);
    text = await screen.shows(/ 1\/200\+/);
    assertRows(text, filtered);

    await screen.type('s');
    await screen.shows(/▌ \[x\] time, newest first/);
    await screen.press('Down', 'Enter');
    text = await screen.shows(/TIME↑[\s\S]*files:f0001[\s\S]* 1\/200\+/);
    assertRows(text, filtered.toReversed());
    await screen.type('s');
    await screen.press('Up', 'Enter');
    assertRows(await screen.shows(/TIME↓[\s\S]*files:f0598[\s\S]* 1\/200\+/), filtered);

    await screen.type('?');
    assertWidth(await screen.shows(/In the table/), columns);
    await screen.press('Escape');
    await screen.shows(/\nEnter event/);
    await screen.type('q');
    text = await screen.shows(/files:f0598[\s\S]*\$$/);
    assert.not.match(text, /▌|F follow/);
    assert.match(text, /ACTOR +ACTION +TARGET +CHANGES/);
    assertWidth(text, columns);
  });
}

test('through the whole log and back, from page to page, recording one query', async () => {
  const newest = await it.events(OF_U1);
  const since = await it.events('limit=1');
  const screen = await stage.open({ columns: 100, lines: 50 });
  await stage.start(screen, 'audit actor users u1 --not field=none');
  let text = await screen.shows(/ 1\/200\+/);
  /** Pages until it is where it wants to be, each time looking that it has moved and shows what is there. */
  const pageTo = async (key: string, end: number) => {
    const place = () => Number(/ (\d+)\/\d+\+?$/m.exec(text)?.[1]);
    for (let before = place(); before !== end; before = place()) {
      await screen.press(key);
      text = await screen.shows(new RegExp(` (?!${before}/)\\d+/\\d+\\+?$`, 'm'));
      assertRows(text, newest);
    }
  };
  await pageTo('PageDown', FILES);
  assert.match(text, /▌.*files:f0001[\s\S]*600\/600/);
  await pageTo('PageUp', 1);
  assert.match(text, /▌.*files:f0600[\s\S]* 1\/600/);
  await screen.press('q');
  await screen.shows(/\$$/);
  assert.equal(await queriesSince(stage, since[0]!.seq), [
    'actor=users:u1&not=field:none&limit=200&browse=true',
  ]);
});

test('the end of the log is one key away, and the way back is kept', async () => {
  const newest = await it.events(OF_U1);
  const screen = await stage.open();
  await stage.start(screen, 'audit actor users u1');
  await screen.shows(/ 1\/200\+/);
  await screen.type('G');
  await screen.shows(/▌.*f0001[\s\S]* 1 from the end/);
  await screen.type('g');
  assertRows(await screen.shows(/▌.*f0600[\s\S]* 1\/200\+/), newest);
});

test('followed: new events come in above, and away from the top they are counted', async () => {
  const screen = await stage.open({ columns: 120 });
  await stage.start(screen, 'audit actor users u9');
  await screen.shows(/No event matches/);
  await screen.type('F');
  await screen.shows(/● following/);
  await stage.report(1001, 1, { actorId: 'u9', id: 'n-1' });
  await screen.shows(/▌.*files:f1001/);
  await stage.report(1002, 1, { actorId: 'u9', id: 'n-2' });
  await screen.shows(/files:f1002[\s\S]*▌.*files:f1001/);
  for (let index = 3; index <= 14; index += 1) {
    await stage.report(1000 + index, 1, { actorId: 'u9', id: `n-${index}` });
  }
  await screen.shows(/▌.*files:f1001[\s\S]*↑ \d+ new[\s\S]* 14\/14/);
  await screen.type('g');
  await screen.shows(/▌.*files:f1014[\s\S]* 1\/14/);
});

test('while a line is typed, pastes, mouse reports and replies of the terminal are what they are', async () => {
  const screen = await stage.open({ columns: 120 });
  await stage.start(screen, 'audit actor users u1');
  await screen.shows(/ 1\/200\+/);
  const replies =
    '\u001b[<64;10;5M\u001b]11;rgb:0000/0000/0000\u0007\u001b[?1;2c\u001bP>|tmux 3.4\u001b\\\u001b[3;1R';
  for (const [key, prompt] of [
    ['/', 'search: '],
    ['f', 'filter: actor:users:u1 '],
  ] as const) {
    await screen.type(key);
    await screen.shows(new RegExp(`^${prompt.trim()}$`, 'm'));
    await screen.type(`${replies}ab`);
    await screen.shows(new RegExp(`^${prompt}ab$`, 'm'));
    await screen.type('\u001b[200~q\nc\u001b[201~');
    await screen.shows(new RegExp(`^${prompt}abq c$`, 'm'));
    await screen.press('Escape');
    await screen.shows(/ 1\/200\+/);
  }
  await screen.type(`${replies}jjj`);
  await screen.shows(/ 4\/200\+/);
});

test.run();

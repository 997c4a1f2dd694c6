// keys.toml: the table and the explorer do what its sections say, show it, and do not start where a key would mean
// two things.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openStage, type Stage } from './stage.js';

let stage: Stage;

test.before(async () => {
  stage = await openStage();
  await stage.report(1, 5);
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

function writeKeys(toml: string): void {
  const dir = join(stage.config, 'whodid');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'keys.toml'), toml);
}

test('the table: other keys do it, those of before do nothing, and all that is shown says so', async () => {
  writeKeys('[table]\nfollow = "W"\nleave = ["x", "ctrl+x"]\n\n[explorer]\nleave = "Q"\n');
  const screen = await stage.open({ columns: 80, lines: 70 });
  await stage.start(screen, 'audit actor users u1; echo "status $?"');
  await screen.shows(/ 1\/5\nEnter event .*W follow .*x leave$/m);
  await screen.type('qFj');
  assert.not.match(await screen.shows(/ 2\/5$/m), /following/);
  await screen.type('W');
  await screen.shows(/● following/);
  await screen.type('?');
  await screen.shows(/^ x \^X +leave; the rows stay/m);
  await screen.press('Escape');
  await screen.shows(/\nEnter event/);
  await screen.press('C-x');
  await screen.shows(/^status 0$/m);
});

test('the explorer: by its own section', async () => {
  writeKeys('[explorer]\nleave = "Q"\nfilter = ["e", "ctrl+f"]\nedit = "E"\npage-down = "pagedown"\n');
  const screen = await stage.open({ columns: 120, lines: 30 });
  await stage.start(screen, `explore; echo "status $?"`);
  await screen.shows(/Q leave$/m);
  await screen.type('q');
  await screen.type('e');
  await screen.shows(/^filter:$/m);
  await screen.press('Escape');
  await screen.shows(/Q leave$/m);
  await screen.press('C-f');
  await screen.shows(/^filter:$/m);
  await screen.press('Escape');
  await screen.shows(/Q leave$/m);
  await screen.type('Q');
  await screen.shows(/^status 0$/m);
});

const wrong: [what: string, args: string, toml: string, said: RegExp][] = [
  [
    'a clash',
    'audit actor users u1',
    '[table]\nfollow = "q"\n',
    /keys\.toml: q is both follow and leave \(in table\)\./,
  ],
  ['an action that there is none of', 'explore', '[explorer]\nfly = "z"\n', /there is no action "fly"/],
  ['no TOML', 'audit events', 'follow = \n', /keys\.toml is not TOML: /],
];
for (const [what, args, toml, said] of wrong) {
  test(`${what} is an error at the start`, async () => {
    writeKeys(toml);
    const screen = await stage.open({ columns: 120 });
    await stage.start(screen, `${args}; echo "status $?"`);
    assert.match(await screen.shows(/^status 2$/m), said);
  });
}

test.run();

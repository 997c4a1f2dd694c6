// A long plain table on a terminal goes through a pager; what fits, what is asked for without one, and what a program
// reads does not.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openStage, type Stage } from './stage.js';

let stage: Stage;
/** Says that it is there, and shows what it is given. */
const PAGER = 'echo PAGED; cat';

test.before(async () => {
  stage = await openStage();
  await stage.report(1, 100);
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

const cases: [what: string, args: string, isPaged: boolean][] = [
  ['long', 'audit actor users u1 --limit 60', true],
  ['short', 'audit actor users u1 --limit 5', false],
  ['--no-interactive', '--no-interactive audit actor users u1 --limit 60', false],
  ['a pipe', 'audit actor users u1 --limit 60 | cat', false],
  ['--jsonl', 'audit actor users u1 --limit 60 --jsonl', false],
  ['--csv', 'audit actor users u1 --limit 60 --csv', false],
];

test('a long plain table goes through the pager, and nothing else does', async () => {
  const screen = await stage.open({ columns: 120, lines: 24, env: { WHODID_PAGER: PAGER } });
  for (const [what, args, isPaged] of cases) {
    await screen.type(`clear; tmux clear-history; whodid ${args}; echo "${what}: $?"\r`);
    await screen.shows(new RegExp(`^${what}: 0$`, 'm'));
    assert.is((await screen.everything()).includes('PAGED'), isPaged, what);
  }
});

test('$PAGER is asked where $WHODID_PAGER is not set', async () => {
  const screen = await stage.open({ columns: 120, lines: 24, env: { PAGER } });
  await screen.type('whodid audit actor users u1 --limit 60; echo "ended: $?"\r');
  await screen.shows(/^ended: 0$/m);
  assert.ok((await screen.everything()).includes('PAGED'));
});

test.run();

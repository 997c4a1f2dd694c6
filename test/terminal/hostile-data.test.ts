// What a terminal obeys, planted in every text of an event or a record that somebody else can choose: none of it may
// reach the terminal, whatever command shows it. Looked for in the bytes that were written, not on the screen.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FakeDaemon, fakeDaemon, problemReply } from '../cli/fake-daemon.js';
import { STATUS } from '../cli/tui/explorer/an-explorer.js';
import { assertHarmless, END_SEEN, HOSTILE, type Planted, plant, SEEN } from './hostile.js';
import { openStage, type Stage } from './stage.js';

const SIZE = { columns: 200, lines: 50 };

let stage: Stage;
let planted: Planted;
const fakes: FakeDaemon[] = [];

test.before(async () => {
  stage = await openStage();
  planted = await plant(stage);
  writeFileSync(join(stage.config, 'hostile'), HOSTILE);
  const expectations = [{ name: HOSTILE, target: `files:${HOSTILE}`, actor: 'users:nobody' }];
  writeFileSync(join(stage.config, 'expectations.json'), JSON.stringify(expectations));
});
test.after.each(() => stage.closeScreens());
test.after(async () => {
  await Promise.all(fakes.map(fake => fake.close()));
  await stage?.close();
});

test('in the interactive table, an event in detail, its search and its filter', async () => {
  const screen = await stage.open(SIZE);
  const from = screen.written().length;
  await stage.start(screen, 'audit actor users u1');
  await screen.shows(/ 1\/3/);
  await screen.press('Enter');
  await screen.shows(/Event \d+[\s\S]*- "e/);
  await screen.press('End');
  await screen.shows(/The same request/);
  await screen.press('Escape');
  await screen.shows(/\nEnter event/);
  await screen.type('ftarget:files:');
  await screen.shows(/filter: .*target:files:/);
  await screen.press('Enter');
  await screen.shows(/ 1\/3\nEnter event/);
  await screen.type(`/\u001b[200~${HOSTILE}\u001b[201~`);
  await screen.shows(new RegExp(`search: .*${END_SEEN}`));
  await screen.press('Enter');
  await screen.shows(/No loaded row has "e x/);
  await screen.type('q');
  await screen.shows(/\$$/);
  assertHarmless(screen, from);
});

test('in what the daemon refuses the interactive table', async () => {
  const fake = await fakeDaemon(({ path }) =>
    path === '/v1/status' ? { body: STATUS } : problemReply(403, 'forbidden', HOSTILE),
  );
  fakes.push(fake);
  const screen = await stage.open({ ...SIZE, env: { WHODID_URL: fake.url } });
  const from = screen.written().length;
  await stage.start(screen, 'audit events');
  await screen.shows(new RegExp(SEEN));
  await screen.type('q');
  await screen.shows(/\$$/);
  assertHarmless(screen, from);
});

/** `H` stands for the hostile text as a word, `T` for the record, `E` for its newest change. */
const COMMANDS: readonly string[] = [
  'audit actor users u1 --limit 3',
  'audit events --actor users:u1 --fields targetId,changes --limit 3',
  'audit events --actor users:u1 --csv | cat',
  'audit target things T --no-interactive',
  'audit history things T',
  'audit history files H',
  'audit history files H --field H --all',
  'audit history files H | cat',
  'audit blame things T',
  'audit blame files H',
  'audit at things T',
  'audit at files H',
  'audit at things T --seq 1 --diff',
  'audit at files H --time 2026-01-01T00:01:30Z --diff',
  'audit at files H | cat',
  'audit show E',
  'audit stats --target files:',
  'audit stats --target files:H --json | cat',
  'audit expect --target files:H --count 1 --timeout 0s',
  'audit expect --target files:H --actor users:nobody --timeout 0s --tap',
  'audit expect --target files:H --actor users:nobody --timeout 0s --junit',
  'audit expect --target files:H --actor users:nobody --timeout 0s --json',
  'audit expect --file "$XDG_CONFIG_HOME/expectations.json" --timeout 0s',
  'revert E --dry-run',
  'revert E --dry-run --jsonl',
  'get things T',
  'list things',
  'types show things',
  'whoami',
  // What was typed and what the daemon answers to it.
  'get things H',
  'create H --set kind=1',
  'audit events --field H --limit 1',
  'audit events --action H',
  'audit target files H2 --since H',
  'H',
  'audit events --H',
];

test('of the commands for people and for programs', async () => {
  const env = { WHODID_PAGER: 'cat', WHODID_TOKEN: planted.token };
  const screen = await stage.open({ ...SIZE, env });
  // The word comes from a file, so that the shell that shows what was typed shows nothing of it.
  await screen.type('h=$(cat "$XDG_CONFIG_HOME/hostile")\r');
  for (const [index, args] of COMMANDS.entries()) {
    const from = screen.written().length;
    const words = args
      .replace(/\bT\b/, planted.thing)
      .replace(/\bE\b/, planted.change.id)
      .replaceAll(/(\S*)\bH(?=\b|2)/g, '"$1$h"');
    await screen.type(`whodid ${words}; echo "ended ${index} with $?"\r`);
    await screen.shows(new RegExp(`^ended ${index} with \\d$`, 'm'));
    try {
      // Between the columns for a program stand tabs.
      assertHarmless(screen, from, args.endsWith('| cat') ? /\t/g : undefined);
      const written = Buffer.from(screen.written().slice(from), 'latin1').toString();
      assert.match(written, new RegExp(SEEN));
    } catch (error) {
      throw new Error(`whodid ${args}`, { cause: error });
    }
  }
});

test.run();

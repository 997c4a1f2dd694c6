// Times in the interactive table as the command line asks for them, in the zone of whoever sits there.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openStage, type Stage } from './stage.js';

let stage: Stage;

test.before(async () => {
  stage = await openStage();
  await stage.report(1, 30);
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

test('--utc and --absolute open the table with such times, this once, and a key changes them', async () => {
  const screen = await stage.open({ columns: 120, lines: 30, env: { TZ: 'America/New_York' } });
  await stage.start(screen, 'audit actor users u1 --utc');
  await screen.shows(/▌ 2026-01-01 00:30:00Z {2}.*f0030[\s\S]* 1\/30/);
  await screen.type('q');
  await screen.shows(/^TIME[\s\S]*^2026-01-01 00:30:00Z[\s\S]*\$$/m);

  await screen.type('clear\r');
  await stage.start(screen, 'audit actor users u1 --absolute');
  await screen.shows(/▌ 2025-12-31 19:30:00 {2}.*f0030/);
  await screen.type('t');
  await screen.shows(/▌ 2025-12-31 {2,}.*f0030/);
  await screen.type('t');
  await screen.shows(/▌ 2025-12-31 19:30:00 {2}/);
  await screen.type('q');
  await screen.shows(/\$$/);

  await screen.type('clear\r');
  await stage.start(screen, 'audit actor users u1');
  const text = await screen.shows(/▌ .*f0030[\s\S]* 1\/30/);
  assert.not.match(text, /19:30:00/);
  await screen.type('q');
});

test.run();

// What a terminal obeys, planted in what a screen reader reads out: none of it may reach the terminal, whatever is chosen.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import { formatFilterLine } from '#src/cli/filter-line.js';
import { assertHarmless, HEADER_SEEN, HOSTILE, type Planted, plant, SEEN } from './hostile.js';
import { openStage, type Stage } from './stage.js';
import { walking } from './walking.js';

let stage: Stage;
let planted: Planted;

test.before(async () => {
  stage = await openStage();
  planted = await plant(stage);
  const kept = formatFilterLine({ include: { target: [`files:${HOSTILE}`] }, exclude: {} });
  mkdirSync(join(stage.config, 'whodid'), { recursive: true });
  writeFileSync(
    join(stage.config, 'whodid', 'preferences.json'),
    JSON.stringify({ explorer: { saved: { 1: kept } } }),
  );
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

test('in every choice of the walk', async () => {
  const env = { WHODID_ACCESSIBLE: '1', WHODID_TOKEN: planted.token };
  const screen = await stage.open({ columns: 200, lines: 200, env });
  const from = screen.written().length;
  await stage.start(screen, `explore things:${planted.thing}`);
  const { hears, choose } = walking(screen);
  const seen = new RegExp(SEEN);
  await hears(/^things:\d+: events 1 to 3/m, seen);

  await choose('an event in full', [/Which event/, '1']);
  await hears(/^Event \d+$/m, seen, new RegExp(HEADER_SEEN));
  await choose('its target as it stood');
  await hears(/had these fields/, seen);
  await choose('a text to copy', [/Which/, '1']);
  await hears(/"actorName"/, seen);
  await choose(
    'edit its target',
    [/^Fields of things/m, 'title'],
    [/A new value for title/, 'no'],
    [/^Fields/m, '0'],
  );
  await hears(/This would be saved/, seen);
  await choose('no');
  await hears(/^Choices:/m);
  await choose('undo what it changed', [/would be changed like this/, 'no']);
  await hears(/^Choices:/m);
  await choose('delete its target', [/^To delete things/m, 'no']);
  await hears(/That is not its id/);
  await choose('back to the events');
  await hears(/^things:\d+: events/m, seen);
  await choose('a view that was kept', [/^Views that were kept/m, '1']);
  await hears(/, then target:/, seen);
  await choose('an event in full', [/Which event/, '1']);
  await hears(/^Event \d+$/m, seen);
  await choose('everything of its request');
  await hears(/, then request /, seen);
  await choose('filter', [/^Filter/m, 'no filter at all']);
  await hears(/is no filter/);
  await choose('how much of what', [/By which/, 'field'], [seen, '1']);
  await hears(/, then field:/, seen);
  await choose('when it happened', [/To the events of which/, '1']);
  await hears(seen);
  await choose('keep this view', [/Under which/, '2']);
  await hears(/^2 is now /m, seen);
  await choose('new events as they come');
  await hears(/^New events are read out/m);
  await choose('0');
  await hears(/^Choices:/m);
  await choose('leave');
  await screen.shows(/\$$/);
  assertHarmless(screen, from);
});

test.run();

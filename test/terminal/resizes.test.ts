// A session with twenty resizes between its keys: after each the screen is whole and has the rows of the API, and
// the scrollback is afterwards what it was before.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assertRows } from './rows.js';
import { assertWidth, openStage, type Stage } from './stage.js';
import type { TerminalScreen } from './tmux.js';

const SIZES = [
  [80, 24],
  [120, 30],
  [200, 50],
] as const;
/** One for each resize, again and again; each moves the cursor by so many rows, as far as there are any. */
const KEYS: readonly (readonly [key: string, by: number])[] = [
  ['j', 1],
  ['jjj', 3],
  ['k', -1],
  ['j', 1],
  ['jj', 2],
];

let stage: Stage;

test.before(async () => {
  stage = await openStage();
  await stage.report(1, 300);
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

/** Numbers in the scrollback, to be counted. */
async function countTo(screen: TerminalScreen, last: number): Promise<void> {
  await screen.type(`seq 1 ${last}\r`);
  await screen.shows(new RegExp(`^${last}\\n\\$$`, 'm'));
}

async function assertCounted(screen: TerminalScreen, last: number): Promise<void> {
  const all = await screen.everything();
  assert.equal(
    all.map(line => line.trim()).filter(line => /^\d+$/.test(line)),
    Array.from({ length: last }, (_, index) => String(index + 1)),
  );
  assert.is(all.filter(line => line.includes('▌')).length, 0);
}

interface Session {
  /** What the whole screen looks like at a size, the cursor at its place. */
  whole(columns: number, place: number): RegExp;
  /** The sizes of the steps. */
  size(step: number, columns: number, lines: number): [columns: number, lines: number];
}

async function keysAndResizes(
  screen: TerminalScreen,
  [columns, lines]: readonly [number, number],
  { whole, size }: Session,
): Promise<void> {
  const newest = await stage.it.events('actor=users:u1&limit=1000');
  let place = 1;
  for (let step = 0; step < 20; step += 1) {
    const [across, down] = size(step, columns, lines);
    await screen.resize(across, down);
    let text = await screen.shows(whole(across, place));
    assertRows(text, newest);
    assertWidth(text, across);
    const [keys, by] = KEYS[step % KEYS.length]!;
    place += by;
    await screen.type(keys);
    text = await screen.shows(whole(across, place));
    assertRows(text, newest);
  }
  await screen.resize(columns, lines);
  await screen.shows(whole(columns, place));
}

for (const start of SIZES) {
  const [columns, lines] = start;

  test(`the interactive table from ${columns}×${lines}`, async () => {
    const screen = await stage.open({ columns, lines });
    await countTo(screen, 90);
    await stage.start(screen, 'audit actor users u1');
    await screen.shows(/ 1\/\d+/);
    await keysAndResizes(screen, start, {
      // The status line reaches from edge to edge.
      whole: (across, place) => new RegExp(`^(?=.{${across}}$)actor:users:u1 .* ${place}/\\d+\\+?$`, 'm'),
      // Not so much narrower that lines of before, wrapped, would fill the screen.
      size: (step, across, down) => [across - 10 + ((step * 37) % 40), down + ((step * 7) % 20)],
    });
    await screen.type('q');
    await screen.shows(/files:f0\d\d\d[\s\S]*\n\$$/);
    await assertCounted(screen, 90);
  });

  test(`the explorer from ${columns}×${lines}`, async () => {
    const screen = await stage.open({ columns, lines });
    await countTo(screen, 90);
    await stage.start(screen, 'explore');
    await screen.shows(/● connected[\s\S]*q leave$/);
    await screen.type('factor:users:u1\r');
    await screen.shows(/\[actor:users:u1\][\s\S]*▌.*f0300[\s\S]* 1\/\d+/);
    await keysAndResizes(screen, start, {
      whole: (across, place) =>
        new RegExp(
          `^whodid {2}everything › .*\\n\\[actor:users:u1\\][\\s\\S]*▌[\\s\\S]*^(?=.{${across}}$)Ada.* ${place}/\\d+\\+? +\\d\\d:\\d\\d\\n.*q leave$`,
          'm',
        ),
      size: (step, across, down) => [
        Math.max(62, across - 60 + ((step * 37) % 130)),
        Math.max(16, down - 10 + ((step * 7) % 30)),
      ],
    });
    await screen.resize(59, 20);
    await screen.shows(/At least 60×15/);
    await screen.resize(columns, lines);
    await screen.shows(/● connected/);
    await screen.type('q');
    await screen.shows(/explore\n\$$/);
    await assertCounted(screen, 90);
  });
}

test.run();

// What a terminal obeys, planted in every text of an event that somebody else can choose: none of it may reach the
// terminal, whatever of the program shows it. Looked for in the bytes that were written, not on the screen.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exploring, openStage, type Stage } from './stage.js';
import type { TerminalScreen } from './tmux.js';

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));
/** C0 (but for U+0000, which no event has), DEL and C1, what turns the direction of reading, and what is not seen. */
const CONTROLS = [
  ...range(0x01, 0x1f),
  ...range(0x7f, 0x9f),
  ...['\u061c', '\u200b', '\u200e', '\u200f', '\ufeff'],
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  ...range(0xfff9, 0xfffb),
];
/** Titles, the clipboard, a device control string, clearing, colours, the mouse, an answer that would be typed. */
const SEQUENCES = [
  '\u001b]0;owned\u0007',
  '\u001b]52;c;b3duZWQ=\u0007',
  '\u001bP$qm\u001b\\',
  '\u001b[2J\u001b[3J',
  '\u001b[31m',
  '\u001b[?1000h',
  '\u001b[6n',
  '\u009b31m\u009d0;owned\u009c',
];
/** As much as a name may be long. */
const HOSTILE = `e\u0001x${SEQUENCES.join('')}${CONTROLS.join('')}e`;

/** What the program and the shell tell a terminal: colours, places, erasing, and the modes that they use. */
const OURS =
  /\u001b\[[\d;]*m|\u001b\[\d+;\d+H|\u001b\[\d*[ABGK]|\u001b\[\?(?:2026|7|25|1049|2004)[hl]|\u001b[78]|\u001b\[c/g;
const UNSAFE = new RegExp(`[${CONTROLS.filter(control => !'\r\n\\'.includes(control)).join('')}]`, 'u');

let stage: Stage;

test.before(async () => {
  stage = await openStage();
  await stage.report(1, 3, {
    targetId: HOSTILE,
    actorName: HOSTILE,
    targetName: HOSTILE,
    requestId: HOSTILE.slice(0, 120),
    changes: { [HOSTILE]: { prev: HOSTILE, next: { [HOSTILE]: [HOSTILE] } } },
    metadata: { [HOSTILE.slice(0, 60)]: HOSTILE },
    context: { comment: HOSTILE, userAgent: HOSTILE, reason: HOSTILE },
  });
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

/** What was written to the terminal has the text, escaped, and nothing that a terminal obeys but what is ours. */
function assertHarmless(screen: TerminalScreen, from: number): void {
  const written = Buffer.from(screen.written().slice(from), 'latin1').toString();
  assert.match(written, /e\\u0001x/);
  const rest = written.replaceAll(OURS, '');
  const found = UNSAFE.exec(rest);
  assert.is(found && JSON.stringify(rest.slice(Math.max(0, found.index - 40), found.index + 40)), null);
  assert.not.match(written, /\u001b\[(?:2J|3J|6n|\?1000h)|owned\u0007/);
}

test('in the interactive table, an event in detail, its search and its filter', async () => {
  const screen = await stage.open({ columns: 200, lines: 50 });
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
  await screen.type('q');
  await screen.shows(/\$$/);
  assertHarmless(screen, from);
});

test('in the explorer: the list, the detail, the record, who is busiest, a pivot, counts, what is copied', async () => {
  const screen = await exploring(stage, '', { columns: 200, lines: 50 });
  await screen.type('factor:users:u1\r');
  await screen.shows(/▌.*users:u1[\s\S]*Busiest[\s\S]* 1\/3/);
  await screen.type('t');
  await screen.shows(/› files:.*\n\[target:[\s\S]* 1\/3/);
  await screen.type('S');
  await screen.shows(/Counts by \[actor\]/);
  await screen.press('Right');
  await screen.shows(/Counts by actor \[target\]/);
  await screen.press('Escape');
  await screen.shows(/━ Events ━/);
  await screen.type('q');
  await screen.shows(/status 0/);
  assertHarmless(screen, 0);
});

for (const args of [
  'audit actor users u1 --limit 3',
  'audit events --actor users:u1 --fields targetId,changes --limit 3',
  'audit stats --target files:',
]) {
  test(`of whodid ${args}`, async () => {
    const screen = await stage.open({ columns: 200, lines: 50, env: { WHODID_PAGER: 'cat' } });
    const from = screen.written().length;
    await stage.start(screen, `${args}; echo "status $?"`);
    await screen.shows(/^status 0$/m);
    assertHarmless(screen, from);
  });
}

test.run();

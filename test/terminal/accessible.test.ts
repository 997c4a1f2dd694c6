// WHODID_ACCESSIBLE: what a screen reader reads is what was written, in order, once; nothing is drawn again.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ADMIN } from '../daemon/temporary-daemon.js';
import { assertRestored, openStage, queriesSince, type Stage } from './stage.js';
import type { TerminalScreen } from './tmux.js';

const env = { WHODID_ACCESSIBLE: '1' };

let stage: Stage;

test.before(async () => {
  stage = await openStage();
  await stage.report(1, 23);
  await stage.report(100, 1, { targetId: 'f0001', id: 'again', requestId: 'r-1', actorId: 'u2' });
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

/** Nothing but text, but for what the shell says of its prompt. */
function assertLinesAlone(screen: TerminalScreen, from: number): void {
  const written = screen
    .written()
    .slice(from)
    .replaceAll(/\u001b\[\?2004[hl]\r?/g, '');
  const drawn = /\u001b|\u0008|\r(?!\r*\n)/.exec(written);
  assert.is(drawn && JSON.stringify(written.slice(Math.max(0, drawn.index - 60), drawn.index + 20)), null);
}

/** Answers the question that is asked, and waits for what comes of it. */
async function answer(screen: TerminalScreen, text: string, shows: RegExp): Promise<string> {
  await screen.type(`${text}\r`);
  return screen.shows(shows);
}

test('a table is read out a page at a time, with numbered choices', async () => {
  const newest = await stage.it.events('actor=users:u1');
  const [{ seq } = { seq: 0 }] = await stage.it.events('limit=1');
  const screen = await stage.open({ columns: 160, lines: 90, env });
  const from = screen.written().length;
  await stage.start(screen, 'audit actor users u1; echo "status $?"');
  let text = await screen.shows(/^Choice:$/m);
  assert.match(text, /actor:users:u1: events 1 to 10, newest first, there are more\./);
  const read = [...text.matchAll(/^\d+\. .*users:u1 changed files:(f\d{4})/gm)].map(([, id]) => id);
  assert.equal(
    read,
    newest.slice(0, 10).map(({ targetId }) => targetId),
  );
  assert.match(text, /^1\. 2026-01-01, users:u1 changed files:f0023: blob: "b23" → "c23"\.$/m);

  await answer(screen, '2', /events 11 to 20[\s\S]*^Choice:$/m);
  text = await answer(screen, '2', /events 21 to 23, newest first, no further ones[\s\S]*^Choice:$/m);
  assert.not.match(text.slice(text.lastIndexOf('Choices:')), /further events/);
  await answer(screen, '2', /no further ones[\s\S]*events 11 to 20[\s\S]*^Choice:$/m);
  await answer(screen, 'x', /x is not among the choices\.\n[\s\S]*^Choice:$/m);

  await answer(screen, '1', /Which event, 11 to 20:$/m);
  const chosen = newest[10]!;
  text = await answer(screen, '11', new RegExp(`^Event ${chosen.seq}$[\\s\\S]*^Choice:$`, 'm'));
  assert.match(text, /- "b13"\n.*\+ "c13"/);
  await answer(screen, '1', /then users:u1: events 1 to 10[\s\S]*^Choice:$/m);
  await screen.type('0\r');
  await screen.shows(/^status 0$/m);
  assertLinesAlone(screen, from);
  assert.equal(await queriesSince(stage, seq), ['actor=users:u1&limit=10&browse=true']);
});

test('the explorer: into the target, its state, the request, a filter, and back', async () => {
  const screen = await stage.open({ columns: 160, lines: 90, env });
  const from = screen.written().length;
  await stage.start(screen, 'explore files:f0001; echo "status $?"');
  let text = await screen.shows(/^files:f0001: events 1 to 2[\s\S]*^Choice:$/m);
  const number = (label: string) =>
    new RegExp(`^(\\d+)\\. ${label}$`, 'm').exec(text.slice(text.lastIndexOf('Choices:')))?.[1] ?? '';
  await answer(screen, number('an event in full'), /Which event, 1 to 2:$/m);
  text = await answer(screen, '1', /^Event \d+$[\s\S]*^Choice:$/m);
  text = await answer(
    screen,
    number('its target as it stood at this event'),
    /^blob: "c100"$[\s\S]*^Choice:$/m,
  );
  text = await answer(
    screen,
    number('everything of its request'),
    /then request r-1: events 1 to 1[\s\S]*^Choice:$/m,
  );
  await answer(screen, number('filter'), /^Filter:$/m);
  text = await answer(screen, 'bogus:x', /bogus[\s\S]*Choices:[\s\S]*^Choice:$/m);
  await answer(screen, number('filter'), /^Filter:$/m);
  text = await answer(screen, 'actor:users:u2', /then actor:users:u2: events 1 to 1[\s\S]*^Choice:$/m);
  text = await answer(
    screen,
    number('back to where you were before'),
    /then actor:users:u2: events[\s\S]*then request r-1: events 1 to 1, newest[\s\S]*^Choice:$/m,
  );
  await screen.type('0\r');
  await screen.shows(/^status 0$/m);
  assertLinesAlone(screen, from);
});

test('Ctrl-C ends it with 130, the terminal as it was', async () => {
  const screen = await stage.open({ columns: 120, lines: 90, env });
  await stage.start(screen, 'explore; echo "status $?"');
  await screen.shows(/^Choice:$/m);
  await screen.press('C-c');
  await screen.shows(/^status 130$/m);
  await assertRestored(screen);
});

test('logging in asks in lines, and shows nothing of the password', async () => {
  const screen = await stage.open({ columns: 120, lines: 30, env: { ...env, WHODID_TOKEN: '' } });
  const from = screen.written().length;
  await stage.start(screen, `login --email ${ADMIN.email}`);
  await screen.shows(/Password \(not shown\):$/m);
  await screen.type(`${ADMIN.password}x`);
  await screen.press('BSpace', 'Enter');
  await screen.shows(/Logged in as Ada/);
  assertLinesAlone(screen, from);
  assert.not.match(screen.written(), ADMIN.password.slice(0, 4));
});

test.run();

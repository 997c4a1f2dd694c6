// The whole screen, painted: what is on it already is not written again, and a terminal that takes nothing costs nothing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createScreenPainter, type ScreenRow } from '#src/cli/tui/terminal/screen-painter.js';

function target() {
  const written: string[] = [];
  const terminal = { slow: false, drain: (): void => undefined };
  const painter = createScreenPainter({
    write(text) {
      written.push(text);
      return !terminal.slow;
    },
    onDrain(listener) {
      terminal.drain = listener;
    },
  });
  return { painter, written, terminal, last: () => written.at(-1) ?? '' };
}

const row = (...texts: string[]): ScreenRow => texts.map((text, index) => ({ column: index * 10, text }));

test('of a row that changed at its right, the right is written, after it is erased', () => {
  const { painter, written, last } = target();
  painter.paint([row('left', 'middle', 'right'), row('as it', 'was')]);
  painter.paint([row('left', 'MIDDLE', 'right'), row('as it', 'was')]);
  assert.not.match(last(), /left|as it|was/);
  assert.match(last(), /\u001b\[11G\u001b\[KMIDDLE.*\u001b\[21Gright/);
  painter.paint([row('left', 'MIDDLE', 'right'), row('as it', 'was')]);
  assert.is(written.length, 2);
});

test('a row that has less at its end loses it, one that changed at its left is written whole', () => {
  const { painter, last } = target();
  painter.paint([row('left', 'middle', 'right')]);
  painter.paint([row('left', 'middle')]);
  assert.match(last(), /\u001b\[11G\u001b\[Kmiddle/);
  painter.paint([row('LEFT', 'middle')]);
  assert.match(last(), /\u001b\[2KLEFT.*middle/);
});

test('after it was reset, everything is written', () => {
  const { painter, last } = target();
  painter.paint([row('left', 'middle')]);
  painter.reset();
  painter.paint([row('left', 'middle')]);
  assert.match(last(), /\u001b\[2Kleft.*middle/);
});

test('a terminal that takes nothing while ten thousand frames are drawn: one was written, one waits, the newest', () => {
  const { painter, written, terminal } = target();
  terminal.slow = true;
  painter.paint([row('first')]);
  for (let frame = 0; frame < 10_000; frame += 1) painter.paint([row(`frame ${frame}`)]);
  assert.is(written.length, 1);
  terminal.slow = false;
  terminal.drain();
  assert.is(written.length, 2);
  assert.match(written[1] ?? '', /frame 9999/);
});

test.run();

// The whole screen, painted: what is on it already is not written again, and a terminal that takes nothing costs nothing.
import fc from 'fast-check';
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

/** A line of a terminal after what was written to it; it knows the sequences that the painter uses, and no others. */
function lineAfter(written: string[]): string {
  const cells: string[] = [];
  let column = 0;
  for (const [, parameters, final, plain] of written.join('').matchAll(/\u001b\[([0-9;?]*)([A-Za-z])|(.)/g)) {
    if (plain !== undefined) cells[column++] = plain;
    else if (final === 'H') column = 0;
    else if (final === 'G') column = Number(parameters) - 1;
    else if (final === 'K') cells.splice(parameters === '2' ? 0 : column);
    else if (final !== 'm' && final !== 'h' && final !== 'l') throw new Error(`ESC [ ${parameters} ${final}`);
  }
  return Array.from(cells, cell => cell ?? ' ').join('');
}

/** Segments beside each other, with and without room between them. */
const anyRow = fc
  .array(fc.record({ skipped: fc.nat(3), text: fc.constantFrom('', 'a', 'bb', 'ccccc') }), { maxLength: 5 })
  .map((parts): ScreenRow => {
    let end = 0;
    return parts.map(({ skipped, text }) => {
      const column = end + skipped;
      end = column + text.length;
      return { column, text };
    });
  });

test('whatever a row was, it reads as if it had been drawn alone', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { minLength: 1, maxLength: 4 }), rows => {
      const changing = target();
      for (const each of rows) changing.painter.paint([each]);
      const alone = target();
      alone.painter.paint([rows.at(-1)!]);
      assert.is(lineAfter(changing.written).trimEnd(), lineAfter(alone.written).trimEnd());
    }),
  );
});

test.run();

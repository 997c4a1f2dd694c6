import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRegionPainter } from '#src/cli/tui/terminal/region-painter.js';

function target() {
  const written: string[] = [];
  const terminal = { slow: false, drain: (): void => undefined };
  const painter = createRegionPainter({
    height: () => 24,
    write(text) {
      written.push(text);
      return !terminal.slow;
    },
    onDrain(listener) {
      terminal.drain = listener;
    },
  });
  return { painter, written, terminal };
}

test('only lines that changed are written', () => {
  const { painter, written } = target();
  painter.paint(['one', 'two', 'three']);
  painter.paint(['one', '2', 'three']);
  assert.match(written[1] ?? '', /2/);
  assert.not.match(written[1] ?? '', /one|three/);
  painter.paint(['one', '2', 'three']);
  assert.is(written.length, 2);
});

test('the cursor is parked where the region begins', () => {
  const { painter, written } = target();
  painter.paint(['one', 'two', 'three']);
  const downs = [...(written[0] ?? '').matchAll(/\n|\u001b\[(\d+)B/g)].reduce(
    (sum, [, lines = '1']) => sum + Number(lines),
    0,
  );
  const ups = [...(written[0] ?? '').matchAll(/\u001b\[(\d+)A/g)].reduce(
    (sum, [, lines]) => sum + Number(lines),
    0,
  );
  assert.is(downs, ups);
  assert.ok(downs >= 2);
});

test('a slow terminal gets the newest frame when it has caught up, and none in between', () => {
  const { painter, written, terminal } = target();
  terminal.slow = true;
  painter.paint(['a']);
  for (let frame = 0; frame < 1000; frame += 1) painter.paint([`frame ${frame}`]);
  assert.is(written.length, 1);
  terminal.slow = false;
  terminal.drain();
  assert.is(written.length, 2);
  assert.match(written[1] ?? '', /frame 999/);
});

test('nothing but colours gets past, whoever forgot to escape it', () => {
  const { painter, written } = target();
  painter.paint([
    '\u001b[31mred\u001b[39m \u001b]0;title\u0007 \u001b[2J \u009b2J \u202e a\nb\u0000 \u001b[5;5H',
  ]);
  const content = (written[0] ?? '').split('\u001b[2K')[1]?.split('\r')[0] ?? '';
  assert.match(content, /^\u001b\[31mred\u001b\[39m/);
  assert.not.match(content.replaceAll(/\u001b\[(?:31|39)m/g, ''), /[\u0000-\u001f\u007f-\u009f\u202e]/);
});

test('the screen is never cleared, nor the scrollback', () => {
  const { painter, written } = target();
  painter.paint(['one', 'two']);
  painter.reset();
  painter.paint(['one', 'two', 'three', 'four']);
  assert.not.match(written.join(''), /\u001b\[[0-3]?J/);
});

test.run();

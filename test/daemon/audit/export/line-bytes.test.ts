import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLineBytes } from '#src/daemon/audit/export/line-bytes.js';

const LINES = ['{"a":1}\n', 'é\u{1f642}\u202e\n', '', `${'long '.repeat(1_000)}\n`, 'ÿ€\n'];

for (const expected of [0, 1, 20, 100_000]) {
  test(`lines are the bytes of their text, whatever was expected (${expected})`, () => {
    const lines = createLineBytes(expected);
    for (const line of LINES) lines.add(line);
    assert.is(Buffer.from(lines.bytes()).toString('utf8'), LINES.join(''));
  });
}

test('each has memory of its own, which can change hands', () => {
  const one = createLineBytes(10);
  const other = createLineBytes(10);
  one.add('one');
  other.add('other');
  assert.is.not(one.bytes().buffer, other.bytes().buffer);
  structuredClone(one.bytes(), { transfer: [one.bytes().buffer as ArrayBuffer] });
  assert.is(Buffer.from(other.bytes()).toString(), 'other');
});

test.run();

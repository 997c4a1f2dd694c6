import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { edited, type LineInput, lineOf } from '#src/cli/tui/lines/line-input.js';

/** Types keys; `|` in the answer is the cursor. */
function typed(start: LineInput, ...keys: string[]): string {
  let line = start;
  for (const key of keys) {
    const text = [...key].length === 1 ? { text: key } : {};
    line = edited(line, { kind: 'key', key, ...text }) ?? line;
  }
  return `${line.text.slice(0, line.cursor)}|${line.text.slice(line.cursor)}`;
}

const cases: [keys: string[], line: string][] = [
  [['a', 'b'], 'one twoab|'],
  [['left', 'left', 'x'], 'one txwo|'.replace('xwo|', 'x|wo')],
  [['home', 'delete'], '|ne two'],
  [['backspace'], 'one tw|'],
  [['ctrl+w'], 'one |'],
  [['ctrl+u', 'z'], 'z|'],
  [['ctrl+a', 'right', 'ctrl+k'], 'o|'],
  [['up', 'enter'], 'one two|'],
];
for (const [keys, line] of cases) {
  test(keys.join(' '), () => assert.is(typed(lineOf('one two'), ...keys), line));
}

test('what one sees as one character is one', () => {
  assert.is(typed(lineOf('a👩‍👩‍👧'), 'backspace'), 'a|');
  assert.is(typed(lineOf('a👩‍👩‍👧'), 'left', 'left'), '|a👩‍👩‍👧');
});

test('a paste is one line, without controls', () => {
  assert.equal(edited(lineOf('a'), { kind: 'paste', text: 'b\r\nc\u001b[A' }), lineOf('ab c [A'));
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wordDiff } from '#src/cli/output/word-diff.js';

const cases: [prev: unknown, next: unknown, shown: string][] = [
  ['Ada Lovelace', 'Ada King', 'Ada [-Lovelace-]{+King+}'],
  ['one two three', 'one three', 'one [-two -]three'],
  ['a-b', 'a+b', 'a[---]{+++}b'],
  ['x', 'x', 'x'],
  ['', 'new', '{+new+}'],
  [1, 2, '[-1-]{+2+}'],
  [null, 'Ada', '{+Ada+}'],
  [{ k: 1 }, null, '[-{"k":1}-]'],
  [false, 'false', '[-false-]{+false+}'],
  ['Zoë 💾', 'Zoë 📀', 'Zoë [-💾-]{+📀+}'],
];
for (const [prev, next, shown] of cases) {
  test(`${JSON.stringify(prev)} → ${JSON.stringify(next)}`, () => {
    assert.is(wordDiff(prev, next, false), shown);
  });
}

test('in colour without marks', () => {
  assert.is(wordDiff('a b', 'a c', true), 'a \u001b[31mb\u001b[39m\u001b[32mc\u001b[39m');
});

test('escape sequences and line breaks in the data stay text', () => {
  assert.is(wordDiff('a\u001b[2J', 'a\nb', false), 'a[-\\u001b[2J-]{+\\nb+}');
});

test('a very long text is replaced whole instead of compared', () => {
  const long = 'word '.repeat(1000);
  assert.is(wordDiff(long, `${long}.`, false), `[-${long}-]{+${long}.+}`);
});

test.run();

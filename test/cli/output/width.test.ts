// Texts that are measured by their length alone are as wide as the library says that they are, one by one and joined.
import stringWidth from 'string-width';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { escapeText } from '#src/cli/output/escape.js';
import { cutTo, widthOf } from '#src/cli/output/width.js';

test('every character of the basic plane is as wide as the library says', () => {
  const wrong: string[] = [];
  for (let code = 0x20; code < 0x10000; code += 1) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const text = escapeText(String.fromCharCode(code));
    if (widthOf(text) !== stringWidth(text)) wrong.push(code.toString(16));
  }
  assert.equal(wrong, []);
});

for (const text of [
  'a – b … “c” │▌█ → ↑',
  'Zoë Žižek Ωμέγα Пётр',
  'e\u0301 日本 👩‍👩‍👧 ↔\ufe0f →\ufe0f',
  'й\u0306x',
]) {
  test(`${text}: as wide, and cut to no more than there is room for`, () => {
    const safe = escapeText(text);
    assert.is(widthOf(safe), stringWidth(safe));
    for (let width = 0; width <= widthOf(safe); width += 1)
      assert.ok(stringWidth(cutTo(safe, width)) <= width, `${width}`);
  });
}

test.run();

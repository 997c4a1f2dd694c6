import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { escapeText, safeJson, safePrettyJson, unescapeText } from '#src/cli/output/escape.js';

/** Any text at all, and often what is dangerous. */
const nasty = fc.constantFrom(
  '\u0000',
  '\t',
  '\n',
  '\r',
  '\u001b',
  '\u001b]52;c;aGk=\u0007',
  '\u001bP',
  '\u007f',
  '\u0085',
  '\u009b31m',
  '\u009d',
  '\u061c',
  '\u200b',
  '\u200e',
  '\u200f',
  '\u2028',
  '\u2029',
  '\u202a',
  '\u202e',
  '\u2060',
  '\u2066',
  '\u2069',
  '\ufeff',
  '\ud800',
  '\udc00',
  '\\',
  '\\n',
  '\\u001b',
  '😀',
  'é',
);
const anyText = fc
  .array(
    fc.oneof(
      nasty,
      fc.string({ unit: 'binary' }),
      fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)),
    ),
  )
  .map(parts => parts.join(''));

/** Written differently from the code under test: by category and by range. */
const FORBIDDEN =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u{061c}\u{200b}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}]/u;

test('no text, whatever it holds, comes out with a character that does something', () => {
  fc.assert(
    fc.property(anyText, text => {
      assert.not.match(escapeText(text), FORBIDDEN);
      assert.not.match(safeJson({ [text]: text }), FORBIDDEN);
    }),
    { numRuns: 2000 },
  );
});

test('what was escaped can be had back, so no two texts look the same', () => {
  fc.assert(
    fc.property(anyText, text => {
      assert.is(unescapeText(escapeText(text)), text);
    }),
    { numRuns: 2000 },
  );
});

test('JSON keeps its meaning', () => {
  fc.assert(
    fc.property(fc.jsonValue(), anyText, (value, text) => {
      const whole = { value, text };
      assert.equal(JSON.parse(safeJson(whole)), JSON.parse(JSON.stringify(whole)));
      assert.equal(JSON.parse(safePrettyJson(whole)), JSON.parse(JSON.stringify(whole)));
    }),
  );
});

test('escapes look as people know them', () => {
  assert.is(escapeText('a\tb\nc\\d\u001b[31m\u202e'), 'a\\tb\\nc\\\\d\\u001b[31m\\u202e');
  assert.is(escapeText('Ünïcode 😀 👩‍👩‍👧 stays'), 'Ünïcode 😀 👩‍👩‍👧 stays');
  assert.is(safeJson('\u009b\u007f'), '"\\u009b\\u007f"');
});

test.run();

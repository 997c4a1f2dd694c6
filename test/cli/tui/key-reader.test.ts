import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createKeyReader, type Input } from '#src/cli/tui/terminal/key-reader.js';

const ESC = '\u001b';

function valueIn(input: Exclude<Input, { kind: 'key' }>): string {
  if (input.kind === 'paste') return input.text;
  return input.kind === 'mouse' ? String(input.button) : input.codes.join();
}

/** A reader whose time is told by the test. */
function reader() {
  const inputs: Input[] = [];
  let later: (() => void) | undefined;
  const keys = createKeyReader({
    onInput: input => inputs.push(input),
    after(_ms, run) {
      later = run;
      return () => {
        later = undefined;
      };
    },
  });
  const names = () =>
    inputs.map(input => (input.kind === 'key' ? input.key : `${input.kind}:${valueIn(input)}`));
  return { feed: keys.feed, inputs, names, pause: () => later?.() };
}

const cases: [what: string, text: string, names: string[]][] = [
  ['three fast keys in one write', 'jjj', ['j', 'j', 'j']],
  ['arrows, in both modes', `${ESC}[A${ESC}OB`, ['up', 'down']],
  ['pages, home, end', `${ESC}[5~${ESC}[6~${ESC}[H${ESC}[4~`, ['pageup', 'pagedown', 'home', 'end']],
  ['modifiers', `${ESC}[1;5A${ESC}[Z`, ['ctrl+up', 'shift+tab']],
  [
    'control characters',
    '\u0003\u001a\r\t\u007f\b',
    ['ctrl+c', 'ctrl+z', 'enter', 'tab', 'backspace', 'backspace'],
  ],
  ['characters of other scripts, whole', '日👍', ['日', '👍']],
  [
    'a paste is one thing, whatever is in it',
    `${ESC}[200~q\r${ESC}[A${ESC}[201~j`,
    [`paste:q\r${ESC}[A`, 'j'],
  ],
  ['a mouse report', `${ESC}[<64;10;5Mj`, ['mouse:64', 'j']],
  ['a mouse report of old', `${ESC}[M !!j`, ['j']],
  ['replies to questions are no keys', `${ESC}[12;3R${ESC}[?2026;1$yj`, ['j']],
  ['what the terminal can do is no key', `${ESC}[?62;52cj`, ['attributes:62,52', 'j']],
  ['the reply with a colour, by BEL and by ST', `${ESC}]11;rgb:0/0/0\u0007${ESC}]52;c;cQ==${ESC}\\j`, ['j']],
  ['a device control string', `${ESC}P1$r0m${ESC}\\j`, ['j']],
  ['focus reports', `${ESC}[I${ESC}[Oj`, ['j']],
  ['an unknown sequence', `${ESC}[99~j`, ['j']],
  ['8-bit controls are no text', '\u009b', ['unknown']],
];
for (const [what, text, names] of cases) {
  test(what, () => {
    const whole = reader();
    whole.feed(text);
    assert.equal(whole.names(), names);
  });
  test(`${what}, one character at a time`, () => {
    const pieces = reader();
    for (const character of text) pieces.feed(character);
    assert.equal(pieces.names(), names);
  });
}

test('ESC alone is a key after a moment, and not before', () => {
  const keys = reader();
  keys.feed(ESC);
  assert.equal(keys.names(), []);
  keys.pause();
  assert.equal(keys.names(), ['escape']);
});

test('Alt and a letter come in one piece; ESC and a letter in two are two keys', () => {
  const together = reader();
  together.feed(`${ESC}j`);
  assert.equal(together.names(), ['alt+j']);
  for (const [after, name] of [
    ['j', 'j'],
    ['\r', 'enter'],
    ['👍', '👍'],
    [ESC, 'escape'],
    [`${ESC}[A`, 'up'],
  ] as const) {
    const apart = reader();
    apart.feed(ESC);
    apart.feed(after);
    if (after === ESC) apart.pause();
    assert.equal(apart.names(), ['escape', name]);
  }
});

test('ESC and a bracket with nothing behind them for a moment are two keys as well', () => {
  const keys = reader();
  keys.feed(ESC);
  keys.feed('[');
  assert.equal(keys.names(), []);
  keys.pause();
  assert.equal(keys.names(), ['escape', '[']);
});

test('a sequence that is never finished swallows no keys but those that come at once', () => {
  const keys = reader();
  keys.feed(ESC);
  keys.feed('P1');
  keys.pause();
  keys.feed('j');
  assert.equal(keys.names(), ['j']);
});

test('a paste may take its time', () => {
  const keys = reader();
  keys.feed(`${ESC}[200~one `);
  keys.pause();
  keys.feed(`two${ESC}[201~`);
  assert.equal(keys.names(), ['paste:one two']);
});

test('a reply that never ends takes no memory', () => {
  const keys = reader();
  keys.feed(`${ESC}]52;c;`);
  keys.feed('x'.repeat(70_000));
  keys.feed('j');
  assert.equal(keys.names(), ['j']);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { typedWords } from '#src/cli/completion/command-line.js';

const cases: [line: string, words: string[], raw: string][] = [
  ['whodid ', ['whodid', ''], ''],
  ['whodid  get   us', ['whodid', 'get', 'us'], 'us'],
  ['whodid get users:1', ['whodid', 'get', 'users:1'], 'users:1'],
  ['whodid list "my ty', ['whodid', 'list', 'my ty'], '"my ty'],
  ["whodid list 'a\\b' --x=", ['whodid', 'list', 'a\\b', '--x='], '--x='],
  ['whodid a\\ b', ['whodid', 'a b'], 'a\\ b'],
  ['whodid "" x', ['whodid', '', 'x'], 'x'],
];
for (const [line, words, raw] of cases) {
  test(`${line} is ${JSON.stringify(words)}`, () => {
    assert.equal(typedWords(line), { words, raw });
  });
}

test.run();

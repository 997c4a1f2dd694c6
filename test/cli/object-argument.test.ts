import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { objectArgument } from '#src/cli/object-argument.js';

const understood: [words: string[], type: string, id: string][] = [
  [['users', '1'], 'users', '1'],
  [['users:1'], 'users', '1'],
  [['files', 'a:b'], 'files', 'a:b'],
  [['files:lib/a:b'], 'files', 'lib/a:b'],
  [['my-type.v2', '..'], 'my-type.v2', '..'],
];
for (const [words, type, id] of understood) {
  test(`${words.join(' ')} is an object`, () => assert.equal(objectArgument(words), { type, id }));
}

const refused: [words: string[], message: RegExp][] = [
  [['users'], /Which of the users\? Write TYPE ID, or TYPE:ID/],
  [['users:'], /Which of the users\?/],
  [['1users', '1'], /"1users" is not the name of a type/],
  [['users', ''], /is empty/],
  [['users', '1', '2'], /One object is enough/],
  [['1x:7'], /is not an object/],
  [['users', 'x'.repeat(513)], /longer than 512/],
];
for (const [words, message] of refused) {
  test(`${words.join(' ').slice(0, 30)} is a usage error`, () => {
    assert.throws(
      () => objectArgument(words),
      (error: { code?: string; message: string }) =>
        error.code === 'bad_request' && message.test(error.message),
    );
  });
}

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { didYouMean, nearest } from '#src/shared/nearest.js';

const words = ['users', 'notes', 'invoices', 'eventName'];
const cases: [word: string, meant: string | undefined][] = [
  ['user', 'users'],
  ['Users', 'users'],
  ['uesrs', 'users'],
  ['invocies', 'invoices'],
  ['inv', 'invoices'],
  ['eventname', 'eventName'],
  ['nodes', 'notes'],
  ['x', undefined],
  ['orders', undefined],
];
for (const [word, meant] of cases) {
  test(`${word} ${meant === undefined ? 'is like none' : `means ${meant}`}`, () => {
    assert.is(nearest(word, words), meant);
  });
}

test('a suggestion is a question, or nothing', () => {
  assert.is(didYouMean('user', words), ' Did you mean "users"?');
  assert.is(didYouMean('x', words), '');
});

test.run();

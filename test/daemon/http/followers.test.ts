// Places to follow the log from: no user can take them all.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFollowers } from '#src/daemon/http/followers.js';
import { Problem } from '#src/shared/problem.js';

const refusal = (join: () => unknown): Problem => {
  try {
    join();
  } catch (error) {
    return error as Problem;
  }
  throw new Error('There was a place.');
};

test('one user has so many places, others have theirs, and who leaves makes room', () => {
  const followers = createFollowers({ inAll: 5, ofOneUser: 2 });
  const leave = followers.join('1');
  followers.join('1');
  const refused = refusal(() => followers.join('1'));
  assert.instance(refused, Problem);
  assert.is(refused.code, 'unavailable');
  assert.match(refused.message, /2 times already.*End one/);
  assert.ok(refused.details.retryAfterSeconds);
  followers.join('2');
  leave();
  leave();
  followers.join('1');
  refusal(() => followers.join('1'));
});

test('there are so many places in all', () => {
  const followers = createFollowers({ inAll: 2, ofOneUser: 2 });
  followers.join('1');
  followers.join('2');
  assert.match(refusal(() => followers.join('3')).message, '2 programs');
});

test.run();

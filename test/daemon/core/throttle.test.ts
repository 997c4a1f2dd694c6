// The delay of an account under attack grows, ends, and does not depend on the wall clock.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createThrottle } from '#src/daemon/core/throttle.js';
import { Problem } from '#src/shared/problem.js';

/** Seconds until an attempt is admitted again; 0 when it is. */
function waits(throttle: ReturnType<typeof createThrottle>, account: string): number {
  try {
    throttle.admit(account);
    return 0;
  } catch (error) {
    assert.instance(error, Problem);
    return (error as Problem).details.retryAfterSeconds!;
  }
}

test('five failures cost nothing, each further one doubles the wait, up to a minute', () => {
  let time = 0;
  const throttle = createThrottle(() => time);
  const seen: number[] = [];
  for (let failure = 0; failure < 13; failure += 1) {
    throttle.failed('Ada@example.com');
    seen.push(waits(throttle, 'ada@EXAMPLE.com'));
    time += 60_000;
  }
  assert.equal(seen, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('other accounts are not held up, and success or a quiet while starts anew', () => {
  let time = 0;
  const throttle = createThrottle(() => time);
  for (let failure = 0; failure < 8; failure += 1) throttle.failed('a');
  assert.ok(waits(throttle, 'a') > 0);
  assert.is(waits(throttle, 'b'), 0);
  throttle.succeeded('a');
  assert.is(waits(throttle, 'a'), 0);
  for (let failure = 0; failure < 8; failure += 1) throttle.failed('a');
  time += 16 * 60_000;
  throttle.failed('a');
  assert.is(waits(throttle, 'a'), 0);
});

test.run();

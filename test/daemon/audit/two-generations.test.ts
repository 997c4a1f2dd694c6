import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTwoGenerations } from '#src/daemon/audit/two-generations.js';

test('what is asked for again stays, what is not goes', () => {
  const kept = createTwoGenerations<string, number>(100);
  kept.set('often', 0);
  for (let n = 1; n <= 1_000; n += 1) {
    kept.set(`n${n}`, n);
    assert.is(kept.get('often'), 0);
  }
  for (let n = 1_000; n > 960; n -= 1) assert.is(kept.get(`n${n}`), n);
  for (let n = 1; n <= 900; n += 1) assert.is(kept.get(`n${n}`), undefined, `n${n}`);
});

test('there are never more than so many', () => {
  const kept = createTwoGenerations<string, number>(10);
  for (let n = 1; n <= 50; n += 1) kept.set(`n${n}`, n);
  let left = 0;
  for (let n = 50; n >= 1; n -= 1) if (kept.get(`n${n}`) !== undefined) left += 1;
  assert.ok(left >= 5 && left <= 10, String(left));
});

test.run();

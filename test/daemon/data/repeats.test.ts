// What repeats within a minute is one event at once and one with the count; what is counted is bounded.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Happening } from '#src/daemon/data/happening.js';
import { createRepeats, REPEAT_WINDOW_MS } from '#src/daemon/data/repeats.js';

const ADA = { type: 'users', id: '1' };
const miss = (id: string): Happening => ({
  action: 'viewed',
  outcome: 'failure',
  target: { type: 'notes', id },
  eventName: 'request.failed',
  reason: 'not_found',
});

function counting(maxKinds?: number) {
  let time = 0;
  const repeats = createRepeats({
    now: () => 1_000_000 + time,
    monotonic: () => time,
    ...(maxKinds === undefined ? {} : { maxKinds }),
  });
  return {
    repeats,
    wait(ms: number) {
      time += ms;
    },
  };
}

test('the first is an event, the others of its minute are counted', () => {
  const { repeats, wait } = counting();
  assert.is(repeats.occur(ADA, miss('7'))?.targetId, '7');
  for (let n = 0; n < 5; n += 1) assert.is(repeats.occur(ADA, miss('7')), undefined);
  assert.equal(repeats.due(), []);
  wait(REPEAT_WINDOW_MS);
  const [rest, ...more] = repeats.due();
  assert.equal([rest!.count, rest!.targetId, more.length], [5, '7', 0]);
  assert.is(repeats.occur(ADA, miss('7'))?.count, undefined, 'a new minute, a new first');
});

test('another actor, target, action, reason or query is another kind', () => {
  const { repeats } = counting();
  const kinds: [typeof ADA, Happening][] = [
    [ADA, miss('7')],
    [{ type: 'users', id: '2' }, miss('7')],
    [ADA, miss('8')],
    [ADA, { ...miss('7'), action: 'deleted' }],
    [ADA, { ...miss('7'), reason: 'conflict' }],
    [ADA, { ...miss('7'), query: 'q' }],
  ];
  for (const [actor, happening] of kinds) assert.ok(repeats.occur(actor, happening));
  assert.is(repeats.size(), kinds.length);
});

test('a window that ended before anybody collected it keeps its count', () => {
  const { repeats, wait } = counting();
  repeats.occur(ADA, miss('7'));
  repeats.occur(ADA, miss('7'));
  wait(REPEAT_WINDOW_MS + 1);
  assert.ok(repeats.occur(ADA, miss('7')));
  const counts = repeats.due(true).map(({ count }) => count ?? 1);
  assert.equal(counts, [1]);
});

test('a flood of different kinds is counted as one kind, and nothing of it is lost', () => {
  const { repeats } = counting(10);
  let events = 0;
  for (let n = 0; n < 1_000; n += 1) if (repeats.occur(ADA, miss(String(n))) !== undefined) events += 1;
  assert.is(events, 11);
  assert.is(repeats.size(), 11);
  const [rest] = repeats.due(true);
  assert.equal([rest!.targetId, rest!.count], ['-', 989]);
});

test('what is counted as one kind keeps neither the queries nor the types that a flood names', () => {
  const { repeats } = counting(1);
  const asked = (n: number): Happening => ({
    action: 'viewed',
    target: { type: `type${n}`, id: String(n) },
    eventName: 'audit.queried',
    query: `target=type${n}:${n}`,
    reason: `reason ${n}`,
    onBehalfOf: { type: 'users', id: String(n) },
  });
  repeats.occur(ADA, asked(0));
  const first = repeats.occur(ADA, asked(1));
  for (let n = 2; n < 100; n += 1) assert.is(repeats.occur(ADA, asked(n)), undefined);
  const last = repeats.due(true).at(-1);
  for (const event of [first, last]) {
    assert.equal([event?.targetType, event?.targetId], ['various', '-']);
    assert.equal([event?.context, event?.onBehalfOf], [{ reason: 'various' }, undefined]);
  }
  assert.equal([repeats.size(), last?.count], [0, 98]);
});

test.run();

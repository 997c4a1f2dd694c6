// The window against a log that answers as the daemon does: wherever one goes, what is held is a part of the log
// without a gap, and never more than allowed.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Asked,
  atHead,
  type EventWindow,
  elsewhere,
  eventsOf,
  isAtHead,
  newerEdge,
  olderEdge,
  orderOf,
  stretchOf,
  withArrivals,
  withNewer,
  withOlder,
} from '#src/cli/tui/events/event-window.js';
import type { Page } from '#src/shared/api.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { event } from '../events.js';

const PAGE = 10;
const MOST = 40;

/** A log with cursors that name an order and a place, as the daemon's do. */
function fakeLog(size: number) {
  const log: DataEvent[] = Array.from({ length: size }, (_, index) =>
    event({ seq: index + 1, timestamp: 1000 + index }),
  );
  function answer(asked: Asked): Page<DataEvent> {
    const order = orderOf(asked);
    const [way, seq] = 'cursor' in asked ? (asked.cursor.split(' ') as [string, string]) : ['next', ''];
    // What came after the query: there is always again a cursor for more.
    if (way === 'newer') {
      const data = log.slice(Number(seq)).reverse();
      return { data, next: null, prev: `newer ${log.length}` };
    }
    const bounds = {
      until: 'until' in asked ? asked.until : Number.POSITIVE_INFINITY,
      since: 'since' in asked ? asked.since : 0,
    };
    const list = log.filter(({ timestamp }) => timestamp >= bounds.since && timestamp < bounds.until);
    if (order === 'desc') list.reverse();
    const at = seq === '' ? -1 : list.findIndex(one => one.seq === Number(seq));
    const start = way === 'next' ? at + 1 : Math.max(0, at - PAGE);
    const end = way === 'next' ? start + PAGE : at;
    const data = list.slice(start, end);
    return {
      data,
      next: end < list.length ? `next ${data.at(-1)?.seq}` : null,
      prev: start > 0 ? `prev ${data[0]?.seq}` : order === 'desc' ? `newer ${log.length}` : null,
    };
  }
  return {
    log,
    load: (asked: Asked) => stretchOf(answer(asked), asked),
    append(count: number) {
      const from = log.length;
      for (let index = 0; index < count; index += 1) {
        log.push(event({ seq: from + index + 1, timestamp: 1000 + from + index }));
      }
      return log.slice(from);
    },
  };
}

const seqs = (window: EventWindow) => eventsOf(window).map(({ seq }) => seq);

function assertPartOfLog(window: EventWindow, log: DataEvent[]): void {
  const held = seqs(window);
  const [first = 0] = held;
  assert.equal(
    held,
    Array.from({ length: held.length }, (_, index) => first - index),
  );
  if (olderEdge(window) === null) assert.is(held.at(-1), 1);
  if (isAtHead(window)) assert.is(first, log.length);
}

test('whatever way one goes, the window is a part of the log without a gap', () => {
  const step = fc.constantFrom('older', 'newer', 'head', 'end', 'arrive') as fc.Arbitrary<
    'older' | 'newer' | 'head' | 'end' | 'arrive'
  >;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 200 }), (steps, size) => {
      const { log, load, append } = fakeLog(size);
      let window: EventWindow = { stretches: [load({ start: 'desc' })], head: undefined };
      for (const way of steps) {
        const edge = way === 'older' ? olderEdge(window) : way === 'newer' ? newerEdge(window) : null;
        if (way === 'older' && edge !== null) window = withOlder(window, load(edge), MOST);
        if (way === 'newer' && edge !== null) window = withNewer(window, load(edge), MOST);
        if (way === 'head') window = atHead(window) ?? window;
        if (way === 'end' && olderEdge(window) !== null) window = elsewhere(window, load({ start: 'asc' }));
        if (way === 'arrive') window = withArrivals(window, append(3)).window;
        assertPartOfLog(window, log);
      }
    }),
    {
      numRuns: 500,
      examples: [[['arrive', 'end', 'newer', 'newer', 'older', 'head', 'older'], 38]],
    },
  );
});

test('from one end to the other and back, with bounded memory', () => {
  const { log, load } = fakeLog(1000);
  let window: EventWindow = { stretches: [load({ start: 'desc' })], head: undefined };
  for (let edge = olderEdge(window); edge !== null; edge = olderEdge(window)) {
    window = withOlder(window, load(edge), MOST);
    assert.ok(seqs(window).length <= MOST);
  }
  assert.is(seqs(window).at(-1), 1);
  for (let edge = newerEdge(window); edge !== null; edge = newerEdge(window)) {
    window = withNewer(window, load(edge), MOST);
    assert.ok(seqs(window).length <= MOST + PAGE);
  }
  assert.is(seqs(window)[0], log.length);
});

test('the newest end is at hand after a long way down', () => {
  const { load } = fakeLog(1000);
  let window: EventWindow = { stretches: [load({ start: 'desc' })], head: undefined };
  for (let page = 0; page < 20; page += 1) window = withOlder(window, load(olderEdge(window)!), MOST);
  assert.is.not(seqs(window)[0], 1000);
  assert.equal(
    seqs(atHead(window)!),
    Array.from({ length: PAGE }, (_, index) => 1000 - index),
  );
});

test('following for long keeps a bounded number, and what was dropped can be asked for', () => {
  const { load, append, log } = fakeLog(10);
  let window: EventWindow = { stretches: [load({ start: 'desc' })], head: undefined };
  for (let batch = 0; batch < 100; batch += 1) window = withArrivals(window, append(100)).window;
  assert.ok(seqs(window).length <= 4000);
  assert.is(seqs(window)[0], log.length);
  const edge = olderEdge(window);
  assert.ok(edge !== null && 'until' in edge);
  assertPartOfLog(withOlder(window, load(edge!)), log);
});

test('what came while the last page was on its way, and is no longer held, is asked for', () => {
  const { load, append, log } = fakeLog(30);
  let window: EventWindow = { stretches: [load({ start: 'desc' })], head: undefined };
  window = elsewhere(window, load({ start: 'asc' }));
  window = withNewer(window, load(newerEdge(window)!));
  const last = load(newerEdge(window)!);
  window = withNewer(withArrivals(window, append(1000)).window, last);
  assertPartOfLog(window, log);
  assert.is(seqs(window)[0], 30);
  for (let edge = newerEdge(window); edge !== null; edge = newerEdge(window)) {
    window = withNewer(window, load(edge));
    assertPartOfLog(window, log);
  }
  assert.is(seqs(window)[0], 1030);
});

test('a late event takes its place, a repeated one none', () => {
  const window: EventWindow = {
    stretches: [
      {
        events: [event({ seq: 2, timestamp: 30 }), event({ seq: 1, timestamp: 10 })],
        newer: null,
        older: null,
      },
    ],
    head: undefined,
  };
  const arrival = withArrivals(window, [event({ seq: 3, timestamp: 20 }), event({ seq: 2, timestamp: 30 })]);
  assert.equal(seqs(arrival.window), [2, 3, 1]);
  assert.equal(arrival.insertedAt, [1]);
});

test.run();

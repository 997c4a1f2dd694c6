// What any queue between data layer and logger must do. A suite is made from a way to open a fresh one.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PendingEvent } from '#src/shared/data-event.js';
import { type Queue, type QueueCursor, QueueMismatch } from '#src/shared/queue.js';
import { event, eventId, events } from '../daemon/audit/example-events.js';

export interface QueueUnderTest {
  /** The producer's side, which may also `forget`. */
  queue: Queue;
  /** The logger's side; may be the same. */
  reader: Pick<Queue, 'read' | 'depth'>;
  /** Commits `events` together. */
  commit(events: PendingEvent[]): Promise<void>;
  /** Makes what `forget` let go of really go, if that is put off. */
  prune(): Promise<void>;
  dispose(): Promise<void>;
}

/** Registers the suite under `name`; `open` gives a fresh, empty queue, each one another. */
export function queueSuite(name: string, open: () => Promise<QueueUnderTest>): void {
  const test = suite(name);

  const onQueue = (what: string, body: (queue: QueueUnderTest) => Promise<void>) =>
    test(what, async () => {
      const queue = await open();
      try {
        await body(queue);
      } finally {
        await queue.dispose();
      }
    });

  const ids = (batch: { events: PendingEvent[] }) => batch.events.map(({ id }) => id);
  const idsOf = (from: number, to: number) => events(from, to).map(({ id }) => id);

  const mismatches = async (read: Promise<unknown>) => {
    try {
      await read;
      return false;
    } catch (error) {
      if (error instanceof QueueMismatch) return true;
      throw error;
    }
  };

  onQueue('an empty queue gives nothing, and a cursor to go on from', async ({ reader, commit }) => {
    const { events: none, cursor } = await reader.read(null, 10);
    assert.equal(none, []);
    assert.equal(await reader.read(cursor, 10), { events: [], cursor });
    await commit([event(1)]);
    assert.equal(ids(await reader.read(cursor, 10)), [eventId(1)]);
  });

  onQueue('events come as they were committed, in the order of their commits', async ({ reader, commit }) => {
    const full = event(2, { changes: { name: { prev: null, next: 'Zoë 💾' } }, context: { ip: '::1' } });
    await commit([event(1)]);
    await commit([full, event(3)]);
    assert.equal((await reader.read(null, 10)).events, [event(1), full, event(3)]);
  });

  onQueue(
    'a batch is of whole commits, and exceeds its size by less than one',
    async ({ reader, commit }) => {
      for (const [from, to] of [
        [1, 3],
        [4, 6],
        [7, 9],
      ] as const) {
        await commit(events(from, to));
      }
      const first = await reader.read(null, 4);
      assert.equal(ids(first), idsOf(1, 6));
      const second = await reader.read(first.cursor, 1);
      assert.equal(ids(second), idsOf(7, 9));
      assert.equal(await reader.read(second.cursor, 1), { events: [], cursor: second.cursor });
    },
  );

  onQueue('reading takes nothing away', async ({ reader, commit }) => {
    await commit(events(1, 3));
    assert.equal(await reader.read(null, 10), await reader.read(null, 10));
  });

  onQueue(
    'what is forgotten is gone, what lies after it is not',
    async ({ queue, reader, commit, prune }) => {
      for (let number = 1; number <= 5; number += 1) await commit([event(number)]);
      const { cursor } = await reader.read(null, 3);
      await queue.forget(cursor);
      await prune();
      assert.equal(ids(await reader.read(cursor, 10)), idsOf(4, 5));
      await commit([event(6)]);
      assert.equal(ids(await reader.read(cursor, 10)), idsOf(4, 6));
    },
  );

  onQueue('forgetting an earlier place again is harmless', async ({ queue, reader, commit, prune }) => {
    for (let number = 1; number <= 4; number += 1) await commit([event(number)]);
    const early = (await reader.read(null, 1)).cursor;
    const late = (await reader.read(null, 3)).cursor;
    await queue.forget(late);
    await queue.forget(early);
    await prune();
    assert.equal(ids(await reader.read(late, 10)), [eventId(4)]);
  });

  onQueue('the depth is how many events lie after a cursor', async ({ queue, reader, commit }) => {
    assert.is(await queue.depth(), 0);
    await commit(events(1, 3));
    await commit(events(4, 5));
    assert.is(await queue.depth(null), 5);
    const { cursor } = await reader.read(null, 1);
    assert.is(await queue.depth(cursor), 2);
    assert.is(await reader.depth(cursor), 2);
    await queue.forget(cursor);
    assert.is(await queue.depth(), 2);
  });

  onQueue("another queue's cursor, or none at all, is refused", async ({ reader, commit }) => {
    await commit([event(1)]);
    const other = await open();
    let foreign: QueueCursor;
    try {
      await other.commit(events(1, 2));
      foreign = (await other.reader.read(null, 10)).cursor;
    } finally {
      await other.dispose();
    }
    assert.ok(await mismatches(reader.read(foreign, 10)));
    assert.ok(await mismatches(reader.read('no cursor', 10)));
  });

  test.run();
}

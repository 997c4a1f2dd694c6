// What any log must do for the logger, whatever keeps it. A suite is made from a way to open a fresh one.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LogMoved, type LogReader, type LogStore } from '#src/daemon/audit/log-store.js';
import { EVERYTHING } from '#src/shared/audit-filter.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { event, eventId, events } from '../daemon/audit/example-events.js';

export interface LogUnderTest {
  store: LogStore;
  reader: LogReader;
  /** Closes the store and opens it again, as after a restart. */
  reopen(): Promise<LogStore>;
  dispose(): Promise<void>;
}

/** Registers the suite under `name`; `open` gives a fresh, empty log whose clock `clock` is. */
export function logStoreSuite(name: string, open: (clock: () => number) => Promise<LogUnderTest>): void {
  const test = suite(name);

  /** Runs `body` on a log of its own. */
  const onLog = (what: string, body: (log: LogUnderTest, time: { now: number }) => Promise<void>) =>
    test(what, async () => {
      const time = { now: 1_700_000_000_000 };
      const log = await open(() => time.now);
      try {
        await body(log, time);
      } finally {
        await log.dispose();
      }
    });

  const stored = async (reader: LogReader): Promise<DataEvent[]> =>
    (await reader.linesAfter(0, EVERYTHING, 1000, true)).lines.map(({ json }) => JSON.parse(json));

  onLog('an empty log has no events and no cursor', async ({ store, reader }) => {
    assert.equal(await store.head(), {
      size: 0,
      cursor: null,
      recordedAt: 0,
      signedSize: 0,
      removed: 0,
      announced: 0,
    });
    assert.equal(await stored(reader), []);
  });

  onLog(
    'appended events get seq 1, 2, 3 … without gaps, and the cursor is kept',
    async ({ store, reader }) => {
      assert.is((await store.append(0, events(1, 3), 'a')).size, 3);
      const head = await store.append(3, events(4, 5), 'b');
      assert.is(head.size, 5);
      assert.is(head.cursor, 'b');
      assert.equal(await store.head(), head);
      const found = await stored(reader);
      assert.equal(
        found.map(({ seq, id }) => [seq, id]),
        [1, 2, 3, 4, 5].map(number => [number, eventId(number)]),
      );
    },
  );

  onLog('a repeat is passed over, also within one append, and takes no seq', async ({ store, reader }) => {
    await store.append(0, [event(1), event(2)], 'a');
    const head = await store.append(2, [event(2), event(3), event(3), event(1), event(4)], 'b');
    assert.is(head.size, 4);
    assert.equal(
      (await stored(reader)).map(({ id }) => id),
      [1, 2, 3, 4].map(eventId),
    );
  });

  onLog('an append of repeats alone moves the cursor and nothing else', async ({ store }, time) => {
    const before = await store.append(0, events(1, 2), 'a');
    time.now += 5000;
    assert.equal(await store.append(2, events(1, 2), 'b'), { ...before, cursor: 'b' });
  });

  onLog('an append that expects another size is refused and leaves nothing', async ({ store, reader }) => {
    await store.append(0, events(1, 2), 'a');
    for (const expected of [0, 1, 3]) {
      try {
        await store.append(expected, [event(3)], 'b');
        assert.unreachable();
      } catch (error) {
        assert.instance(error, LogMoved);
      }
    }
    assert.is((await store.head()).cursor, 'a');
    assert.is((await stored(reader)).length, 2);
  });

  onLog('an append with an event that is none is refused and leaves nothing', async ({ store, reader }) => {
    const broken = [
      event(2, { id: 'no-uuid' }),
      event(2, { action: 'eaten' as 'viewed' }),
      event(2, { actorId: undefined as unknown as string }),
      event(2, { timestamp: 1.5 }),
    ];
    for (const bad of broken) {
      const refused = await store.append(0, [event(1), bad], 'a').then(
        () => false,
        () => true,
      );
      assert.ok(refused, JSON.stringify(bad));
    }
    assert.is((await store.head()).size, 0);
    assert.is((await store.append(0, [event(1, { actorId: 'new' })], 'a')).size, 1);
    assert.is((await stored(reader))[0]?.actorId, 'new');
  });

  onLog('recordedAt never decreases, whatever the clock does', async ({ store, reader }, time) => {
    await store.append(0, [event(1)], 'a');
    time.now -= 3_600_000;
    await store.append(1, [event(2)], 'b');
    time.now += 7_200_000;
    await store.append(2, [event(3)], 'c');
    assert.equal(
      (await stored(reader)).map(({ recordedAt }) => recordedAt),
      [1_700_000_000_000, 1_700_000_000_000, 1_700_003_600_000],
    );
  });

  onLog('what was appended is there after a restart', async ({ store, reopen, reader }) => {
    const head = await store.append(0, events(1, 3), 'a');
    const again = await reopen();
    assert.equal(await again.head(), head);
    await again.append(3, [event(4), event(2)], 'b');
    assert.equal(
      (await stored(reader)).map(({ seq }) => seq),
      [1, 2, 3, 4],
    );
  });

  onLog('a checkpoint covers what is there when it is signed', async ({ store, reader, reopen }) => {
    assert.is(await reader.checkpoint(), null);
    await store.append(0, events(1, 3), 'a');
    assert.is((await store.head()).signedSize, 0);
    const head = await store.sign();
    assert.is(head.signedSize, 3);
    const note = await reader.checkpoint();
    assert.match(note ?? '', /^[^\n]+\n3\n/);
    assert.is((await store.append(3, [event(4)], 'b')).signedSize, 3);
    assert.is(await reader.checkpoint(), note);
    assert.is((await (await reopen()).sign()).signedSize, 4);
  });

  onLog('a proof is there for what a checkpoint covers, and for nothing else', async ({ store, reader }) => {
    await store.append(0, events(1, 3), 'a');
    await store.sign();
    await store.append(3, [event(4)], 'b');
    assert.is((await reader.eventProof(eventId(3)))?.event.seq, 3);
    assert.is(await reader.eventProof(eventId(4)), null);
    assert.is(await reader.eventProof(eventId(9)), null);
    assert.is((await reader.growthProof(2))?.from, 2);
    assert.is(await reader.growthProof(4), null);
  });

  onLog('what is set aside leaves an event in its place, once', async ({ store, reader }) => {
    await store.append(0, [event(1)], 'a');
    const kept = { event: '{"broken":true}', reason: 'It is broken.' };
    const stand = event(9, { outcome: 'failure', eventName: 'event.set-aside' });
    assert.is((await store.setAside(1, kept, stand, 'a')).size, 2);
    assert.is((await store.setAside(2, kept, stand, 'b')).size, 2);
    assert.is((await store.head()).cursor, 'b');
    assert.is((await stored(reader))[1]?.eventName, 'event.set-aside');
  });

  test.run();
}

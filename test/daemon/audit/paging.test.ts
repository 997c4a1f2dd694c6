// Pages of one query while the log grows, with events that come late: nothing lost, nothing twice, either way.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatCursor, queryDigest } from '#src/daemon/audit/page-cursor.js';
import { EVERYTHING } from '#src/shared/audit-filter.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import { Problem } from '#src/shared/problem.js';
import { event, eventId, events } from './example-events.js';
import { type ReadPage, type TemporaryLog, temporaryLog } from './temporary-log.js';

/** A log whose events have these times, in this order of arrival. */
async function logOf(...seconds: number[]): Promise<TemporaryLog> {
  const log = temporaryLog();
  await log.append(...timed(1, seconds));
  return log;
}

function timed(first: number, seconds: number[]): PendingEvent[] {
  return seconds.map((second, index) =>
    event(first + index, { timestamp: 1_700_000_000_000 + second * 1000 }),
  );
}

test('lists show newest first by time, then by seq, or the other way round', async () => {
  const log = await logOf(5, 3, 5, 9, 1);
  assert.equal((await log.page({ order: 'desc' })).seqs, [4, 3, 1, 2, 5]);
  assert.equal((await log.page({ order: 'asc' })).seqs, [5, 2, 1, 3, 4]);
  log.close();
});

test('next goes to the end and is null there, prev goes back to where it began', async () => {
  const log = await logOf(1, 2, 3, 4, 5);
  const first = await log.page({ limit: 2 });
  assert.equal(first.seqs, [5, 4]);
  const second = await log.page({ limit: 2, cursor: first.next! });
  assert.equal(second.seqs, [3, 2]);
  const last = await log.page({ limit: 2, cursor: second.next! });
  assert.equal(last.seqs, [1]);
  assert.is(last.next, null);
  assert.equal((await log.page({ limit: 2, cursor: last.prev! })).seqs, [3, 2]);
  const back = await log.page({ limit: 2, cursor: second.prev! });
  assert.equal(back.seqs, [5, 4]);
  assert.equal((await log.page({ limit: 2, cursor: back.next! })).seqs, [3, 2]);
  log.close();
});

test('a page that is exactly full and has nothing after it ends the list', async () => {
  const log = await logOf(1, 2);
  assert.is((await log.page({ limit: 2 })).next, null);
  assert.is((await log.page({ limit: 2, order: 'asc' })).next, null);
  log.close();
});

test('an empty log has a page without events that can be refreshed', async () => {
  const log = temporaryLog();
  const empty = await log.page({});
  assert.equal([empty.seqs, empty.next], [[], null]);
  await log.append(event(1));
  assert.equal((await log.page({ cursor: empty.prev! })).seqs, [1]);
  log.close();
});

test('refreshing gives what came since, also late events, and always another way to refresh', async () => {
  const log = await logOf(10, 20, 30);
  const page = await log.page({ limit: 2 });
  const nothing = await log.page({ cursor: page.prev! });
  assert.equal(nothing.seqs, []);

  await log.append(...timed(4, [40, 5, 25]));
  const refreshed = await log.page({ cursor: nothing.prev! });
  assert.equal(refreshed.seqs, [4, 6, 5]);
  assert.equal((await log.page({ cursor: refreshed.prev! })).seqs, []);
  // The old page's own pages are what they were.
  assert.equal((await log.page({ limit: 2, cursor: page.next! })).seqs, [1]);
  // And what comes after the refreshed page is everything that is not on it.
  assert.equal((await log.page({ cursor: refreshed.next! })).seqs, [3, 2, 1]);
  log.close();
});

test('refreshing takes no more at a time than asked for, the earlier stored first', async () => {
  const log = await logOf(1);
  let { prev } = await log.page({});
  await log.append(...timed(2, [2, 3, 4, 5, 6]));
  const seen: number[][] = [];
  for (let page: ReadPage; ; prev = page.prev) {
    page = await log.page({ limit: 2, cursor: prev! });
    if (page.seqs.length === 0) break;
    seen.push(page.seqs);
  }
  assert.equal(seen, [[3, 2], [5, 4], [6]]);
  log.close();
});

test('coming back to the newest end, prev is the way to refresh again', async () => {
  const log = await logOf(1, 2, 3);
  const first = await log.page({ limit: 1 });
  const second = await log.page({ limit: 1, cursor: first.next! });
  await log.append(...timed(4, [4]));
  const back = await log.page({ limit: 1, cursor: second.prev! });
  assert.equal(back.seqs, [3]);
  assert.equal((await log.page({ limit: 1, cursor: back.prev! })).seqs, [4]);
  log.close();
});

test('in ascending order the oldest end has no prev, and the end is where the log was when it began', async () => {
  const log = await logOf(1, 2, 3);
  const first = await log.page({ limit: 2, order: 'asc' });
  assert.is(first.prev, null);
  await log.append(...timed(4, [4, 0]));
  const second = await log.page({ limit: 2, order: 'asc', cursor: first.next! });
  assert.equal([second.seqs, second.next], [[3], null]);
  const back = await log.page({ limit: 2, order: 'asc', cursor: second.prev! });
  assert.equal([back.seqs, back.prev], [[1, 2], null]);
  log.close();
});

test('whatever is appended between pages, each event is given once, forwards, backwards and by refreshing', async () => {
  const time = fc.integer({ min: 0, max: 30 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(time, { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('asc' as const, 'desc' as const),
      async (arrivals, limit, order) => {
        const log = temporaryLog();
        const rest = [...arrivals];
        let size = 0;
        const arrive = async () => {
          const times = rest.shift() ?? [];
          await log.append(...timed(size + 1, times));
          size += times.length;
        };
        await arrive();
        const snapshot = size;
        const expected = (await log.page({ order, limit: 1000 })).seqs;

        const first = await log.page({ order, limit });
        const forwards = [first];
        while (forwards.at(-1)!.next !== null) {
          await arrive();
          forwards.push(await log.page({ order, limit, cursor: forwards.at(-1)!.next! }));
        }
        assert.equal(
          forwards.flatMap(({ seqs }) => seqs),
          expected,
        );

        // Back from the end, by the same number of pages.
        const backwards = [forwards.at(-1)!];
        for (let count = 1; count < forwards.length; count += 1) {
          await arrive();
          backwards.unshift(await log.page({ order, limit, cursor: backwards[0]!.prev! }));
        }
        assert.equal(
          backwards.flatMap(({ seqs }) => seqs),
          expected,
        );

        if (order === 'desc') {
          const since: number[] = [];
          for (let { prev } = backwards[0]!; ; ) {
            const page = await log.page({ order, limit, cursor: prev! });
            since.push(...page.seqs);
            prev = page.prev;
            if (page.seqs.length === 0 && rest.length === 0) break;
            await arrive();
          }
          assert.equal(
            since.sort((a, b) => a - b),
            Array.from({ length: size - snapshot }, (_, index) => snapshot + index + 1),
          );
        }
        log.close();
      },
    ),
    { seed: 9, numRuns: 60 },
  );
});

test('a filter that matches almost nothing gives short pages that still reach the end, both ways', async () => {
  const log = temporaryLog();
  // Two common terms that never meet: each page gives up after its bounded part.
  const parts = (number: number) => (number % 2 === 0 ? { actorId: '2' } : { outcome: 'denied' as const });
  const total = 80_000;
  for (let from = 1; from <= total; from += 2000) {
    await log.append(...events(from, from + 1999).map((one, index) => ({ ...one, ...parts(from + index) })));
  }
  const meeting = { actorId: '2', outcome: 'denied' as const };
  await log.append(
    event(total + 1, { ...meeting, timestamp: 0 }),
    event(total + 2, { ...meeting, timestamp: 1 }),
  );
  const filter = { include: { actor: ['users:2'], outcome: ['denied'] }, exclude: {} };

  const first = await log.page({ filter });
  assert.equal(first.seqs, []);
  assert.ok(first.next);
  let pages = 1;
  let page = first;
  const found: number[] = [];
  while (page.next !== null) {
    page = await log.page({ filter, cursor: page.next });
    found.push(...page.seqs);
    pages += 1;
  }
  assert.equal(found, [total + 2, total + 1]);
  assert.ok(pages > 1 && pages < 20, `${pages} pages`);

  // Back from the oldest: empty pages until the newest end, where it can be refreshed.
  for (let count = 1; count < pages * 2; count += 1) {
    page = await log.page({ filter, cursor: page.prev! });
    assert.equal(page.seqs, []);
  }
  await log.append(event(total + 3, meeting));
  assert.equal((await log.page({ filter, cursor: page.prev! })).seqs, [total + 3]);
  log.close();
});

test('an event at the very edge of an empty page is on the page before or after it', async () => {
  const log = await logOf(1, 2, 3);
  const at = (second: number, seq: number) => ({ timestamp: 1_700_000_000_000 + second * 1000, seq });
  for (const [order, last, first] of [
    ['desc', at(1, 1), at(3, 3)],
    ['asc', at(3, 3), at(1, 1)],
  ] as const) {
    const digest = queryDigest(EVERYTHING, order);
    const past = formatCursor({ way: 'next', snapshot: 3, position: last }, digest);
    const empty = await log.page({ order, cursor: past });
    assert.equal([empty.seqs, empty.next], [[], null]);
    assert.equal((await log.page({ order, limit: 1, cursor: empty.prev! })).seqs, [last.seq]);

    const before = formatCursor({ way: 'prev', snapshot: 3, position: first }, digest);
    const nothing = await log.page({ order, cursor: before });
    assert.equal(nothing.seqs, []);
    assert.equal((await log.page({ order, limit: 1, cursor: nothing.next! })).seqs, [first.seq]);
  }
  log.close();
});

test('a cursor that is none, or of another query, is refused by name', async () => {
  const log = await logOf(1, 2, 3);
  const { next } = await log.page({ limit: 1 });
  const inside = JSON.parse(Buffer.from(next!, 'base64url').toString()) as unknown[];
  const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const [digest, way, snapshot, timestamp, seq] = inside;
  const otherFilter = { include: { action: ['viewed'] }, exclude: {} };
  const cases: [string, Parameters<TemporaryLog['page']>[0], string][] = [
    ['empty', { cursor: '' }, 'is malformed'],
    ['not base64url', { cursor: `${next}=` }, 'is malformed'],
    ['not JSON', { cursor: 'AAAA' }, 'is malformed'],
    ['no list', { cursor: Buffer.from('{"a":1}').toString('base64url') }, 'is malformed'],
    ['long', { cursor: 'A'.repeat(5000) }, 'is malformed'],
    ['a part missing', { cursor: forged(digest, way, snapshot, timestamp) }, 'is malformed'],
    ['a part more', { cursor: forged(digest, way, snapshot, timestamp, seq, 1) }, 'is malformed'],
    ['a negative part', { cursor: forged(digest, way, snapshot, -1, seq) }, 'is malformed'],
    ['a part of another type', { cursor: forged(digest, way, snapshot, '1', seq) }, 'is malformed'],
    ['no such way', { cursor: forged(digest, 7, snapshot, timestamp, seq) }, 'is malformed'],
    ['prev from nowhere', { cursor: forged(digest, 1, snapshot) }, 'is malformed'],
    ['newer than the log', { cursor: forged(digest, way, 99, timestamp, seq) }, 'is newer than the log'],
    ['another order', { cursor: next!, order: 'asc' }, 'belongs to another filter or order'],
    ['another filter', { cursor: next!, filter: otherFilter }, 'belongs to another filter or order'],
  ];
  for (const [name, query, reason] of cases) {
    try {
      await log.page(query);
      assert.unreachable(name);
    } catch (error) {
      assert.instance(error, Problem, name);
      assert.is((error as Problem).code, 'bad_request');
      assert.equal((error as Problem).details.errors, [{ field: 'cursor', reason }], name);
    }
  }
  assert.equal((await log.page({ limit: 3, cursor: next!, filter: EVERYTHING })).seqs, [2, 1]);
  assert.equal((await log.page({ limit: 3, cursor: next! })).events[0]?.id, eventId(2));
  log.close();
});

test.run();

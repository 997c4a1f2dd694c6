// The life of one object, line by line: a line for each request, views folded, page by page.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HistoryQuery } from '#src/daemon/audit/history/history-page.js';
import { EVERYTHING } from '#src/shared/audit-filter.js';
import type { HistoryLine } from '#src/shared/object-history.js';
import { event } from '../example-events.js';
import { type TemporaryLog, temporaryLog } from '../temporary-log.js';

async function pages(log: TemporaryLog, parts: Partial<HistoryQuery> = {}): Promise<HistoryLine[][]> {
  const query: HistoryQuery = {
    target: 'notes:17',
    managed: true,
    filter: EVERYTHING,
    order: 'desc',
    limit: 50,
    withContext: true,
    ...parts,
  };
  const found: HistoryLine[][] = [];
  let cursor: string | null = null;
  do {
    const page = await log.reader.history({ ...query, ...(cursor === null ? {} : { cursor }) });
    const lines = JSON.parse(new TextDecoder().decode(page.data)) as HistoryLine[];
    assert.is(lines.length, page.count);
    found.push(lines);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

/** `created+1 view` and the like. */
const told = ({ events, views }: HistoryLine) =>
  [
    events.map(({ action }) => action).join('+'),
    views === undefined ? '' : `${views.count} by ${views.actors}`,
  ].join('|');

const changes = { data: { prev: 'a', next: 'b' } };
const LIFE = [
  event(1, { action: 'created', requestId: 'r1', changes }),
  event(2, { requestId: 'r1' }),
  event(3, { requestId: 'r2' }),
  event(4, { requestId: 'r3', actorId: '2', count: 5 }),
  event(5, { action: 'changed', requestId: 'r4', outcome: 'denied', source: 'daemon' }),
  event(6, { requestId: 'r5', actorId: '2' }),
  event(7, { action: 'changed', requestId: 'r6', changes: { name: { prev: 1, next: 2 } } }),
  event(8, { requestId: 'r6' }),
  event(9, { action: 'changed', requestId: 'r7', targetId: '18' }),
  event(10, { requestId: 'r8' }),
  event(11, { action: 'deleted', requestId: 'r9', changes }),
];
const LINES = ['created|1 by 1', '|7 by 2', 'changed|1 by 1', '|1 by 1', 'deleted|'];

test('one line for each request with its views, and one for the views between them, either way', async () => {
  const log = temporaryLog();
  await log.append(...LIFE);
  for (const limit of [1, 2, 3, 50]) {
    assert.equal((await pages(log, { order: 'asc', limit })).flat().map(told), LINES);
    assert.equal((await pages(log, { order: 'desc', limit })).flat().map(told), [...LINES].reverse());
    assert.ok((await pages(log, { limit })).every(page => page.length <= limit));
  }
  log.close();
});

test('a line tells when, which request, and everything of what was done', async () => {
  const log = temporaryLog();
  await log.append(...LIFE);
  const lines = (await pages(log, { order: 'asc' })).flat();
  assert.equal(lines[0]!.requestId, 'r1');
  assert.equal([lines[0]!.seq, lines[0]!.events[0]!.changes], [1, changes]);
  assert.equal(lines[1], {
    timestamp: LIFE[2]!.timestamp,
    seq: 3,
    events: [],
    views: { count: 7, actors: 2, firstAt: LIFE[2]!.timestamp, lastAt: LIFE[5]!.timestamp },
  });
  log.close();
});

test('one field alone, and a stretch of time', async () => {
  const log = temporaryLog();
  await log.append(...LIFE);
  const ofName = { include: { field: ['name'] }, exclude: {} };
  assert.equal((await pages(log, { filter: ofName })).flat().map(told), ['changed|']);
  const until = { ...EVERYTHING, until: LIFE[3]!.timestamp };
  assert.equal((await pages(log, { filter: until, order: 'asc' })).flat().map(told), [
    'created|1 by 1',
    '|1 by 1',
  ]);
  log.close();
});

test('what comes while somebody pages does not shift the pages', async () => {
  const log = temporaryLog();
  await log.append(...LIFE);
  const query: HistoryQuery = {
    target: 'notes:17',
    managed: true,
    filter: EVERYTHING,
    order: 'asc',
    limit: 4,
    withContext: true,
  };
  const { next } = await log.reader.history(query);
  await log.append(event(12, { action: 'created', requestId: 'r10', changes }));
  const page = await log.reader.history({ ...query, cursor: next! });
  assert.equal(JSON.parse(new TextDecoder().decode(page.data)).map(told), ['deleted|']);
  assert.is(page.next, null);
  log.close();
});

test('prev gives the pages before, the same lines in the same order, from any of them and the last', async () => {
  const log = temporaryLog();
  await log.append(...LIFE);
  for (const order of ['asc', 'desc'] as const) {
    for (const limit of [1, 2, 3, 5]) {
      const query: HistoryQuery = {
        target: 'notes:17',
        managed: true,
        filter: EVERYTHING,
        order,
        limit,
        withContext: true,
      };
      const forwards = await pages(log, query);
      const backwards: HistoryLine[][] = [];
      let page = await log.reader.history(query);
      while (page.next !== null) page = await log.reader.history({ ...query, cursor: page.next });
      const last = linesOf(page);
      while (page.prev !== null && linesOf(page).length > 0) {
        page = await log.reader.history({ ...query, cursor: page.prev });
        backwards.unshift(linesOf(page));
      }
      // Where the newest are first, what comes later is asked for at the end: nothing yet.
      const found = [...backwards.flat(), ...last];
      assert.equal(found, forwards.flat(), `${order} ${limit}`);
    }
  }
  log.close();
});

test('prev of the newest page gives what comes later, late reports too, again and again', async () => {
  const log = temporaryLog();
  await log.append(...LIFE);
  const query: HistoryQuery = {
    target: 'notes:17',
    managed: true,
    filter: EVERYTHING,
    order: 'desc',
    limit: 2,
    withContext: true,
  };
  let page = await log.reader.history(query);
  page = await log.reader.history({ ...query, cursor: page.prev! });
  assert.equal(linesOf(page), []);
  await log.append(
    event(12, { action: 'created', requestId: 'r10', changes }),
    event(13, { requestId: 'r11', timestamp: LIFE[0]!.timestamp }),
    event(14, { action: 'deleted', requestId: 'r12', changes }),
  );
  page = await log.reader.history({ ...query, cursor: page.prev! });
  assert.equal(linesOf(page).map(told), ['|1 by 1', 'created|']);
  const older = await log.reader.history({ ...query, cursor: page.next! });
  assert.equal(linesOf(older).map(told), ['deleted|', '|1 by 1']);
  page = await log.reader.history({ ...query, cursor: page.prev! });
  assert.equal(linesOf(page).map(told), ['deleted|']);
  assert.equal(linesOf(await log.reader.history({ ...query, cursor: page.prev! })), []);
  log.close();
});

const linesOf = ({ data }: { data: Uint8Array }) =>
  JSON.parse(new TextDecoder().decode(data)) as HistoryLine[];

test('a cursor of another object is refused', async () => {
  const log = temporaryLog();
  await log.append(...LIFE);
  const query: HistoryQuery = {
    target: 'notes:17',
    managed: true,
    filter: EVERYTHING,
    order: 'asc',
    limit: 1,
    withContext: true,
  };
  const { next } = await log.reader.history(query);
  try {
    await log.reader.history({ ...query, target: 'notes:18', cursor: next! });
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, 'bad_request');
  }
  log.close();
});

test('without circumstances for those who may not see them; of reports by time', async () => {
  const log = temporaryLog();
  const reported = { source: 'reported:1', action: 'changed' as const, changes, context: { ip: '::1' } };
  await log.append(
    event(1, { ...reported, timestamp: 20, requestId: 'late' }),
    event(2, { ...reported, timestamp: 10, requestId: 'early' }),
  );
  const lines = (await pages(log, { managed: false, order: 'asc', withContext: false, limit: 1 })).flat();
  assert.equal(
    lines.map(({ requestId }) => requestId),
    ['early', 'late'],
  );
  assert.is(lines[0]!.events[0]!.context, undefined);
  log.close();
});

test.run();

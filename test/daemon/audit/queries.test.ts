// Every query against a naive model: all events in memory, compared with `matches`.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEffort } from '#src/daemon/audit/effort.js';
import { createLogView } from '#src/daemon/audit/log-view.js';
import { planQuery, walkPlan } from '#src/daemon/audit/query-plan.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { type AuditFilter, EVERYTHING, eventTerms, FILTER_KEYS, matches } from '#src/shared/audit-filter.js';
import type { DataEvent, PendingEvent } from '#src/shared/data-event.js';
import { formatRef } from '#src/shared/object-ref.js';
import { SUMMARY_KEYS, type SummaryKey } from '#src/shared/vocabulary.js';
import { anyEventParts, anyPicks, event, eventId, events, filterFrom } from './example-events.js';
import { type TemporaryLog, temporaryLog } from './temporary-log.js';

const anyEvents = fc
  .array(anyEventParts, { minLength: 1, maxLength: 60 })
  .map(parts => parts.map((some, index): PendingEvent => ({ ...some, id: eventId(index + 1) })));

const numbered = (appended: readonly PendingEvent[]): DataEvent[] =>
  appended.map((one, index) => ({ ...one, seq: index + 1, recordedAt: 0 }));

const newestFirst = (a: DataEvent, b: DataEvent) => b.timestamp - a.timestamp || b.seq - a.seq;

/** What a query should find, newest first. */
const expectedSeqs = (appended: readonly PendingEvent[], filter: AuditFilter) =>
  numbered(appended)
    .filter(one => matches(one, filter))
    .sort(newestFirst)
    .map(({ seq }) => seq);

/** All pages of a query in a row. */
async function allSeqs(log: TemporaryLog, filter: AuditFilter, order: 'asc' | 'desc', limit: number) {
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await log.page({ filter, order, limit, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.seqs);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return found;
}

test('each filter by itself finds what answers to it, and excludes it', async () => {
  const appended = fc
    .sample(anyEventParts, { seed: 9, numRuns: 150 })
    .map((parts, index): PendingEvent => ({ ...parts, id: eventId(index + 1) }));
  const log = temporaryLog();
  await log.append(...appended);
  for (const key of FILTER_KEYS) {
    const values = new Set(
      appended.flatMap(one => eventTerms(one).flatMap(([k, value]) => (k === key ? [value] : []))),
    );
    assert.ok(values.size > 1, key);
    for (const value of values) {
      for (const filter of [
        { include: { [key]: [value] }, exclude: {} },
        { include: {}, exclude: { [key]: [value] } },
      ]) {
        assert.equal(
          await allSeqs(log, filter, 'desc', 1000),
          expectedSeqs(appended, filter),
          `${key}=${value}`,
        );
      }
    }
  }
  log.close();
});

test('any combination of filters finds the same as looking at every event', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyEvents,
      fc.array(anyPicks, { minLength: 8, maxLength: 8 }),
      async (appended, picks) => {
        const log = temporaryLog();
        for (let from = 0; from < appended.length; from += 17)
          await log.append(...appended.slice(from, from + 17));
        for (const numbers of picks) {
          const filter = filterFrom(appended, numbers);
          const expected = expectedSeqs(appended, filter);
          assert.equal(await allSeqs(log, filter, 'desc', 7), expected, JSON.stringify(filter));
          assert.equal(
            await allSeqs(log, filter, 'asc', 1000),
            [...expected].reverse(),
            JSON.stringify(filter),
          );

          const lines = await log.reader.linesAfter(3, filter, 1000, true);
          assert.equal(
            lines.lines.map(({ seq }) => seq),
            expected.filter(seq => seq > 3).sort((a, b) => a - b),
            JSON.stringify(filter),
          );
          const by = SUMMARY_KEYS[numbers[0]! % SUMMARY_KEYS.length]!;
          assert.equal(
            await log.reader.summary(filter, by, 5),
            { rows: naiveSummary(appended, filter, by).slice(0, 5), partial: false },
            `${by} ${JSON.stringify(filter)}`,
          );
        }
        log.close();
      },
    ),
    { seed: 9, numRuns: 40 },
  );
});

function naiveSummary(appended: readonly PendingEvent[], filter: AuditFilter, by: SummaryKey) {
  const rows = new Map<string, { key: string; count: number; firstAt: number; lastAt: number }>();
  for (const one of appended.filter(some => matches(some, filter))) {
    for (const key of summaryKeys(one, by)) {
      const row = rows.get(key) ?? { key, count: 0, firstAt: one.timestamp, lastAt: one.timestamp };
      row.count += one.count ?? 1;
      row.firstAt = Math.min(row.firstAt, one.timestamp);
      row.lastAt = Math.max(row.lastAt, one.timestamp);
      rows.set(key, row);
    }
  }
  return [...rows.values()].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

function summaryKeys(one: PendingEvent, by: SummaryKey): string[] {
  if (by === 'actor') return [formatRef(one.actorType, one.actorId)];
  if (by === 'target') return [formatRef(one.targetType, one.targetId)];
  if (by === 'day') return [new Date(one.timestamp).toISOString().slice(0, 10)];
  return eventTerms(one).flatMap(([key, value]) => (key === by ? [value] : []));
}

test('a summary of everything is the same as counting, busy and rare values alike', async () => {
  const log = temporaryLog();
  const day = 86_400_000;
  const appended = Array.from({ length: 300 }, (_, index) =>
    event(index + 1, {
      timestamp: 1_700_000_000_000 + (index % 3) * day,
      targetId: String(index % 7 === 0 ? index : 1),
      action: index % 10 === 0 ? 'changed' : 'viewed',
      ...(index % 10 === 0 ? { changes: { email: { prev: 'a', next: 'b' } } } : {}),
      ...(index === 5 ? { count: 1000 } : {}),
    }),
  );
  await log.append(...appended);
  for (const by of SUMMARY_KEYS) {
    for (const limit of [1, 2, 10, 1000]) {
      assert.equal(
        await log.reader.summary(EVERYTHING, by, limit),
        { rows: naiveSummary(appended, EVERYTHING, by).slice(0, limit), partial: false },
        by,
      );
    }
  }
  log.close();
});

test('context is shown only when it may be', async () => {
  const log = temporaryLog();
  await log.append(event(1, { context: { ip: '::1', reason: 'secret' } }));
  assert.equal((await log.page({ withContext: true })).events[0]?.context, { ip: '::1', reason: 'secret' });
  assert.not('context' in (await log.page({ withContext: false })).events[0]!);
  const { lines } = await log.reader.linesAfter(0, EVERYTHING, 10, false);
  assert.not.match(lines[0]!.json, 'context');
  log.close();
});

test('following reads a bounded part of the log and says how far it looked', async () => {
  const log = temporaryLog();
  await log.append(event(30_000, { actorId: 'rare' }));
  for (let from = 1; from <= 9_001; from += 1000) await log.append(...events(from, from + 999));
  await log.append(event(20_000, { actorId: 'rare' }));
  const size = 10_002;
  const none: AuditFilter = { include: {}, exclude: { action: ['viewed'] } };
  const seen: number[] = [];
  for (let after = 0; after < size; ) {
    const { lines, scannedThrough } = await log.reader.linesAfter(after, none, 100, true);
    assert.equal(lines, []);
    assert.ok(scannedThrough > after);
    seen.push(scannedThrough);
    after = scannedThrough;
  }
  assert.is(seen.at(-1), size);

  // A rare value is found by the index, without reading what lies between.
  const rare: AuditFilter = { include: { actor: ['users:rare'] }, exclude: {} };
  const seqsAfter = async (afterSeq: number, limit: number) => {
    const { lines, scannedThrough } = await log.reader.linesAfter(afterSeq, rare, limit, true);
    return [lines.map(({ seq }) => seq), scannedThrough];
  };
  assert.equal(await seqsAfter(0, 100), [[1, size], size]);
  assert.equal(await seqsAfter(0, 1), [[1], 1]);
  assert.equal(await seqsAfter(1, 100), [[size], size]);

  // A common one is not: each call reads a part.
  const common: AuditFilter = { include: { action: ['viewed'] }, exclude: { actor: ['users:1'] } };
  const { lines, scannedThrough } = await log.reader.linesAfter(1, common, 100, true);
  assert.equal([lines.length, scannedThrough], [1, size]);

  // More than fits goes on where it ended.
  const first = await log.reader.linesAfter(0, EVERYTHING, 1000, true);
  assert.is(first.lines.length, 1000);
  assert.is(first.scannedThrough, 1000);
  assert.equal(await log.reader.linesAfter(size, EVERYTHING, 1000, true), {
    lines: [],
    scannedThrough: size,
  });
  log.close();
});

test('following holds no more than about a megabyte at a time', async () => {
  const log = temporaryLog();
  const changes = { data: { prev: 'x'.repeat(600_000), next: null } };
  await log.append(...[1, 2, 3, 4, 5].map(n => event(n, { action: 'changed', changes })));
  const read = async (after: number) => {
    const { lines, scannedThrough } = await log.reader.linesAfter(after, EVERYTHING, 100, true);
    return [lines.map(({ seq }) => seq), scannedThrough];
  };
  assert.equal(await read(0), [[1, 2], 2]);
  assert.equal(await read(2), [[3, 4], 4]);
  assert.equal(await read(4), [[5], 5]);
  log.close();
});

test('a query looks at the rarest of its terms, however many events the others have', async () => {
  const log = temporaryLog();
  for (let from = 1; from <= 9_001; from += 1000) await log.append(...events(from, from + 999));
  const rare = { action: 'changed', changes: { email: { prev: 'a', next: 'b' } }, requestId: 'r1' } as const;
  await log.append(event(20_000, { ...rare, timestamp: 1_700_000_000_000 }));
  await log.append(...events(20_001, 22_000));

  const db = openForReading(log.file);
  const view = createLogView(db);
  const filters: AuditFilter[] = [
    { include: { field: ['email'] }, exclude: {} },
    { include: { requestId: ['r1'] }, exclude: {} },
    { include: { actor: ['users:1'], field: ['email', 'name'] }, exclude: {} },
    { include: { target: ['notes:'], outcome: ['success'], action: ['changed', 'created'] }, exclude: {} },
    { include: { field: ['email'] }, exclude: { action: ['viewed'] } },
  ];
  for (const filter of filters) {
    for (const order of ['asc', 'desc'] as const) {
      const found: number[] = [];
      const stoppedAt = walkPlan(planQuery(filter, view.terms), view.postings, {
        order,
        after: null,
        snapshot: view.size(),
        // A few blocks, of the thousands of positions that the common terms have.
        effort: createEffort(1_000),
        visit: seq => found.push(seq) > 0,
      });
      assert.equal([stoppedAt, found], [null, [10_001]], JSON.stringify(filter));
    }
  }
  db.close();
  log.close();
});

test.run();

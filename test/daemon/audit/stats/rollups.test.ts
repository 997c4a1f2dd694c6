// The rollups that the logger keeps, and the statistics made from them, against counting the events one by one.
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteLogStore } from '#src/daemon/audit/sqlite-log-store.js';
import { BUSY_EVENTS, rollupsOf } from '#src/daemon/audit/stats/rollup.js';
import { storedRollups } from '#src/daemon/audit/stats/rollup-reader.js';
import type { AuditFilter } from '#src/shared/audit-filter.js';
import { EVERYTHING, matches } from '#src/shared/audit-filter.js';
import type { Stats } from '#src/shared/audit-stats.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import { ACTIONS, OUTCOMES } from '#src/shared/vocabulary.js';
import { event, events } from '../example-events.js';
import { type TemporaryLog, temporaryLog } from '../temporary-log.js';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

/** Events of few actors and targets, some of them busy, hours and weeks apart, in no order of time. */
const manyEvents = fc
  .record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    amount: fc.integer({ min: BUSY_EVENTS - 20, max: 3 * BUSY_EVENTS }),
    hours: fc.constantFrom(1, 30, 2_000),
    actors: fc.constantFrom(1, 3, 40),
  })
  .map(({ seed, amount, hours, actors }) => {
    let state = seed;
    const below = (limit: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % limit;
    };
    return Array.from({ length: amount }, (_, index) => {
      const count = below(5) === 0 ? below(1_000) + 1 : undefined;
      return event(index + 1, {
        timestamp: START + below(hours) * HOUR + below(HOUR),
        action: ACTIONS[below(4)]!,
        outcome: OUTCOMES[below(8) < 6 ? 0 : below(3)]!,
        actorId: String(below(actors)),
        targetId: String(below(2) === 0 ? 0 : below(60)),
        ...(count === undefined ? {} : { count }),
      });
    });
  });

async function appended(all: readonly PendingEvent[], batch: number): Promise<TemporaryLog> {
  const log = temporaryLog();
  for (let from = 0; from < all.length; from += batch) await log.append(...all.slice(from, from + batch));
  return log;
}

function stored(log: TemporaryLog) {
  const db = new Database(log.file, { readonly: true });
  try {
    return plain(storedRollups(db));
  } finally {
    db.close();
  }
}

/** In an order of their own, so that two can be compared. */
function plain(rollups: ReturnType<typeof rollupsOf>) {
  const entries = <Key extends string | number, Value>(map: Map<Key, Value>) =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return entries(rollups).map(([subject, { slots, others }]) => [subject, entries(slots), entries(others)]);
}

test('whatever is appended, and in whatever batches, rollups are what the events come to', async () => {
  await fc.assert(
    fc.asyncProperty(manyEvents, fc.constantFrom(1_000, 300, 61), async (all, batch) => {
      const log = await appended(all, batch);
      assert.equal(stored(log), plain(rollupsOf(all)));
      log.close();
    }),
    { seed: 13, numRuns: 25 },
  );
});

/** The same answer, counted naively. */
function counted(all: readonly PendingEvent[], filter: AuditFilter, limit: number): Stats {
  const nothing = () => ({ events: 0, occurrences: 0 });
  const answer: Stats = {
    ...nothing(),
    firstAt: null,
    lastAt: null,
    actions: { viewed: nothing(), created: nothing(), changed: nothing(), deleted: nothing() },
    outcomes: { success: nothing(), failure: nothing(), denied: nothing() },
    actors: [],
    targets: [],
    days: [],
    hours: Array.from({ length: 7 }, () => new Array<number>(24).fill(0)),
    timeZone: 'UTC',
  };
  const days = new Map<string, Stats['days'][number]>();
  const actors = new Map<string, Stats['actors'][number]>();
  const targets = new Map<string, Stats['actors'][number]>();
  for (const one of all.filter(each => matches(each, filter))) {
    const count = one.count ?? 1;
    const date = new Date(one.timestamp);
    const name = date.toISOString().slice(0, 10);
    const day = days.get(name) ?? { day: name, ...nothing(), viewed: 0, created: 0, changed: 0, deleted: 0 };
    days.set(name, day);
    const actor = actors.get(one.actorId) ?? { key: `users:${one.actorId}`, ...nothing() };
    actors.set(one.actorId, actor);
    const target = targets.get(one.targetId) ?? { key: `notes:${one.targetId}`, ...nothing() };
    targets.set(one.targetId, target);
    for (const sum of [
      answer,
      answer.actions[one.action],
      answer.outcomes[one.outcome],
      day,
      actor,
      target,
    ]) {
      sum.events += 1;
      sum.occurrences += count;
    }
    day[one.action] += count;
    answer.hours[(date.getUTCDay() + 6) % 7]![date.getUTCHours()]! += count;
    answer.firstAt = Math.min(answer.firstAt ?? one.timestamp, one.timestamp);
    answer.lastAt = Math.max(answer.lastAt ?? one.timestamp, one.timestamp);
  }
  const busiest = (rows: Map<string, Stats['actors'][number]>) =>
    [...rows.values()]
      .sort((a, b) => b.occurrences - a.occurrences || (a.key < b.key ? -1 : 1))
      .slice(0, limit);
  answer.actors = busiest(actors);
  answer.targets = busiest(targets);
  answer.days = [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
  return answer;
}

test('statistics never disagree with a count: of the log, of anybody, of anything else', async () => {
  await fc.assert(
    fc.asyncProperty(manyEvents, fc.constantFrom(1, 5, 50), async (all, limit) => {
      const log = await appended(all, 500);
      const asked: AuditFilter[] = [
        EVERYTHING,
        ...['users:0', 'users:2'].map(actor => ({ include: { actor: [actor] }, exclude: {} })),
        ...['notes:0', 'notes:7'].map(target => ({ include: { target: [target] }, exclude: {} })),
        { include: { actor: ['users:0'], action: ['viewed'] }, exclude: { outcome: ['denied'] } },
        { include: { target: ['notes:'] }, exclude: {}, since: START + 10 * HOUR },
      ];
      for (const filter of asked) {
        const stats = await log.reader.stats({ filter, limit, timeZone: 'UTC' });
        assert.equal(stats, counted(all, filter, limit));
      }
      log.close();
    }),
    { seed: 13, numRuns: 15 },
  );
});

test('an append that fails leaves the rollups as they were, and the next one counts on', async () => {
  const log = await appended(events(1, 300), 300);
  const bad = { ...event(400), schemaVersion: 'x' } as unknown as PendingEvent;
  const refused = await log.append(...events(301, 310), bad).catch((error: unknown) => error);
  assert.instance(refused, TypeError);
  await log.append(...events(301, 320));
  assert.equal(stored(log), plain(rollupsOf(events(1, 320))));
  log.close();
});

test('a repeat is not counted twice', async () => {
  const log = await appended(events(1, 300), 300);
  await log.append(...events(290, 305));
  assert.equal(stored(log), plain(rollupsOf(events(1, 305))));
  log.close();
});

test('a log from before there were rollups gets its own when its writer opens it', async () => {
  const log = await appended(events(1, 300), 300);
  const before = stored(log);
  log.store.close();
  const db = new Database(log.file);
  db.exec('DELETE FROM rollups; DELETE FROM rollup_pairs');
  db.close();
  openSqliteLogStore({ file: log.file, signer: log.signer }).close();
  assert.equal(stored(log), before);
  log.reader.close();
});

test('days and hours are those of the time zone, also when its clocks change', async () => {
  const at = (number: number, iso: string) => event(number, { timestamp: Date.parse(iso) });
  const log = await appended(
    [
      at(1, '2026-03-28T23:30:00Z'), // Sunday 00:30 in Berlin, winter time
      at(2, '2026-03-29T00:30:00Z'), // 01:30, still
      at(3, '2026-03-29T01:30:00Z'), // 03:30, summer time
      at(4, '2026-03-29T22:30:00Z'), // Monday 00:30
    ],
    4,
  );
  const { days, hours, timeZone } = await log.reader.stats({
    filter: EVERYTHING,
    limit: 1,
    timeZone: 'Europe/Berlin',
  });
  assert.equal(
    [days.map(({ day, events }) => [day, events]), timeZone],
    [
      [
        ['2026-03-29', 3],
        ['2026-03-30', 1],
      ],
      'Europe/Berlin',
    ],
  );
  const busy = hours.flatMap((row, day) => row.flatMap((count, hour) => (count > 0 ? [[day, hour]] : [])));
  assert.equal(busy, [
    [0, 0],
    [6, 0],
    [6, 1],
    [6, 3],
  ]);
  log.close();
});

test.run();

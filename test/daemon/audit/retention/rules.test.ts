// Rules that erase contents of older events where they stand: what is due when, what stays, and that a verification holds the
// log to exactly what was announced.
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEraser } from '#src/daemon/audit/erasure/eraser.js';
import { DAY_MS, eraseBefore, trustedTime } from '#src/daemon/audit/retention/due.js';
import { type DueRetention, erasureDue, planRetention } from '#src/daemon/audit/retention/plan-retention.js';
import type { Sqlite } from '#src/daemon/sqlite.js';
import { allSteps } from '#src/shared/all-steps.js';
import type { DataEvent, PendingEvent } from '#src/shared/data-event.js';
import type { RetentionRule } from '#src/shared/retention-rule.js';
import { carriedOut } from '../erasure/carried-out.js';
import { event, eventId } from '../example-events.js';
import { type TemporaryLog, temporaryLog } from '../temporary-log.js';
import { verdictOn } from '../verify/logs.js';

/** Days are counted from here. */
const START = Date.UTC(2025, 0, 1);
const day = (days: number) => START + days * DAY_MS;

interface AgedLog extends TemporaryLog {
  /** Appends what was stored on a day. */
  on(days: number, ...events: PendingEvent[]): Promise<void>;
  /** What is due by a clock that says it is that day. */
  due(days: number, rules: RetentionRule[], keep?: number): DueRetention;
  /** Follows the rules as the daemon does. @returns how many values went */
  follow(days: number, rules: RetentionRule[]): Promise<number>;
  of(number: number): Promise<DataEvent>;
  findings(tamper?: (db: Sqlite) => void): Promise<string[]>;
}

function agedLog(): AgedLog {
  let now = START;
  const log = temporaryLog(() => now);
  const due: AgedLog['due'] = (days, rules, keep) => {
    const db = new Database(log.file, { readonly: true });
    try {
      return allSteps(planRetention(db, { days: keep ?? null, rules }, day(days)));
    } finally {
      db.close();
    }
  };
  return Object.assign(log, {
    async on(days: number, ...events: PendingEvent[]) {
      now = day(days);
      await log.append(...events);
    },
    due,
    async follow(days: number, rules: RetentionRule[]) {
      let values = 0;
      now = day(days);
      for (const order of due(days, rules).rules.map(erasureDue)) {
        if (order === undefined) continue;
        await log.store.erasures.begin(order);
        for (let isOver = false; !isOver; ) {
          const { progress } = (await log.store.erasures.step((await log.store.head()).size))!;
          if (progress.phase === 'erased') await log.store.erasures.cleared(order.id);
          isOver = progress.phase === 'erased' || progress.phase === 'done';
          if (isOver) values += progress.values;
        }
      }
      return values;
    },
    of: async (number: number) => JSON.parse((await log.reader.event(eventId(number), true))!) as DataEvent,
    async findings(tamper: (db: Sqlite) => void = () => undefined) {
      await log.store.sign();
      const file = new Database(log.file);
      file.pragma('wal_checkpoint(TRUNCATE)');
      const bytes = file.serialize();
      file.close();
      bytes.fill(1, 18, 20);
      const db = new Database(bytes);
      tamper(db);
      const { findings } = verdictOn(db, log.signer);
      db.close();
      return findings.map(({ sentence }) => sentence);
    },
  });
}

const viewed = (number: number, parts: Partial<PendingEvent> = {}) =>
  event(number, { actorName: 'Grace', context: { ip: '203.0.113.9' }, ...parts });

const VIEWS: RetentionRule = { after: '90d', actions: ['viewed'], fields: ['context'] };

/** Events on these days, and one more two days after `until`, so that the log itself bears that day out. */
async function logOf(until: number, ...days: number[]): Promise<AgedLog> {
  const log = agedLog();
  for (const [index, days_] of days.entries()) await log.on(days_, viewed(index + 1));
  await log.on(until + 1, viewed(900));
  await log.on(until + 2, viewed(901));
  return log;
}

test('what a rule names goes when its day has come, and nothing else of those events or of others', async () => {
  const log = agedLog();
  await log.on(0, viewed(1), viewed(2, { action: 'changed', changes: { a: { prev: 1, next: 2 } } }));
  await log.on(1, viewed(3));
  await log.on(91, viewed(4));
  await log.on(92, viewed(5));
  assert.is(await log.follow(90, [VIEWS]), 0, 'not before its day is over');
  assert.is(await log.follow(91, [VIEWS]), 1);
  assert.equal((await log.of(1)).redactions, [{ path: '/context/ip', kind: 'erased' }]);
  assert.equal([(await log.of(1)).actorName, (await log.of(1)).context], ['Grace', { ip: null }]);
  for (const number of [2, 3, 4]) assert.is((await log.of(number)).context?.ip, '203.0.113.9', `${number}`);
  const { events } = await log.page({ filter: { include: { eventName: ['audit.erased'] }, exclude: {} } });
  assert.is(events.length, 1);
  const { actorType, actorId, changes } = events[0]!;
  assert.equal([actorType, actorId], ['system', 'retention']);
  assert.equal(changes?.asked?.next, { rule: VIEWS, before: day(1) });
  assert.equal(changes?.erased?.next, { '/context/ip': '1' });
  assert.equal(await log.findings(), []);
  log.close();
});

test('rules by type, by action and by both, everything that can go or some of it', async () => {
  const cases: [RetentionRule, erased: number[], left: number[]][] = [
    [{ after: '1d', types: ['orders'] }, [1, 2], [3, 4]],
    [{ after: '1d', actions: ['viewed'] }, [1, 3], [2, 4]],
    [{ after: '1d', types: ['orders', 'carts'], actions: ['changed'] }, [2, 4], [1, 3]],
    [{ after: '1d', types: ['nothing'] }, [], [1, 2, 3, 4]],
  ];
  for (const [rule, erased, left] of cases) {
    const log = agedLog();
    const changed = { action: 'changed', changes: { total: { prev: 1, next: 2 } } } as const;
    await log.on(
      0,
      viewed(1, { targetType: 'orders' }),
      viewed(2, { targetType: 'orders', ...changed }),
      viewed(3, { targetType: 'carts' }),
      viewed(4, { targetType: 'carts', ...changed }),
    );
    for (const days of [3, 5]) await log.on(days, viewed(days + 10));
    await log.follow(5, [rule]);
    for (const number of erased) assert.is((await log.of(number)).actorName, null, `${number}`);
    for (const number of left) assert.is((await log.of(number)).actorName, 'Grace', `${number}`);
    assert.equal(await log.findings(), []);
    log.close();
  }
});

test('each event is looked at once: later days go on from there, and so does a stricter rule', async () => {
  const log = await logOf(200, 0, 1, 50, 100);
  assert.is(await log.follow(95, [VIEWS]), 2);
  assert.is(await log.follow(95, [VIEWS]), 0, 'nothing more on that day');
  assert.is(log.due(95, [VIEWS]).rules[0]!.after, 2);
  assert.is(log.due(200, [{ ...VIEWS, after: '30d' }]).rules[0]!.after, 2);
  assert.is(log.due(200, [{ ...VIEWS, fields: ['names'] }]).rules[0]!.after, 0, 'another rule begins anew');
  assert.is(await log.follow(200, [{ ...VIEWS, after: '30d' }]), 2);
  assert.equal(await log.findings(), []);
  log.close();
});

test('an order that is given twice is one, and one that a crash cut off goes on', async () => {
  const log = await logOf(200, ...Array.from({ length: 250 }, () => 0));
  const [order] = log.due(95, [VIEWS]).rules.map(rule => erasureDue(rule)!);
  const { erasures, head } = log.store;
  await erasures.begin(order!);
  await erasures.begin(order!);
  await erasures.step((await head()).size);
  assert.equal(
    (await erasures.underWay()).map(({ events, ofAge }) => [events, ofAge]),
    [[200, true]],
  );
  assert.is(log.due(95, [VIEWS]).rules[0]!.after, 0, 'it is followed when it is done');
  const done = await carriedOut(log.store, order!);
  assert.is(done.values, 250);
  assert.is(log.due(95, [VIEWS]).rules[0]!.after, 250);
  assert.equal(await log.findings(), []);
  log.close();
});

const KEPT: [what: string, event: PendingEvent][] = [
  ['a token', event(1, { source: 'daemon', targetType: 'tokens', eventName: 'token.created' })],
  ['a type', event(1, { source: 'daemon', targetType: 'types', eventName: 'type.changed' })],
  ['a key', event(1, { source: 'daemon', targetType: 'keys', eventName: 'key.rotated' })],
  ['a reading of the log', event(1, { source: 'daemon', targetType: 'audit', targetId: 'log' })],
  [
    'a role',
    event(1, {
      targetType: 'users',
      action: 'changed',
      changes: { role: { prev: 'viewer', next: 'admin' } },
    }),
  ],
];
const EVERYTHING: RetentionRule = { after: '1d', actions: ['viewed', 'created', 'changed', 'deleted'] };

for (const [what, one] of KEPT) {
  test(`what says how the log was kept has its year: ${what}`, async () => {
    const log = agedLog();
    await log.on(0, { ...one, actorName: 'Grace', context: { ip: '203.0.113.9', query: 'all' } }, viewed(2));
    for (const days of [5, 366, 367, 368]) await log.on(days, viewed(days));
    await log.follow(366, [EVERYTHING]);
    assert.equal([(await log.of(1)).actorName, (await log.of(1)).context?.query], ['Grace', 'all']);
    assert.is((await log.of(2)).actorName, null);
    await log.follow(367, [EVERYTHING]);
    assert.equal([(await log.of(1)).actorName, (await log.of(1)).context?.query], [null, null]);
    assert.equal(await log.findings(), []);
    log.close();
  });
}

test('what the daemon did is never taken, by no rule', async () => {
  const log = agedLog();
  const changes = { role: { prev: null, next: 'auditor' } };
  await log.on(0, event(1, { source: 'daemon', targetType: 'tokens', actorName: 'Ada', changes }));
  for (const days of [500, 501]) await log.on(days, event(days));
  await log.follow(501, [EVERYTHING]);
  assert.equal([(await log.of(1)).actorName, (await log.of(1)).changes], [null, changes]);
  log.close();
});

const TAMPERINGS: [what: string, tamper: (db: Sqlite, by: number) => void, found: RegExp][] = [
  [
    'of one event more than was announced',
    (db, by) => void createEraser(db, () => undefined).erase({ seqs: [3], paths: ['/context'], by }),
    /^Of event 3 \/context\/ip is gone, and no event says that it was erased\.$/,
  ],
  [
    'more of an event than was announced',
    (db, by) => void createEraser(db, () => undefined).erase({ seqs: [1], paths: ['/actorName'], by }),
    /^Of event 1 \/actorName is gone, and no event says that it was erased\.$/,
  ],
  [
    'the announcement names one more',
    (db, by) => db.exec(`UPDATE events SET body = replace(body, '"1-2"', '"1-3"') WHERE seq = ${by}`),
    /^Event \d+ is not the one that the tree has a leaf of\.$/,
  ],
  [
    'the announcement names one less',
    (db, by) => db.exec(`UPDATE events SET body = replace(body, '"1-2"', '"1"') WHERE seq = ${by}`),
    /^Event \d+ is not the one that the tree has a leaf of\.$/,
  ],
  [
    'what was announced is not gone',
    db => db.exec(`DELETE FROM seals WHERE seq = 2`),
    /^Event 2 is damaged: whether something of it was erased cannot be told\.$/,
  ],
];
for (const [what, tamper, found] of TAMPERINGS) {
  test(`found in a log that a rule was followed in: ${what}`, async () => {
    const log = await logOf(95, 0, 0, 60);
    await log.follow(91, [VIEWS]);
    assert.equal(await log.findings(), []);
    const { size } = await log.store.head();
    const said = await log.findings(db => tamper(db, size));
    assert.ok(
      said.some(sentence => found.test(sentence)),
      JSON.stringify(said),
    );
    log.close();
  });
}

test('an erasure by age that takes what has to be kept is found, though it is announced', async () => {
  const log = agedLog();
  await log.on(0, event(1, { source: 'daemon', targetType: 'tokens', actorName: 'Ada' }));
  await log.on(50, viewed(2));
  await carriedOut(log.store, { seqs: [1], by: { actorType: 'system', actorId: 'retention' } });
  assert.equal(await log.findings(), [
    'Of event 1 /actorName is gone, which event 3 says, and it has to be kept.',
  ]);
  log.close();
});

test('a preview counts what then goes, and changes nothing', async () => {
  const log = agedLog();
  await log.on(0, viewed(1), viewed(2, { count: 4 }), event(3));
  for (const days of [10, 500, 501]) await log.on(days, viewed(days + 100));
  const before = await log.store.head();
  const preview = await log.reader.retentionPreview({ days: 400, rules: [VIEWS] }, day(600));
  assert.equal([preview.clock, preview.trusted, preview.removing], [day(600), day(501), null]);
  assert.equal(preview.removal, {
    first: 1,
    last: 4,
    since: day(0),
    until: day(10),
    events: 4,
    occurrences: 7,
  });
  const [ordinary, control] = preview.erasures;
  assert.equal(ordinary, {
    rule: VIEWS,
    before: day(411),
    control: false,
    range: { first: 1, last: 4, since: day(0), until: day(10) },
    events: 3,
    values: 3,
    paths: [{ path: '/context/ip', events: 3 }],
  });
  assert.equal([control!.control, control!.events], [true, 0]);
  assert.equal(await log.store.head(), before);
  assert.is(await log.follow(600, [VIEWS]), 3);
  const after = await log.reader.retentionPreview({ days: null, rules: [VIEWS] }, day(600));
  assert.equal([after.removal, after.erasures[0]!.range, after.erasures[0]!.values], [null, null, 0]);
  log.close();
});

test('days and months are those of the time at which events were stored', () => {
  assert.is(new Date(eraseBefore(Date.UTC(2026, 5, 10, 12), 9)).toISOString(), '2026-06-01T00:00:00.000Z');
});

test('a clock is trusted as far as the log bears it out', async () => {
  const cases: [what: string, stored: number[], clock: number, trusted: number][] = [
    ['the clock of a busy log', [0, 1, 2, 3], 3.5, 3],
    ['a clock that is behind the log', [0, 1, 2, 3], 1.5, 1.5],
    ['a clock that jumped ahead, before anything was stored by it', [0, 1, 2], 400, 2],
    ['and just after', [0, 1, 2, 400, 400.5], 400.5, 3],
    ['a day later it is a log that rested for a year', [0, 1, 2, 400, 401], 401.5, 401],
    ['a log of one day', [0, 0.5], 400, 0],
    ['an empty log', [], 400, -day(0) / DAY_MS],
  ];
  for (const [what, stored, clock, trusted] of cases) {
    const log = agedLog();
    for (const [index, days] of stored.entries()) await log.on(days, viewed(index + 1));
    const db = new Database(log.file, { readonly: true });
    assert.is(trustedTime(db, day(clock)), day(trusted), what);
    db.close();
    log.close();
  }
});

test('a clock that is ahead removes and erases nothing, until events have been stored by it for a day', async () => {
  const log = agedLog();
  for (const days of [0, 1, 40]) await log.on(days, viewed(days + 1));
  await log.on(500, viewed(500));
  const due = (days: number) => {
    const { removal, rules } = log.due(days, [VIEWS], 400);
    return [removal?.last ?? 0, rules[0]!.through];
  };
  assert.equal(due(500), [0, 0]);
  await log.on(501, viewed(501));
  assert.equal(due(501), [3, 3]);
  log.close();
});

test.run();

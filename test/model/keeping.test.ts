// Whatever is appended, erased, removed and interrupted, in whatever order: what was erased is nowhere in the file, what was
// removed is not there, all the rest is what it was, and a verification accepts that and nothing else.
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEraser } from '#src/daemon/audit/erasure/eraser.js';
import type { Sqlite } from '#src/daemon/sqlite.js';
import { type AuditFilter, EVERYTHING } from '#src/shared/audit-filter.js';
import { verdictOn } from '../daemon/audit/verify/logs.js';
import { howMany, seed } from '../full-form.js';
import { type KeptLog, keptLog } from './kept-log.js';
import { marksIn, valuesOf } from './planted-event.js';

const PATHS = [
  '/actorName',
  '/targetName',
  '/changes',
  '/changes/a',
  '/context',
  '/context/ip',
  '/metadata/k',
];

const anyStep = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      what: fc.constant('grow' as const),
      days: fc.integer({ min: 0, max: 180 }),
      count: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('age' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('erase' as const),
      of: fc.constantFrom('target', 'actor', 'event'),
      paths: fc.option(fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 3 })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('work' as const), steps: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('settle' as const, 'restart' as const, 'rerun' as const),
    }),
  },
);

type Step = typeof anyStep extends fc.Arbitrary<infer Each> ? Each : never;

const anyKeeping = fc.record({
  steps: fc.array(anyStep, { minLength: 12, maxLength: 40, size: 'max' }),
  picks: fc.array(fc.nat({ max: 10_000 }), { minLength: 40, maxLength: 60 }),
});

/** Numbers below a bound, one after the other out of a few. */
function picker(picks: readonly number[]): (bound: number) => number {
  let at = 0;
  return bound => {
    at += 1;
    return (picks[at % picks.length]! + 31 * Math.floor(at / picks.length)) % bound;
  };
}

function orderOf(of: 'target' | 'actor' | 'event', log: KeptLog, pick: (bound: number) => number) {
  const only = (include: AuditFilter['include']): AuditFilter => ({ include, exclude: {} });
  if (of === 'target')
    return { filters: [only({ target: [`${['notes', 'orders'][pick(2)]}:${1 + pick(4)}`] })] };
  if (of === 'actor') return { filters: [only({ actor: [`users:${1 + pick(3)}`] })] };
  const seqs = new Set([0, 1, 2].map(() => 1 + pick(Math.max(1, log.list.length))));
  return { seqs: [...seqs].sort((a, b) => a - b) };
}

async function take(step: Step, log: KeptLog, pick: (bound: number) => number) {
  switch (step.what) {
    case 'grow':
      log.pass(step.days);
      return log.grow(step.count, pick);
    case 'age':
      return log.age();
    case 'erase':
      return log.order({
        ...orderOf(step.of, log, pick),
        ...(step.paths === null ? {} : { paths: step.paths }),
      });
    case 'work':
      for (let left = step.steps; left > 0 && (await log.work()); left -= 1);
      return;
    default:
      return log[step.what]();
  }
}

/** The file as it is, to be looked at and to be tampered with. */
function copyOf({ file }: KeptLog): Sqlite {
  const db = new Database(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const bytes = db.serialize();
  db.close();
  // Without the mark of a write-ahead log, which there is none of in memory (SQLite file format, 1.3).
  bytes.fill(1, 18, 20);
  return new Database(bytes);
}

function verified(log: KeptLog, tamper: (db: Sqlite) => void = () => undefined) {
  const db = copyOf(log);
  try {
    tamper(db);
    return verdictOn(db, log.signer, ...log.checkpoints);
  } finally {
    db.close();
  }
}

/** What is there is what the list has, and what it is found and counted by. */
async function compare(log: KeptLog): Promise<void> {
  const found = (await log.events()).map(({ redactions, ...one }) => ({
    ...one,
    ...(redactions === undefined
      ? {}
      : { redactions: redactions.toSorted((a, b) => (a.path < b.path ? -1 : 1)) }),
  }));
  const expected = log.expected();
  assert.is(found.length, expected.length);
  for (const [index, one] of found.entries()) assert.equal(one, expected[index], `event ${one.seq}`);

  const living = log.living();
  for (const ip of [0, 1, 2, 3, 4].map(number => `~ip${number}~`)) {
    const rows = living.filter(({ event, gone }) => event.context?.ip === ip && !gone.has('/context/ip'));
    const page = await log.reader.page({
      filter: { include: { ip: [ip] }, exclude: {} },
      order: 'asc',
      limit: 1_000,
      withContext: true,
    });
    const seqs = (JSON.parse(new TextDecoder().decode(page.data)) as { seq: number }[]).map(({ seq }) => seq);
    assert.equal(
      seqs.sort((a, b) => a - b),
      rows.map(({ seq }) => seq),
      ip,
    );
  }
  const stats = await log.reader.stats({ filter: EVERYTHING, limit: 5, timeZone: 'UTC' });
  const times = (events: KeptLog['list']) => events.reduce((sum, { event: { count = 1 } }) => sum + count, 0);
  const gone = log.list.filter(({ seq }) => seq <= log.removed);
  assert.equal([stats.events, stats.occurrences], [living.length, times(living)]);
  assert.equal([stats.removed?.events ?? 0, stats.removed?.occurrences ?? 0], [gone.length, times(gone)]);
}

/** Nothing that was erased is anywhere, nor names and addresses that nobody has any more; all else is. */
function search(log: KeptLog): void {
  const there = log.marks();
  const held = new Set<string>();
  const released = new Set<string>();
  for (const { seq, event, gone } of log.list) {
    const isRemoved = seq <= log.removed;
    for (const [path, value] of valuesOf(event)) {
      const isTerm = path.endsWith('Name') || path === '/context/ip' || path === '/context/userAgent';
      if (!isRemoved && !gone.has(path)) for (const mark of marksIn([value])) held.add(mark);
      else if (gone.has(path) || isTerm) for (const mark of marksIn([value])) released.add(mark);
    }
  }
  const left = [...released].filter(mark => !held.has(mark) && there.has(mark));
  assert.equal(left, [], 'what is gone is nowhere');
  assert.equal(
    [...held].filter(mark => !there.has(mark)),
    [],
    'and all the rest is there',
  );
}

/** Ways to take more, or to give something back, than was announced. */
function tamperings({ list, living, removed }: KeptLog): [what: string, tamper: (db: Sqlite) => void][] {
  const ways: [what: string, tamper: (db: Sqlite) => void][] = [
    ['an event is missing', db => db.exec(`DELETE FROM events WHERE seq = ${removed + 1}`)],
    ['a report is said to be removed', db => db.exec('INSERT INTO removed_ids (id) VALUES (randomblob(16))')],
  ];
  const size = list.length;
  const whole = living().find(({ seq, event, gone }) => seq < size && gone.size === 0 && event.context?.ip);
  const taking = { seqs: [whole?.seq ?? 0], paths: ['/context'], by: size };
  if (whole !== undefined)
    ways.push(['one value more is gone', db => void createEraser(db, () => undefined).erase(taking)]);
  const erased = living().find(({ gone }) => gone.size > 0);
  if (erased !== undefined)
    ways.push([
      'what was erased is said not to be',
      db => db.exec(`DELETE FROM seals WHERE seq = ${erased.seq}`),
    ]);
  if (removed > 0)
    ways.push(
      ['less is said to be removed', db => db.exec('UPDATE removal SET removed = removed - 1')],
      ['more is said to have happened', db => db.exec('UPDATE removal SET occurrences = occurrences + 1')],
    );
  return ways;
}

test('appended, erased, removed, interrupted, in any order: nothing is left of what went, and nothing else went', async () => {
  const seen = { erased: 0, removed: 0 };
  await fc.assert(
    fc.asyncProperty(anyKeeping, async ({ steps, picks }) => {
      const log = await keptLog();
      const pick = picker(picks);
      try {
        for (const [index, step] of steps.entries()) {
          await take(step, log, pick);
          if (index % 6 === 5) {
            await log.sign();
            assert.equal(verified(log).findings, [], `after step ${index}, ${step.what}`);
          }
        }
        await log.settle();
        await log.sign();
        assert.equal(verified(log).findings, [], 'at the end');
        await compare(log);
        search(log);
        for (const [what, tamper] of log.list.length === 0 ? [] : tamperings(log))
          assert.is(verified(log, tamper).ok, false, what);
        log.restart();
        await compare(log);
        seen.removed += log.removed;
        for (const { gone } of log.list) seen.erased += gone.size;
      } finally {
        log.close();
      }
    }),
    {
      seed: seed(),
      numRuns: howMany('WHODID_TEST_KEEPINGS', 6, 1_000),
      endOnFailure: true,
      includeErrorInReport: true,
    },
  );
  process.stdout.write(`${seen.erased} values erased, ${seen.removed} events removed `);
  assert.ok(seen.erased > 100 && seen.removed > 100, JSON.stringify(seen));
});

test.run();

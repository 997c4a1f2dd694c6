// audit stats: what it asks, the picture for people, the numbers for programs.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run, type StatsFlags } from '#src/cli/commands/audit/stats.js';
import { sparkline } from '#src/cli/output/sparkline.js';
import type { Stats } from '#src/shared/audit-stats.js';
import { type CapturedIoOptions, capturedIo } from '../captured-io.js';
import { type FakeDaemon, fakeDaemon } from '../fake-daemon.js';

const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
});

const none = { events: 0, occurrences: 0 };
const hours = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
hours[0]![13] = 8;
hours[6]![23] = 2;
const STATS: Stats = {
  events: 4,
  occurrences: 10,
  firstAt: Date.UTC(2026, 6, 1, 12),
  lastAt: Date.UTC(2026, 6, 3, 12),
  actions: {
    viewed: { events: 1, occurrences: 7 },
    created: none,
    changed: { events: 3, occurrences: 3 },
    deleted: none,
  },
  outcomes: { success: { events: 3, occurrences: 3 }, failure: none, denied: { events: 1, occurrences: 7 } },
  actors: [
    { key: 'users:1', events: 2, occurrences: 8 },
    { key: 'users:\u001b[2J', events: 2, occurrences: 2 },
  ],
  targets: [{ key: 'notes:17', events: 4, occurrences: 10 }],
  days: [
    { day: '2026-07-01', events: 1, occurrences: 7, viewed: 7, created: 0, changed: 0, deleted: 0 },
    { day: '2026-07-03', events: 3, occurrences: 3, viewed: 0, created: 0, changed: 3, deleted: 0 },
  ],
  hours,
  timeZone: 'UTC',
};

async function stats(flags: StatsFlags, options: CapturedIoOptions = {}, body: Partial<Stats> = {}) {
  const daemon = await fakeDaemon(() => ({ body: { ...STATS, ...body } }));
  daemons.push(daemon);
  const io = capturedIo(options);
  const clock = () => Date.UTC(2026, 6, 31);
  await run({ io, clock, client: daemon.client(), localZone: 'Europe/Berlin', flags });
  return { io, query: daemon.asked[0]!.query.toString() };
}

test('people get a picture that fits their screen and shows nothing raw', async () => {
  for (const width of [80, 200]) {
    const { io, query } = await stats({ actor: ['users:1'] }, { terminal: true, width });
    assert.is(query, 'actor=users%3A1&limit=5&timeZone=Europe%2FBerlin');
    const lines = io.out().split('\n');
    assert.ok(lines.length <= 24, `${lines.length} lines`);
    for (const line of lines) assert.ok([...line].length <= width, line);
    assert.match(lines[0]!, /^10 occurrences in 4 events, 2026-07-01 .+ to 2026-07-03 .+, 7 denied$/);
    assert.match(io.out(), /^viewed {3}7 {2}█$/m);
    assert.match(io.out(), /^changed {2}3 {4}█$/m);
    assert.match(io.out(), /2026-07-01 to 2026-07-03, each column a day/);
    assert.match(io.out(), /users:1 .*8 ▇+/);
    assert.match(io.out(), /^Mon {2}(··){13}██(··){10}$/m);
    assert.match(io.out(), /^Sun {2}(··){23}░░$/m);
    assert.not.match(io.out(), /\u001b/);
  }
});

test('a headline that is longer than the screen has dates alone, and goes on in the next line if it must', async () => {
  const refused = { events: 12345, occurrences: 12345 };
  const dates = await stats(
    {},
    { terminal: true, width: 80 },
    { outcomes: { ...STATS.outcomes, failure: refused } },
  );
  assert.is(
    dates.io.out().split('\n')[0],
    '10 occurrences in 4 events, 2026-07-01 to 2026-07-03, 12,345 failure, 7 denied',
  );
  const outcomes = { ...STATS.outcomes, failure: { events: 1, occurrences: 1234567890 } };
  const { io } = await stats({}, { terminal: true, width: 80 }, { outcomes, events: 1234567 });
  const head = io.out().split('\n\n')[0] ?? '';
  for (const line of head.split('\n')) assert.ok(line.length <= 80, line);
  assert.match(
    head.replace('\n', ' '),
    /^10 occurrences in 1,234,567 events, .*, 1,234,567,890 failure, 7 denied$/,
  );
});

test('programs get the numbers, in UTC', async () => {
  const json = await stats({ json: true });
  assert.is(json.query, 'timeZone=UTC');
  assert.equal(JSON.parse(json.io.out()), STATS);
  const picked = await stats({ json: true, fields: 'events,firstAt' });
  assert.equal(JSON.parse(picked.io.out()), { events: 4, firstAt: STATS.firstAt });
  const rows = (await stats({ limit: '3' })).io.out().split('\n');
  assert.equal(rows.slice(0, 2), ['log\tall\t4\t10', 'action\tviewed\t1\t7']);
  assert.ok(rows.includes('day\t2026-07-03\t3\t3'));
  assert.ok(rows.includes('hour\tmon 13\t\t8'));
});

test('what was removed is told apart from what is there, in every form', async () => {
  const removed = { events: 15, occurrences: 40, before: Date.UTC(2025, 6, 1) };
  const rows = (await stats({}, {}, { removed })).io.out().split('\n');
  assert.equal(rows.slice(0, 2), ['log\tall\t4\t10', 'removed\tall\t15\t40']);
  const nothing = await stats(
    {},
    { terminal: true },
    { removed, events: 0, days: [], firstAt: null, lastAt: null },
  );
  assert.match(nothing.io.out(), /^The log holds nothing of it\.\nnot counted: 40 occurrences in 15 events/);
  assert.equal(JSON.parse((await stats({ json: true }, {}, { removed })).io.out()).removed, removed);
  const { io } = await stats({}, { terminal: true, width: 80 }, { removed });
  assert.match(
    io.out().replaceAll('\n', ' '),
    /not counted: 40 occurrences in 15 events of the log, stored before 2025-07-01/,
  );
});

test('nothing, too much, and a limit that is none are said', async () => {
  const nothing = await stats({}, { terminal: true }, { events: 0, days: [], firstAt: null, lastAt: null });
  assert.is(nothing.io.out(), 'Nothing happened.\n');
  assert.match((await stats({ json: true }, {}, { partial: true })).io.err(), /^Not all was counted/);
  const refused = await stats({ limit: '1001' }).catch((error: Error) => error.message);
  assert.is(refused, '--limit takes a whole number from 1 to 1000, not "1001".');
});

test('a sparkline has a bar for anything, none for nothing, and the full one for the most', () => {
  assert.is(sparkline([0, 1, 400, 800]), ' ▁▄█');
  assert.is(sparkline([]), '');
});

test.run();

import fc from 'fast-check';
import stringWidth from 'string-width';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { escapeText } from '#src/cli/output/escape.js';
import { EVENT_VIEW } from '#src/cli/output/event-view.js';
import { fitWidths } from '#src/cli/output/fit-widths.js';
import { recordView } from '#src/cli/output/record-view.js';
import { relativeTime } from '#src/cli/output/relative-time.js';
import { showRows } from '#src/cli/output/show.js';
import { showEvents, showLiveEvents } from '#src/cli/output/show-events.js';
import type { TimeFlags } from '#src/cli/output/times.js';
import { cutTo, padTo, widthOf } from '#src/cli/output/width.js';
import type { FilterValues } from '#src/shared/audit-filter.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { capturedIo } from '../captured-io.js';
import { event } from '../events.js';

async function* each<Row>(rows: Row[]): AsyncGenerator<Row> {
  yield* rows;
}
const now = Date.UTC(2026, 6, 31, 14, 0, 0);

interface TableGiven {
  width?: number;
  colour?: boolean;
  include?: FilterValues;
  flags?: TimeFlags;
}

async function table(
  events: DataEvent[],
  { width = 120, colour = false, include = {}, flags = {} }: TableGiven = {},
): Promise<string> {
  const io = capturedIo({ terminal: true, width, colour });
  await showEvents(each(events), { io, clock: () => now, flags }, include);
  return io.out();
}

test('a terminal gets aligned columns', async () => {
  const text = await table([
    event({
      actorName: 'Ada',
      changes: { name: { prev: 'Ada', next: 'Ada L.' } },
      eventName: 'users.name.changed',
    }),
    event({ action: 'viewed', changes: undefined, timestamp: now - 300_000, actorId: '22', count: 12 }),
    event({ action: 'deleted', outcome: 'denied', changes: undefined, timestamp: now - 5000 }),
  ]);
  assert.is(
    text,
    [
      'SEQ  TIME    ACTOR        ACTION            TARGET    CHANGES                 EVENT',
      '1    2h ago  Ada users:1  changed           notes:17  name: "Ada" → "Ada L."  users.name.changed',
      '1    5m ago  users:22     viewed ×12        notes:17',
      '1    5s ago  users:1      deleted (denied)  notes:17',
      '',
    ].join('\n'),
  );
});

const OF_GRACE = event({
  timestamp: Date.UTC(2026, 6, 31, 13),
  actorName: 'Ada Lovelace',
  targetType: 'users',
  targetId: '2',
  targetName: 'Grace Hopper',
  changes: { email: { prev: 'grace@example.com', next: 'hopper@example.com' } },
  eventName: 'users.email.changed',
});
const given: [what: string, options: TableGiven, head: string[]][] = [
  ['of one target', { include: { target: ['users:2'] } }, ['SEQ', 'TIME', 'ACTOR', 'ACTION', 'CHANGES']],
  [
    'of one target, with long times',
    { include: { target: ['users:2'] }, flags: { utc: true } },
    ['SEQ', 'TIME', 'ACTOR', 'ACTION', 'CHANGES'],
  ],
  ['of one actor', { include: { actor: ['users:1'] } }, ['SEQ', 'TIME', 'ACTION', 'TARGET', 'CHANGES']],
  [
    'of one of two targets',
    { include: { target: ['users:2', 'users:3'] } },
    ['SEQ', 'TIME', 'ACTOR', 'ACTION', 'TARGET', 'CHANGES'],
  ],
  ['of a whole type', { include: { target: ['users:'] } }, ['SEQ', 'TIME', 'ACTOR', 'ACTION', 'TARGET']],
  [
    'of one target, with room',
    { include: { target: ['users:2'] }, width: 120 },
    ['SEQ', 'TIME', 'ACTOR', 'ACTION', 'TARGET', 'CHANGES', 'EVENT'],
  ],
];
for (const [what, options, head] of given) {
  test(`what is the same in every row leaves first, and what changed stays: ${what}`, async () => {
    const text = await table([OF_GRACE], { width: 80, ...options });
    const [titles = ''] = text.split('\n');
    assert.equal(titles.split(/ +/).slice(0, head.length), head, text);
    if (head.includes('CHANGES')) assert.match(text, /email: "gr/);
  });
}

test('at 80 columns ids and times are whole: names, changes and event names give way', async () => {
  const text = await table(
    [
      event({
        seq: 12_345,
        timestamp: Date.UTC(2026, 2, 3),
        actorName: 'Ada Lovelace of London',
        actorId: 'u690f4c6c98',
        targetType: 'files',
        targetId: 'test/internals/logger.test.js',
        changes: { blob: { prev: '9a8d1f94', next: 'f2935d47' } },
        eventName: 'git.changed',
      }),
    ],
    { width: 80 },
  );
  const [head = '', row = '', ...more] = text.trimEnd().split('\n');
  assert.match(head, /^SEQ {4}TIME {8}ACTOR +ACTION {3}TARGET/);
  assert.match(row, /^12345 {2}2026-03-0\d {2}(?:Ada?… )?users:u690f4c6c98 {2}changed {2}files:test/);
  assert.is(
    row.slice(head.indexOf('TARGET')).split('  ')[0] + more.map(line => line.trim()).join(''),
    'files:test/internals/logger.test.js',
  );
});

test('a name gives way only when what changed has given way', async () => {
  const long = event({ actorName: 'Grace Hopper', changes: { data: { prev: 'a'.repeat(60), next: 'b' } } });
  const session = event({ targetType: 'sessions', targetId: '01a20fb0-638f-784f-bacf-f2888cd99a16' });
  const text = await table([long, session], { width: 120 });
  assert.match(text, 'Grace Hopper users:1');
  assert.match(text, /data: "aa+…/);
  assert.match(await table([long, session], { width: 80 }), /Gra\S*… users:1| {2}users:1/);
});

test('an extra column with nothing in it is the first to go', async () => {
  const refused = { changes: undefined, actorName: 'Grace Hopper', eventName: 'session.created' };
  const text = await table([event({ ...refused, targetId: 'x'.repeat(40) })], { width: 80 });
  assert.match(text, /^SEQ +TIME +ACTOR +ACTION +TARGET +EVENT\n/);
});

test('what there is no room for at all is named, and is never an id', async () => {
  const record = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`field${n}`, `value number ${n}`]));
  const io = capturedIo({ terminal: true, width: 80 });
  const id = '2d6610781b9ad3d131b49aad718367a2';
  const view = recordView({ name: 'things', fields: Object.keys(record) });
  await showRows([{ id, ...record }], view, { io, clock: () => now, flags: {} });
  assert.match(io.out(), new RegExp(`\\n${id} `));
  assert.match(io.err(), /^No room for FIELD\d+, .*FIELD11: --fields picks columns/);
});

test('the words of a title do not run into each other', async () => {
  const io = capturedIo({ terminal: true, width: 80 });
  const view = recordView({ name: 'users', fields: ['name', 'agreedTos', 'x2Factor'] });
  await showRows([{ id: '1', name: 'Ada' }], view, { io, clock: () => now, flags: {} });
  assert.match(io.out(), /^ID {2}NAME {2}AGREED TOS {2}X2 FACTOR\n/);
});

test('events that come in their own time show the time of day, whole, under a head that is there first', async () => {
  const io = capturedIo({ terminal: true, width: 80 });
  let seen = '';
  const events = async function* (opened: () => void): AsyncGenerator<DataEvent> {
    opened();
    await Promise.resolve();
    seen = io.out();
    yield event({ timestamp: now + 1000 });
    yield event({ timestamp: now - 86_400_000 * 3, seq: 123_456_789 });
  };
  await showLiveEvents({ events, limit: 2 }, { io, clock: () => now, flags: {} });
  assert.match(seen, /^SEQ {4}TIME +ACTOR/);
  const [, today = '', ...after] = io.out().trimEnd().split('\n');
  assert.match(today, /^1 {6}\d\d:\d\d:01 /);
  assert.match(after.at(-1) ?? '', /^123456789 {2}2026-07-\d\d \d\d:\d\d:00 {2}users:1 /);
});

test('no events, no table', async () => {
  assert.is(await table([]), '');
});

test('no line is wider than the terminal, and no id or time is cut, whatever the events hold', async () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(text, text, text, fc.integer({ min: 20, max: 200 }), async (a, b, c, width) => {
      const events = [
        event({ actorName: a, targetId: b, changes: { [c]: { prev: a, next: [b] } } }),
        event(),
      ];
      const shown = await table(events, { width });
      for (const line of shown.split('\n')) {
        assert.ok(stringWidth(line) <= width, `${stringWidth(line)} > ${width}: ${line}`);
      }
      const letters = (words: string) => [...words.replace(/\s/g, '')].sort().join('');
      const missing = [...letters(escapeText(b))];
      for (const letter of letters(shown)) if (letter === missing[0]) missing.shift();
      assert.equal(missing, [], `${b} is not all in ${shown}`);
    }),
    { numRuns: 200 },
  );
});

test('colours only where they are wanted, and then only the sixteen', async () => {
  assert.not.match(await table([event()]), /\u001b/);
  const coloured = await table([event({ outcome: 'denied' })], { colour: true });
  const sequences = coloured.match(/\u001b[^m]*m/g) ?? [];
  assert.ok(sequences.length > 0);
  for (const sequence of sequences) assert.match(sequence, /^\u001b\[(?:[12]|2[2-9]|3[0-7]|39)m$/);
});

test('a secret shows as one, not as null', async () => {
  const text = await table([
    event({
      changes: { password: { prev: null, next: null } },
      redactions: [
        { path: '/changes/password/prev', kind: 'secret' },
        { path: '/changes/password/next', kind: 'secret' },
      ],
    }),
  ]);
  assert.match(text, /password: \(secret\) → \(secret\)/);
});

test('control characters of names and values are shown, not obeyed', async () => {
  const text = await table([
    event({ actorName: '\u001b]0;x\u0007', changes: { 'a\nb': { prev: '\u202e', next: 1 } } }),
  ]);
  assert.is(text.split('\n').length, 3);
  assert.match(text, /\\u001b\]0;x\\u0007 users:1/);
  assert.match(text, /a\\nb: "\\u202e" → 1/);
});

test('columns that want more than there is are cut alike, the others keep what they need', () => {
  assert.equal(fitWidths([4, 10, 20], 40), [4, 10, 20]);
  assert.equal(fitWidths([4, 30, 50], 44), [4, 20, 20]);
  assert.equal(fitWidths([4, 30, 50], 45), [4, 21, 20]);
  assert.equal(fitWidths([30, 30], 4), [6, 6]);
  assert.equal(fitWidths([30, 30, 10], 50, [30]), [30, 10, 10]);
});

test('cutting keeps whole characters and never exceeds its width', () => {
  assert.is(cutTo(escapeText('hello'), 5), 'hello');
  assert.is(cutTo(escapeText('hello!'), 5), 'hell…');
  assert.is(cutTo(escapeText('日本語'), 5), '日本…');
  assert.is(cutTo(escapeText('日本語'), 4), '日…');
  assert.is(cutTo(escapeText('👩‍👩‍👧👩‍👩‍👧'), 3), '👩‍👩‍👧…');
  assert.is(padTo(escapeText('日'), 4), '日  ');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => {
      assert.ok(widthOf(cutTo(escapeText(text), width)) <= width);
    }),
  );
});

test('times are as short as people say them', () => {
  const cases: [number, string | RegExp][] = [
    [0, 'now'],
    [999, 'now'],
    [1000, '1s ago'],
    [59_999, '59s ago'],
    [60_000, '1m ago'],
    [3_600_000, '1h ago'],
    [86_400_000 * 3, '3d ago'],
    [86_400_000 * 40, /^2026-06-2\d$/],
    [-60_000, /^2026-07-31 \d\d:01$|^2026-08-01 \d\d:01$/],
  ];
  for (const [age, expected] of cases) {
    const text = relativeTime(now - age, now);
    if (typeof expected === 'string') assert.is(text, expected);
    else assert.match(text, expected);
  }
});

test('every field of an event can be asked for', () => {
  const names = EVENT_VIEW.fields.map(field => field.name);
  for (const name of [...Object.keys(event()), ...EVENT_VIEW.row]) assert.ok(names.includes(name), name);
});

test.run();

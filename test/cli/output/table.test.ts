import fc from 'fast-check';
import stringWidth from 'string-width';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { escapeText } from '#src/cli/output/escape.js';
import { EVENT_VIEW } from '#src/cli/output/event-view.js';
import { relativeTime } from '#src/cli/output/relative-time.js';
import { showEvents } from '#src/cli/output/show-events.js';
import { fitWidths } from '#src/cli/output/table.js';
import { cutTo, padTo, widthOf } from '#src/cli/output/width.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { capturedIo } from '../captured-io.js';
import { event } from '../events.js';

async function* each<Row>(rows: Row[]): AsyncGenerator<Row> {
  yield* rows;
}
const now = Date.UTC(2026, 6, 31, 14, 0, 0);

async function table(events: DataEvent[], { width = 120, colour = false } = {}): Promise<string> {
  const io = capturedIo({ terminal: true, width, colour });
  await showEvents(each(events), { io, clock: () => now, flags: {} });
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
      'TIME    ACTOR        ACTION            TARGET    CHANGES                 EVENT',
      '2h ago  Ada users:1  changed           notes:17  name: "Ada" → "Ada L."  users.name.changed',
      '5m ago  users:22     viewed ×12        notes:17',
      '5s ago  users:1      deleted (denied)  notes:17',
      '',
    ].join('\n'),
  );
});

test('no events, no table', async () => {
  assert.is(await table([]), '');
});

test('no line is wider than the terminal, whatever the events hold', async () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(text, text, text, fc.integer({ min: 10, max: 200 }), async (a, b, c, width) => {
      const events = [
        event({ actorName: a, targetId: b, changes: { [c]: { prev: a, next: [b] } } }),
        event(),
      ];
      for (const line of (await table(events, { width })).split('\n')) {
        assert.ok(stringWidth(line) <= width, `${stringWidth(line)} > ${width}: ${line}`);
      }
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
  assert.equal(fitWidths([30, 30, 10], 50, [true, false, false]), [30, 10, 10]);
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

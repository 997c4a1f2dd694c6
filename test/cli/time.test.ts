// Local time has to be somewhere for this: a place with summer time.
process.env.TZ = 'Europe/Berlin';

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseExpiry, parseTime } from '#src/cli/time.js';

const now = Date.parse('2026-07-31T12:34:56.789Z');
const ISO = (text: string) => Date.parse(text);

const understood: [text: string, expected: number][] = [
  ['30s', now - 30_000],
  ['5m', now - 300_000],
  ['2h', now - 7_200_000],
  ['3d', now - 259_200_000],
  ['1w', now - 604_800_000],
  ['0s', now],
  ['now', now],
  ['today', ISO('2026-07-30T22:00:00Z')],
  ['yesterday', ISO('2026-07-29T22:00:00Z')],
  ['2026-07-31', ISO('2026-07-30T22:00:00Z')],
  ['2026-01-31', ISO('2026-01-30T23:00:00Z')],
  ['2026-07', ISO('2026-06-30T22:00:00Z')],
  ['2026', ISO('2025-12-31T23:00:00Z')],
  ['2026-07-31T10:00', ISO('2026-07-31T08:00:00Z')],
  ['2026-07-31 10:00:01.5', ISO('2026-07-31T08:00:01.500Z')],
  ['2026-07-31T10:00Z', ISO('2026-07-31T10:00:00Z')],
  ['2026-07-31T10:00:00.123456Z', ISO('2026-07-31T10:00:00.123Z')],
  ['2026-07-31T10:00:00+02:00', ISO('2026-07-31T08:00:00Z')],
  ['2026-07-31T10:00:00-0730', ISO('2026-07-31T17:30:00Z')],
  ['2024-02-29', ISO('2024-02-28T23:00:00Z')],
  ['1475089815000', 1475089815000],
  ['1970-01-01T00:00Z', 0],
];
for (const [text, expected] of understood) {
  test(`"${text}" is a time`, () => assert.is(parseTime(text, now, '--since'), expected));
}

const refused = [
  '',
  ' ',
  'h',
  '2',
  '2y',
  '-2h',
  '1.5h',
  'tomorrow',
  'Yesterday!',
  '2026-02-30',
  '2025-02-29',
  '2026-13-01',
  '2026-00-10',
  '2026-07-31T24:00',
  '2026-07-31T10:60',
  '2026-07-31T10:00:60',
  '2026-07-31T10',
  '31.07.2026',
  '2026-07-31T10:00+25:00',
  '1969-12-31T23:59Z',
  '9999999999999999',
  '999999999w',
  'NaN',
  '1e12',
];
for (const text of refused) {
  test(`"${text}" is no time, and the message names the option`, () => {
    assert.throws(
      () => parseTime(text, now, '--since'),
      (error: { code?: string; message: string }) => {
        return error.code === 'bad_request' && error.message.startsWith('--since');
      },
    );
  });
}

test('yesterday is a day of the calendar, also where it has 23 hours', () => {
  const afterChange = ISO('2026-03-30T10:00:00Z');
  assert.is(parseTime('yesterday', afterChange, '--since'), ISO('2026-03-28T23:00:00Z'));
  assert.is(parseTime('today', afterChange, '--since'), ISO('2026-03-29T22:00:00Z'));
});

test('an expiry lies ahead', () => {
  assert.is(parseExpiry('30d', now, '--expires'), now + 30 * 86_400_000);
  assert.is(parseExpiry('2026-12-31T00:00Z', now, '--expires'), ISO('2026-12-31T00:00Z'));
  assert.throws(() => parseExpiry('2026-07-30', now, '--expires'), /--expires 2026-07-30 is in the past/);
  assert.throws(() => parseExpiry('0d', now, '--expires'), /in the past/);
  assert.throws(() => parseExpiry('soon', now, '--expires'), /--expires does not understand "soon"/);
});

test.run();

import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rfc3339Ms } from '#src/shared/rfc3339.js';

const rows: [text: string, ms: number | undefined][] = [
  // The examples of RFC 3339 §5.8, the leap seconds apart.
  ['1985-04-12T23:20:50.52Z', Date.UTC(1985, 3, 12, 23, 20, 50, 520)],
  ['1996-12-19T16:39:57-08:00', Date.UTC(1996, 11, 20, 0, 39, 57)],
  ['1937-01-01T12:00:27.87+00:20', Date.UTC(1937, 0, 1, 11, 40, 27, 870)],
  ['1990-12-31T23:59:60Z', undefined],
  ['2024-02-29t00:00:00z', Date.UTC(2024, 1, 29)],
  ['2024-01-01T00:00:00.123999Z', Date.UTC(2024, 0, 1, 0, 0, 0, 123)],
  ['2024-01-01T00:00:00-00:00', Date.UTC(2024, 0, 1)],
  ['0050-01-01T00:00:00Z', -60_589_296_000_000],
  ['2024-02-30T00:00:00Z', undefined],
  ['2023-02-29T00:00:00Z', undefined],
  ['2024-13-01T00:00:00Z', undefined],
  ['2024-00-10T00:00:00Z', undefined],
  ['2024-01-00T00:00:00Z', undefined],
  ['2024-01-01T24:00:00Z', undefined],
  ['2024-01-01T00:60:00Z', undefined],
  ['2024-01-01T00:00:00+24:00', undefined],
  ['2024-01-01T00:00:00', undefined],
  ['2024-01-01 00:00:00Z', undefined],
  ['2024-01-01T00:00Z', undefined],
  ['2024-01-01', undefined],
  ['2024-1-1T00:00:00Z', undefined],
  ['', undefined],
];
for (const [text, ms] of rows) {
  test(`${JSON.stringify(text)} is ${ms ?? 'no time'}`, () => assert.is(rfc3339Ms(text), ms));
}

test('reads back what toISOString writes', () => {
  const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(date, at => assert.is(rfc3339Ms(at.toISOString()), at.getTime())),
    { seed: 1 },
  );
});

test.run();

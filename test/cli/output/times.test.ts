import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pointInTime, timeAsFact, timeInColumn } from '#src/cli/output/times.js';

const now = Date.UTC(2026, 6, 31, 14, 0, 30);
const clock = () => now;
const DAY_MS = 86_400_000;

test('--utc shows dates and times in UTC, marked so', () => {
  assert.is(pointInTime({ utc: true })(now), '2026-07-31 14:00:30Z');
  assert.is(timeInColumn({ clock, flags: { utc: true } }, false)(now), '2026-07-31 14:00:30Z');
  assert.is(timeInColumn({ clock, flags: { utc: true } }, true)(now), '2026-07-31 14:00:30Z');
});

test('--absolute shows those of this place', () => {
  const date = new Date(now);
  const hour = String(date.getHours()).padStart(2, '0');
  assert.match(
    timeInColumn({ clock, flags: { absolute: true } }, false)(now),
    new RegExp(`^2026-\\d\\d-\\d\\d ${hour}:\\d\\d:30$`),
  );
});

test('without either a column says how long ago, and a fact says both', () => {
  assert.is(timeInColumn({ clock, flags: {} }, false)(now - 7_200_000), '2h ago');
  const fact = timeAsFact({ clock, flags: { utc: true } });
  assert.is(fact(now - 7_200_000), '2026-07-31 12:00:30Z (2h ago)');
  assert.is(fact(now + 30 * DAY_MS + 5000), '2026-08-30 14:00:35Z (in 30d)');
});

test.run();

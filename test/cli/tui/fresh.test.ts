// When a screen that nobody touches is drawn again: when something on it should read otherwise, and not before.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { happened } from '#src/cli/tui/explorer/happenings.js';
import { shownTimes } from '#src/cli/tui/explorer/shown-times.js';
import { freshMs } from '#src/cli/tui/lines/fresh.js';
import { events } from './a-table.js';
import { answered, newExplorer, STATUS } from './explorer/an-explorer.js';

const NOON = Date.UTC(2026, 6, 1, 12);

test('ages in seconds are looked at every ten, all else when the clock shows another minute', () => {
  assert.is(freshMs([NOON - 59_000, NOON - 9e9], NOON), 10_000);
  assert.is(freshMs([NOON - 60_000], NOON + 15_000), 45_000);
  assert.is(freshMs([], NOON), 60_000);
});

test('a daemon that only grew older changes nothing, so that nothing is drawn', () => {
  const state = happened(newExplorer(), { what: 'status', status: STATUS });
  const older = { ...STATUS, uptimeMs: 99, limits: [] };
  assert.is(happened(state, { what: 'status', status: older }), state);
  const grown = { ...STATUS, storedSeq: STATUS.storedSeq + 1 };
  assert.is(happened(state, { what: 'status', status: grown }).status?.storedSeq, grown.storedSeq);
});

test('after a lost connection the same status is news', () => {
  const state = happened(newExplorer(), { what: 'status', status: STATUS });
  const lost = { ...state, connection: 'lost' as const };
  assert.is(happened(lost, { what: 'status', status: STATUS }).connection, 'on');
});

test('of a long list the rows in view have an age, and no others', () => {
  const times = shownTimes(answered(newExplorer(), events(200, 1), { more: true }));
  assert.ok(times.length > 5 && times.length < 40, String(times.length));
});

test.run();

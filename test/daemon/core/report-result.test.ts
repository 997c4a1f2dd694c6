// What is kept of a report does not grow with it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createReportResult, MAX_REFUSALS, MAX_REPORT_EVENT_IDS } from '#src/daemon/core/report-result.js';

test('the first refusals are named, then the last one with how many lie between', () => {
  const tally = createReportResult();
  const refuse = (line: number) => tally.refuse({ line, reason: `because of ${line}` });
  for (let line = 1; line <= MAX_REFUSALS; line += 1) refuse(line);
  assert.is(tally.soFar().refused.length, MAX_REFUSALS);
  assert.is(tally.soFar().lastRefused, undefined);
  refuse(2_000);
  assert.equal(tally.soFar().lastRefused, { line: 2_000, reason: 'because of 2000', between: 0 });
  for (let line = 3_001; line <= 9_000; line += 1) refuse(line);
  const { refused, lastRefused } = tally.soFar();
  assert.equal([refused.length, refused.at(-1)?.line], [MAX_REFUSALS, MAX_REFUSALS]);
  assert.equal([lastRefused?.line, lastRefused?.between], [9_000, 6_000]);
});

test('all that is stored is counted, and the first ids are kept', () => {
  const tally = createReportResult();
  const ids = Array.from({ length: 700 }, (_, n) => `id-${n}`);
  tally.store(ids);
  tally.store(ids);
  tally.repeat();
  const { stored, repeated, eventIds } = tally.soFar();
  assert.equal([stored, repeated, eventIds.length], [1_400, 1, MAX_REPORT_EVENT_IDS]);
});

test.run();

import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataEvent, PendingEvent } from '#src/shared/data-event.js';
import { anyEventParts, event, eventId } from './example-events.js';
import { temporaryLog } from './temporary-log.js';

test('every event comes back as it was appended, with what the logger gave it', async () => {
  const log = temporaryLog(() => 1_700_000_000_020);
  let seq = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyEventParts, { minLength: 1, maxLength: 20 }), async parts => {
      const appended = parts.map((some, index): PendingEvent => ({ ...some, id: eventId(seq + index + 1) }));
      await log.append(...appended);
      const found = await log.reader.eventsById(appended.map(({ id }) => id));
      const expected = appended.map(
        (one, index): DataEvent => ({ ...one, seq: seq + index + 1, recordedAt: 1_700_000_000_020 }),
      );
      assert.equal(found, expected);
      seq += parts.length;
    }),
    { seed: 9, numRuns: 60 },
  );
  log.close();
});

test('an answer begins with seq, id, time, action, outcome and actor', async () => {
  const log = temporaryLog(() => 1_700_000_009_000);
  await log.append(
    event(7, {
      action: 'changed',
      actorName: 'Ada',
      changes: { name: { prev: null, next: { b: 1, a: [true] } } },
      context: { userAgent: 'curl', ip: '::1', reason: 'why not' },
      requestId: 'r1',
    }),
  );
  const head = `{"seq":1,"id":"${eventId(7)}","timestamp":1700000007000,"action":"changed","outcome":"success",`;
  const middle =
    '"actorType":"users","actorId":"1","actorName":"Ada","targetType":"notes","targetId":"17",' +
    '"changes":{"name":{"prev":null,"next":{"a":[true],"b":1}}},"requestId":"r1",';
  const context = '"context":{"ip":"::1","userAgent":"curl","reason":"why not"},';
  const tail = '"source":"data-layer","schemaVersion":1,"recordedAt":1700000009000}';
  assert.is(await log.reader.event(eventId(7), true), head + middle + context + tail);
  assert.is(await log.reader.event(eventId(7), false), head + middle + tail);
  log.close();
});

test('times of any length are written in full', async () => {
  const recordedAt = 1_700_000_100_000;
  const log = temporaryLog(() => recordedAt);
  const times = [0, 7, 999_999, 1_000_000, 1_000_007, 86_399_999, 1_700_000_000_007, 1_700_000_999_999];
  await log.append(...times.map((timestamp, index) => event(index + 1, { timestamp })));
  for (const [index, timestamp] of times.entries()) {
    const json = (await log.reader.event(String(index + 1), true))!;
    assert.match(json, `"timestamp":${timestamp},`);
    assert.match(json, `"recordedAt":${recordedAt}}`);
  }
  log.close();
});

test('an id is found in either case, and what is no id or not in the log is not', async () => {
  const log = temporaryLog();
  await log.append(event(0xabc));
  assert.ok(await log.reader.event(eventId(0xabc).toUpperCase(), true));
  assert.is(await log.reader.event(eventId(1), true), null);
  assert.is(await log.reader.event("' OR 1=1", true), null);
  assert.equal(await log.reader.eventsById([eventId(1), 'x']), []);
  log.close();
});

test.run();

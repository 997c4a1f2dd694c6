// State and blame of one object, from the log, against a naive replay and against what was really reported.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ObjectQuestion } from '#src/daemon/audit/history/object-answers.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import type { Blame } from '#src/shared/object-history.js';
import { carriedOut } from '../erasure/carried-out.js';
import { event, eventId } from '../example-events.js';
import { type TemporaryLog, temporaryLog } from '../temporary-log.js';
import { anyLife, type Body, type RandomLife } from './random-life.js';

const asked = (parts: Partial<ObjectQuestion> = {}): ObjectQuestion => ({
  target: 'notes:17',
  managed: true,
  moment: {},
  recorded: { createdInFull: true },
  ...parts,
});

async function logOf(...events: PendingEvent[]): Promise<TemporaryLog> {
  const log = temporaryLog();
  await log.append(...events);
  return log;
}

const without = (body: Body) =>
  Object.fromEntries(Object.entries(body ?? {}).filter(([, value]) => value !== null));

/** The moment that a time is: the last event of the record that is not later. */
const bodyAt = ({ events, moments }: RandomLife, time: number) => {
  const at = moments.findLastIndex(({ timestamp }, index) => timestamp <= time && isWrite(events[index]!));
  return moments[at]?.body;
};
const isWrite = ({ action, outcome, targetId }: PendingEvent) =>
  action !== 'viewed' && outcome === 'success' && targetId === '17';

test('at every past moment, by time and by seq, the state is the record as it was', async () => {
  await fc.assert(
    fc.asyncProperty(anyLife, async life => {
      const log = await logOf(...life.events);
      const isKnown = life.events.some(({ targetId, outcome }) => targetId === '17' && outcome === 'success');
      for (const [index, { timestamp, body }] of life.moments.entries()) {
        const bySeq = await log.reader.objectState(asked({ moment: { seq: index + 1 } }));
        const byTime = await log.reader.objectState(asked({ moment: { time: timestamp } }));
        if (!isKnown) {
          assert.equal([bySeq, byTime], [null, null]);
          continue;
        }
        if (!life.events.some(isWrite)) continue;
        assert.equal([bySeq!.exists, bySeq!.state], [body !== undefined, without(body)]);
        const then = bodyAt(life, timestamp);
        assert.equal([byTime!.exists, byTime!.state], [then !== undefined, without(then)]);
        assert.equal([bySeq!.complete, bySeq!.notRecorded], [true, []]);
      }
      log.close();
    }),
    { seed: 13, numRuns: 60 },
  );
});

function naiveBlame(events: readonly PendingEvent[]): Omit<Blame, 'actorType' | 'timestamp' | 'eventId'>[] {
  const fields = new Map<string, Omit<Blame, 'actorType' | 'timestamp' | 'eventId'>>();
  events.forEach((one, index) => {
    if (!isWrite(one)) return;
    for (const [field, { next }] of Object.entries(one.changes ?? {})) {
      const changes = (fields.get(field)?.changes ?? 0) + 1;
      fields.set(field, { field, value: next, actorId: one.actorId, seq: index + 1, changes });
    }
  });
  return [...fields.values()].sort((a, b) => (a.field < b.field ? -1 : 1));
}

test('blame is what a naive replay says', async () => {
  await fc.assert(
    fc.asyncProperty(anyLife, async life => {
      const log = await logOf(...life.events);
      const found = (await log.reader.blame(asked())) ?? [];
      assert.equal(
        found
          .map(({ field, value, actorId, seq, changes }) => ({ field, value, actorId, seq, changes }))
          .sort((a, b) => (a.field < b.field ? -1 : 1)),
        naiveBlame(life.events),
      );
      for (const { seq, eventId: id, timestamp } of found) {
        assert.equal([id, timestamp], [life.events[seq - 1]!.id, life.events[seq - 1]!.timestamp]);
      }
      log.close();
    }),
    { seed: 13, numRuns: 100 },
  );
});

const reported = (number: number, parts: Partial<PendingEvent>) =>
  event(number, { source: 'reported:1', targetType: 'files', targetId: 'a', ...parts });
const files = (parts: Partial<ObjectQuestion> = {}) =>
  asked({ target: 'files:a', managed: false, recorded: { createdInFull: false }, ...parts });
const change = (prev: unknown, next: unknown) => ({ blob: { prev, next } });

test('reported objects follow time, also where a report is late', async () => {
  const log = await logOf(
    reported(1, { action: 'changed', timestamp: 300, changes: change('b', 'c') }),
    reported(2, { action: 'changed', timestamp: 200, changes: change('a', 'b'), actorId: '2' }),
    reported(3, { action: 'created', timestamp: 100 }),
  );
  const at = async (moment: object) => (await log.reader.objectState(files({ moment })))!;
  assert.equal((await at({})).state, { blob: 'c' });
  assert.equal((await at({ time: 250 })).state, { blob: 'b' });
  // What was there before the first change is what that change found.
  assert.equal([(await at({ time: 199 })).state, (await at({ time: 199 })).complete], [{ blob: 'a' }, false]);
  assert.is((await at({ time: 99 })).exists, false);
  // At seq 1 the others had not been reported.
  assert.equal([(await at({ seq: 1 })).state, (await at({ seq: 1 })).knownSince], [{ blob: 'c' }, 300]);
  const [blame] = (await log.reader.blame(files()))!;
  assert.equal([blame!.seq, blame!.value, blame!.changes], [1, 'c', 2]);
  log.close();
});

test('of a kept object, what others report of it does not count', async () => {
  const log = await logOf(
    event(1, { action: 'created', changes: { data: { prev: null, next: 'x' } } }),
    event(2, { action: 'changed', source: 'reported:1', changes: { data: { prev: 'x', next: 'forged' } } }),
  );
  // Also when its type is gone since.
  for (const managed of [true, false]) {
    assert.equal((await log.reader.objectState(asked({ managed })))!.state, { data: 'x' });
  }
  log.close();
});

test('an object that was reported first and is kept since follows the log from then on', async () => {
  const log = await logOf(
    reported(1, { action: 'changed', timestamp: 200, changes: change('a', 'b') }),
    reported(2, { action: 'changed', timestamp: 100, changes: change('x', 'a') }),
  );
  const blob = async () => (await log.reader.objectState(files()))!.state.blob;
  assert.is(await blob(), 'b');
  // What was found before is no answer for what came since.
  await log.append(
    reported(3, {
      action: 'created',
      timestamp: 50,
      source: 'data-layer',
      changes: { blob: { prev: null, next: 'c' } },
    }),
  );
  assert.is(await blob(), 'c');
  log.close();
});

test('an object with more changes than are read at once keeps each of them', async () => {
  const log = temporaryLog();
  const count = 11_000;
  for (let from = 1; from <= count; from += 1000) {
    const some = Array.from({ length: 1000 }, (_, index) => {
      const n = from + index;
      const changes = { total: { prev: n === 1 ? null : n - 1, next: n } };
      return event(n, { action: n === 1 ? 'created' : 'changed', changes });
    });
    await log.append(...some);
  }
  const [blame] = (await log.reader.blame(asked()))!;
  assert.equal([blame!.changes, blame!.value, blame!.seq], [count, count, count]);
  const state = (await log.reader.objectState(asked({ moment: { seq: 10_500 } })))!;
  assert.equal([state.state, state.complete], [{ total: 10_500 }, true]);
  log.close();
});

test('a log that begins in the middle of a life says so, and tells what later changes found', async () => {
  const log = await logOf(
    event(1, { action: 'changed', changes: { a: { prev: 1, next: 2 } } }),
    event(2, { action: 'changed', changes: { b: { prev: 'was', next: null } } }),
  );
  const state = (await log.reader.objectState(asked({ moment: { seq: 1 } })))!;
  assert.equal(state, {
    type: 'notes',
    id: '17',
    exists: true,
    state: { a: 2, b: 'was' },
    seq: 1,
    timestamp: 1_700_000_001_000,
    complete: false,
    notRecorded: [],
    knownSince: 1_700_000_001_000,
    eventId: eventId(1),
  });
  assert.equal((await log.reader.objectState(asked({ moment: { time: 5 } })))!.state, { a: 1, b: 'was' });
  log.close();
});

test('secret and erased values say so and show nothing', async () => {
  const log = await logOf(
    event(1, {
      action: 'created',
      changes: {
        key: { prev: null, next: null },
        name: { prev: null, next: 'Ada' },
        data: { prev: null, next: 1 },
      },
      redactions: [{ path: '/changes/key/next', kind: 'secret' }],
    }),
  );
  await carriedOut(log.store, { seqs: [1], paths: ['/changes/name'] });
  const state = (await log.reader.objectState(asked()))!;
  assert.equal(state.state, { data: 1 });
  assert.equal(state.notRecorded, ['key', 'name']);
  assert.equal(state.redactions, [
    { path: '/state/key', kind: 'secret' },
    { path: '/state/name', kind: 'erased' },
  ]);
  const blame = (await log.reader.blame(asked()))!;
  assert.equal(
    blame.map(({ field, value, hidden }) => [field, value, hidden]),
    [
      ['key', null, 'secret'],
      ['name', null, 'erased'],
      ['data', 1, undefined],
    ],
  );
  log.close();
});

test('after a change that does not say what it changed no value is sure, until a later one tells', async () => {
  const log = await logOf(
    event(1, { action: 'created', changes: { a: { prev: null, next: 1 }, b: { prev: null, next: 1 } } }),
    event(2, { action: 'changed' }),
    event(3, { action: 'changed', changes: { a: { prev: 2, next: 3 } } }),
  );
  const at = async (seq: number) => (await log.reader.objectState(asked({ moment: { seq } })))!;
  assert.equal([(await at(1)).state, (await at(1)).complete], [{ a: 1, b: 1 }, true]);
  assert.equal(
    [(await at(2)).state, (await at(2)).notRecorded, (await at(2)).complete],
    [{ a: 2 }, ['b'], false],
  );
  assert.equal([(await at(3)).state, (await at(3)).notRecorded], [{ a: 3 }, ['b']]);
  assert.equal(
    (await log.reader.blame(asked()))!.map(({ field, value, seq, hidden }) => [field, value, seq, hidden]),
    [
      ['a', 3, 3, undefined],
      ['b', null, 2, 'unrecorded'],
    ],
  );
  log.close();
});

test('a gap in the chain shows: the change before it is not in the log', async () => {
  const log = await logOf(
    event(1, { action: 'created', changes: { a: { prev: null, next: 1 } } }),
    event(2, { action: 'changed', changes: { a: { prev: 5, next: 6 } } }),
  );
  assert.is((await log.reader.objectState(asked({ moment: { seq: 1 } })))!.complete, true);
  assert.is((await log.reader.objectState(asked()))!.complete, false);
  log.close();
});

test('an object that was only looked at was there; one that nobody saw is unknown', async () => {
  const log = await logOf(event(1), event(2, { targetId: '18', outcome: 'failure', source: 'daemon' }));
  const seen = (await log.reader.objectState(asked()))!;
  assert.equal([seen.exists, seen.complete, seen.state, seen.seq], [true, false, {}, null]);
  assert.is(await log.reader.objectState(asked({ target: 'notes:18' })), null);
  assert.is(await log.reader.blame(asked({ target: 'notes:19' })), null);
  log.close();
});

test('a token of one tenant sees the changes of its tenant', async () => {
  const log = await logOf(
    reported(1, { action: 'changed', changes: change('a', 'b'), tenantId: 't1' }),
    reported(2, { action: 'changed', changes: change('b', 'c'), tenantId: 't2' }),
  );
  assert.equal((await log.reader.objectState(files({ tenantId: 't1' })))!.state, { blob: 'b' });
  assert.is(await log.reader.objectState(files({ tenantId: 't3' })), null);
  log.close();
});

/** The real history, as a report of one program would store it. */
function realHistory(): PendingEvent[] {
  const text = gunzipSync(readFileSync('examples/fastify-history.jsonl.gz')).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      const { id: externalId, ...given } = JSON.parse(line) as PendingEvent;
      return {
        ...given,
        outcome: 'success',
        id: eventId(index + 1),
        externalId,
        source: 'reported:1',
        schemaVersion: 1,
      };
    });
}

test('on real input: the blob of every file is that of its newest event by time, and blame names its actor', async () => {
  const events = realHistory();
  const log = await logOf(...events);
  const byFile = new Map<string, PendingEvent[]>();
  for (const one of events) byFile.set(one.targetId, [...(byFile.get(one.targetId) ?? []), one]);
  const inTime = (list: PendingEvent[]) =>
    list
      .map((one, index) => ({ one, index }))
      .sort((a, b) => a.one.timestamp - b.one.timestamp || a.index - b.index);
  let checked = 0;
  for (const [file, list] of byFile) {
    const ordered = inTime(list).map(({ one }) => one);
    const newest = ordered.findLast(({ changes }) => changes?.blob !== undefined);
    const question = files({ target: `files:${file}` });
    const state = (await log.reader.objectState(question))!;
    assert.is(state.exists, ordered.at(-1)!.action !== 'deleted', file);
    if (!state.exists || newest === undefined) continue;
    const blob = (await log.reader.blame(question))!.find(({ field }) => field === 'blob')!;
    assert.is(state.state.blob, newest.changes!.blob!.next, file);
    assert.equal(
      [blob.value, blob.actorId, blob.eventId],
      [state.state.blob, newest.actorId, newest.id],
      file,
    );
    checked += 1;
  }
  assert.is(checked, 487);
  log.close();
});

test.run();

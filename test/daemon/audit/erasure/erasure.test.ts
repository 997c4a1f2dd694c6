// What an erasure takes out of the log, and what stays.
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataEvent } from '#src/shared/data-event.js';
import { checkEventProof } from '#src/shared/log/event-proof.js';
import { countIn } from '../bytes-in-file.js';
import { event, eventId, events } from '../example-events.js';
import { type TemporaryLog, temporaryLog } from '../temporary-log.js';
import { verdictOn } from '../verify/logs.js';
import { carriedOut, ofActor, ofTarget } from './carried-out.js';

const grace = {
  action: 'changed',
  targetType: 'users',
  targetId: '2',
  targetName: 'Grace Hopper',
  actorName: 'Ada Lovelace',
  changes: {
    email: { prev: 'grace@example.com', next: 'hopper@example.com' },
    secret: { prev: null, next: null },
  },
  redactions: [{ path: '/changes/secret/next', kind: 'secret' }],
  context: { ip: '203.0.113.9', sessionId: 's-1', userAgent: 'PlantedBrowser/1', comment: 'asked by phone' },
  metadata: { ticket: 'T-4711', urgent: true },
  requestId: 'r-1',
} as const;

const aboutGrace = (number: number, parts = {}) =>
  event(number, { ...structuredClone(grace), ...parts } as unknown as Parameters<typeof event>[1]);

async function eventOf(log: TemporaryLog, number: number): Promise<DataEvent> {
  return JSON.parse((await log.reader.event(eventId(number), true))!) as DataEvent;
}

async function findings(log: TemporaryLog): Promise<string[]> {
  await log.store.sign();
  const db = new Database(log.file, { readonly: true });
  const { findings: found } = verdictOn(db, log.signer);
  db.close();
  return found.map(({ sentence }) => sentence);
}

const leftIn = (file: string, texts: readonly string[]) => texts.filter(text => countIn(file, text) > 0);

test('everything that can go of a target goes; seq, ids, action, time and what it is found by stay', async () => {
  const log = temporaryLog();
  await log.append(aboutGrace(1), event(2), aboutGrace(3, { targetId: '3', targetName: 'Else' }));
  const before = await eventOf(log, 1);
  const done = await carriedOut(log.store, { filters: [ofTarget('users:2')], asked: { target: 'users:2' } });
  assert.equal([done.phase, done.events, done.values, done.ofAge], ['done', 1, 9, undefined]);

  const after = await eventOf(log, 1);
  assert.equal(after, {
    ...before,
    actorName: null,
    targetName: null,
    changes: { email: { prev: null, next: null }, secret: { prev: null, next: null } },
    context: { ip: null, userAgent: null, sessionId: null, comment: null },
    metadata: { ticket: null, urgent: null },
    redactions: [
      { path: '/changes/secret/next', kind: 'secret' },
      { path: '/actorName', kind: 'erased' },
      { path: '/changes/email', kind: 'erased' },
      { path: '/context/comment', kind: 'erased' },
      { path: '/context/ip', kind: 'erased' },
      { path: '/context/sessionId', kind: 'erased' },
      { path: '/context/userAgent', kind: 'erased' },
      { path: '/metadata/ticket', kind: 'erased' },
      { path: '/metadata/urgent', kind: 'erased' },
      { path: '/targetName', kind: 'erased' },
    ],
  });
  assert.is((await eventOf(log, 3)).targetName, 'Else');
  const found = async (filter: Record<string, string[]>) =>
    (await log.page({ filter: { include: filter, exclude: {} } })).seqs;
  assert.equal(await found({ target: ['users:2'] }), [1]);
  assert.equal(await found({ field: ['email'] }), [3, 1]);
  assert.equal(await found({ requestId: ['r-1'] }), [3, 1]);
  assert.equal(await found({ ip: ['203.0.113.9'] }), [3]);
  assert.equal(await found({ sessionId: ['s-1'] }), [3]);
  assert.equal(await findings(log), []);
  log.close();
});

test('the erasure is an event that says who, why, and exactly what', async () => {
  const log = temporaryLog(() => 1_700_000_500_000);
  await log.append(aboutGrace(1), aboutGrace(2), aboutGrace(3));
  const done = await carriedOut(log.store, {
    filters: [ofTarget('users:2')],
    paths: ['/changes/email', '/targetName'],
    asked: { target: 'users:2', paths: ['/changes/email', '/targetName'] },
    by: { actorType: 'users', actorId: '1', requestId: 'r-9', context: { comment: 'asked for it' } },
  });
  const { events: list } = await log.page({
    limit: 1,
    filter: { include: { target: ['audit:log'] }, exclude: {} },
  });
  const { id, ...said } = list[0]!;
  assert.equal(done.eventIds, [id]);
  assert.equal(said, {
    seq: 4,
    timestamp: 1_700_000_500_000,
    recordedAt: 1_700_000_500_000,
    action: 'changed',
    outcome: 'success',
    actorType: 'users',
    actorId: '1',
    targetType: 'audit',
    targetId: 'log',
    eventName: 'audit.erased',
    changes: {
      asked: { prev: null, next: { paths: ['/changes/email', '/targetName'], target: 'users:2' } },
      erased: { prev: null, next: { '/changes/email': '1-3', '/targetName': '1-3' } },
      events: { prev: null, next: 3 },
      values: { prev: null, next: 6 },
    },
    requestId: 'r-9',
    context: { comment: 'asked for it' },
    source: 'daemon',
    schemaVersion: 1,
  });
  assert.equal(await findings(log), []);
  log.close();
});

test('one part after the other: what is erased already stays, nothing is announced twice', async () => {
  const log = temporaryLog();
  await log.append(aboutGrace(1), aboutGrace(2));
  const erase = (paths?: string[]) =>
    carriedOut(log.store, { seqs: [1, 2], ...(paths === undefined ? {} : { paths }) });
  assert.is((await erase(['/context/ip', '/metadata'])).values, 6);
  assert.is((await erase(['/metadata/ticket', '/targetName'])).values, 2);
  assert.is((await erase()).values, 10);
  assert.equal([(await erase()).events, (await log.store.head()).size], [0, 5]);
  assert.is((await eventOf(log, 2)).redactions!.length, 10);
  assert.equal(await findings(log), []);
  log.close();
});

test('what the daemon did keeps its changes, and an erasure its own', async () => {
  const log = temporaryLog();
  await log.append(
    aboutGrace(1),
    event(2, {
      source: 'daemon',
      action: 'created',
      targetType: 'tokens',
      eventName: 'token.created',
      targetName: 'ci',
      changes: { role: { prev: null, next: 'auditor' } },
      context: { ip: '203.0.113.9' },
    }),
  );
  await carriedOut(log.store, { seqs: [1] });
  await carriedOut(log.store, { seqs: [2, 3] });
  const token = await eventOf(log, 2);
  assert.equal([token.targetName, token.context, token.changes?.role?.next], [null, { ip: null }, 'auditor']);
  const { events: all } = await log.page({ order: 'asc' });
  assert.is(all[2]!.actorName, null);
  assert.is(all[2]!.changes?.events?.next, 1);
  assert.equal(await findings(log), []);
  log.close();
});

test('no byte of it is left in the file, though pages were split and strings are shared', async () => {
  const log = temporaryLog();
  const mark = '-planted!';
  // Enough names and addresses that pages of the tables and indexes are split where they lie.
  for (let from = 1; from <= 3_000; from += 500) {
    await log.append(
      ...events(from, from + 499).map((one, index) => {
        const number = from + index;
        const tag = `${(number * 7919) % 10007}${mark}`;
        const kept = tag.replace('!', '?');
        if (number % 3 !== 0) return { ...one, actorName: `Someone ${kept}`, context: { ip: `ip ${kept}` } };
        return {
          ...one,
          targetType: 'users',
          targetId: '2',
          targetName: `name ${tag}`.repeat(1 + (number % 9)),
          action: 'changed' as const,
          changes: { bio: { prev: null, next: `value ${tag}`.repeat(number % 7 === 0 ? 600 : 1) } },
          context: {
            ip: tag.repeat(1 + (number % 3)),
            sessionId: `session ${tag}`.repeat(1 + (number % 5)),
            userAgent: `agent ${tag}`.repeat(1 + (number % 11)),
            comment: `note ${tag}`,
          },
          metadata: { [`k${number % 5}`]: `meta ${tag}` },
        };
      }),
    );
  }
  assert.ok(countIn(log.file, mark) > 7_000, 'they are there before');
  const kept = countIn(log.file, mark.replace('!', '?'));
  const done = await carriedOut(log.store, { filters: [ofTarget('users:2')] });
  assert.is(done.events, 1_000);
  assert.is(countIn(log.file, mark), 0);
  assert.ok(kept > 2_000 && countIn(log.file, mark.replace('!', '?')) > 2_000, 'the others are');
  assert.equal(await findings(log), []);
  log.close();
});

test('a string goes with the last event that holds it', async () => {
  const log = temporaryLog();
  await log.append(
    aboutGrace(1, { actorName: 'Grace Hopper' }),
    aboutGrace(2, { actorName: 'Grace Hopper' }),
    event(3, { actorName: 'Grace Hopper', context: { userAgent: 'PlantedBrowser/1' } }),
  );
  await carriedOut(log.store, { filters: [ofTarget('users:2')] });
  assert.equal(leftIn(log.file, ['Grace Hopper', 'PlantedBrowser', '203.0.113.9']), [
    'Grace Hopper',
    'PlantedBrowser',
  ]);
  assert.equal(await findings(log), []);
  await carriedOut(log.store, { seqs: [3] });
  assert.equal(leftIn(log.file, ['Grace Hopper', 'PlantedBrowser']), []);
  // And comes back with the next.
  await log.append(aboutGrace(4));
  assert.is((await eventOf(log, 4)).targetName, 'Grace Hopper');
  assert.equal(await findings(log), []);
  log.close();
});

test('the id of a string that is gone is never given to another, also after a restart', async () => {
  const log = temporaryLog();
  await log.append(event(1), event(2, { targetName: 'the newest string of the log' }));
  assert.is((await eventOf(log, 2)).targetName, 'the newest string of the log');
  await carriedOut(log.store, { seqs: [2], by: { actorType: 'users', actorId: '1' } });
  await log.append(event(3, { targetName: 'another' }));
  assert.is((await eventOf(log, 3)).targetName, 'another');
  assert.equal(await findings(log), []);
  log.close();
});

test('proofs: one made before still holds, one made after has digests, and neither can be bent', async () => {
  const log = temporaryLog();
  await log.append(aboutGrace(1), event(2));
  await log.store.sign();
  const before = (await log.reader.eventProof('1'))!;
  await carriedOut(log.store, { seqs: [1], paths: ['/changes', '/context/ip'] });
  await log.store.sign();
  const after = (await log.reader.eventProof('1'))!;
  const { verifier } = log.signer;
  assert.ok(checkEventProof(before, verifier).ok);
  assert.ok(checkEventProof(after, verifier).ok);
  assert.is(after.saltKey, undefined);
  assert.is(after.salts!.filter(slot => slot.length === 43).length, 2);

  const bent: (typeof after)[] = [
    { ...after, event: { ...after.event, changes: before.event.changes! } },
    { ...after, event: { ...after.event, context: { ...after.event.context, ip: '203.0.113.10' } } },
    { ...after, event: { ...after.event, redactions: after.event.redactions!.slice(0, -1) } },
    { ...after, event: { ...after.event, targetName: 'Somebody' } },
    {
      ...after,
      event: {
        ...after.event,
        redactions: [...after.event.redactions!, { path: '/tenantId', kind: 'erased' }],
      },
    },
    { ...after, salts: after.salts!.slice(1) },
    { ...after, salts: [...after.salts!, '0'.repeat(32)] },
    { ...after, salts: after.salts!.toReversed() },
    { ...after, saltKey: before.saltKey! },
  ];
  for (const [index, one] of bent.entries())
    assert.not.ok(checkEventProof(one, verifier).ok, `bent ${index}`);
  log.close();
});

test('erasing by actor takes what they did, wherever that was', async () => {
  const log = temporaryLog();
  await log.append(
    aboutGrace(1, { actorId: '7' }),
    aboutGrace(2),
    event(3, { actorId: '7', actorName: 'Mallory' }),
  );
  const done = await carriedOut(log.store, {
    filters: [ofActor('users:7'), { include: { onBehalfOf: ['users:7'] }, exclude: {} }],
    paths: ['/actorName', '/context'],
  });
  assert.is(done.events, 2);
  assert.equal(
    [(await eventOf(log, 1)).actorName, (await eventOf(log, 2)).actorName],
    [null, 'Ada Lovelace'],
  );
  assert.is((await eventOf(log, 1)).changes?.email?.next, 'hopper@example.com');
  assert.equal(await findings(log), []);
  log.close();
});

test('a preview counts what would go, each event once', async () => {
  const log = temporaryLog();
  await log.append(
    aboutGrace(1),
    aboutGrace(2, { actorType: 'users', actorId: '2' }),
    event(3, { actorId: '2' }),
  );
  const question = { filters: [ofTarget('users:2'), ofActor('users:2')], through: 3 };
  const whole = await log.reader.erasurePreview(question);
  assert.equal(
    [whole.events, whole.values.length, whole.values[0]],
    [2, 9, { path: '/actorName', events: 2 }],
  );
  assert.equal(await log.reader.erasurePreview({ ...question, paths: ['/changes'] }), {
    events: 2,
    values: [{ path: '/changes/email', events: 2 }],
  });
  assert.equal((await log.reader.erasurePreview({ ...question, through: 1 })).events, 1);
  log.close();
});

test.run();

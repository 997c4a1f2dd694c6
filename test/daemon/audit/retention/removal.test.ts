// The beginning of a log is removed: what is left is a whole log, and nothing goes that was not announced.
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dueBefore } from '#src/daemon/audit/retention/due.js';
import { idChain } from '#src/daemon/audit/retention/reported-ids.js';
import { uuidToBytes } from '#src/daemon/audit/uuid-bytes.js';
import { EVERYTHING } from '#src/shared/audit-filter.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { openCheckpoint } from '#src/shared/log/checkpoint.js';
import { checkEventProof } from '#src/shared/log/event-proof.js';
import { provesConsistency } from '#src/shared/log/merkle-proof.js';
import { base64Bytes } from '#src/shared/log/signed-note.js';
import { countIn } from '../bytes-in-file.js';
import { event } from '../example-events.js';
import { verdictOn } from '../verify/logs.js';
import { announcement, type OldLog, oldEvents, oldLog, reportedId, storedAt } from './removed-log.js';

const SIZE = 700;
const events = oldEvents(SIZE, 5);

/** What a verification of the file says, against checkpoints that were kept. */
function verdict(log: OldLog, ...kept: string[]) {
  const db = new Database(log.file, { readonly: true });
  try {
    return verdictOn(db, log.signer, ...kept);
  } finally {
    db.close();
  }
}

async function page(log: OldLog, order: 'asc' | 'desc', cursor?: string) {
  const { data, next } = await log.reader.page({
    filter: EVERYTHING,
    order,
    limit: 50,
    withContext: true,
    ...(cursor === undefined ? {} : { cursor }),
  });
  return { events: JSON.parse(new TextDecoder().decode(data)) as DataEvent[], next };
}

test('after each part what is left is a whole log, whatever was in it, and against every checkpoint', async () => {
  const log = await oldLog([]);
  const kept: string[] = [];
  for (let at = 0; at < SIZE; at += 10) {
    await log.append(...events.slice(at, at + 10));
    if (![0, 90, 250, 260, 400, 590].includes(at)) continue;
    await log.store.sign();
    kept.push((await log.reader.checkpoint())!);
  }
  const removal = await log.announce(600);
  assert.equal([removal.first, removal.last], [1, 600]);
  for (let parts = 0; ; parts += 1) {
    const { removed, announced } = await log.store.removePart();
    const { findings, verified, size, removed: told } = verdict(log, ...kept);
    assert.equal(findings, [], `after part ${parts}`);
    assert.equal(
      [size, verified, told],
      [SIZE + 1, SIZE + 1 - removed, { through: removed, announcedBy: SIZE + 1 }],
    );
    if (removed === announced) {
      assert.ok(parts > 0, 'there was more than one part');
      break;
    }
  }
  const db = new Database(log.file, { readonly: true });
  assert.equal(db.prepare('SELECT min(seq), count(*) FROM events').raw().get(), [601, SIZE + 1 - 600]);
  db.close();
  log.close();
});

test('proofs hold for what is left, and for growth from before what was removed', async () => {
  const log = await oldLog(events.slice(0, 300));
  const early = openCheckpoint((await log.reader.checkpoint())!, log.signer.verifier);
  const { size } = { size: early.size };
  await log.append(event(1));
  await log.announce(280);
  await log.finish();
  for (const seq of [281, 290, 301, 302]) {
    const proof = await log.reader.eventProof(String(seq));
    assert.ok(checkEventProof(proof!, log.signer.verifier).ok, `event ${seq}`);
  }
  assert.is(await log.reader.eventProof('280'), null);
  const { hashes, checkpoint } = (await log.reader.growthProof(size))!;
  const later = openCheckpoint(checkpoint, log.signer.verifier);
  assert.ok(
    provesConsistency(
      early,
      later,
      hashes.map(hash => base64Bytes(hash)!),
    ),
  );
  log.close();
});

test('a crash in the middle goes on where it was, and a second removal goes on from the first', async () => {
  const log = await oldLog(events);
  await log.announce(600);
  await log.store.removePart();
  log.reopen();
  const { removed, announced } = await log.store.head();
  assert.ok(removed > 0 && removed < announced);
  assert.is(log.plan(storedAt(650)), undefined, 'one at a time');
  await log.finish();
  const second = await log.announce(650);
  assert.equal([second.first, second.last], [601, 650]);
  await log.finish();
  assert.equal(verdict(log).findings, []);
  assert.is((await log.store.head()).removed, 650);
  log.close();
});

test('a report that is sent again brings no removed event back', async () => {
  const log = await oldLog(events.slice(0, 50));
  await log.announce(40);
  await log.finish();
  const before = (await log.store.head()).size;
  await log.append(...events.slice(0, 50).filter(({ id }) => id[14] === '8'));
  assert.is((await log.store.head()).size, before);
  const ids = [reportedId(0), reportedId(39), reportedId(42), reportedId(1)];
  assert.equal(await log.reader.removedIds(ids), [reportedId(0), reportedId(39)]);
  assert.equal(verdict(log).findings, []);
  log.close();
});

test('what is removed is committed to: how often it happened, and the ids of reports, each time all of them', async () => {
  const log = await oldLog(events.slice(0, 120));
  const of = (last: number) => {
    const gone = events.slice(0, last);
    const chain = idChain();
    for (const { id } of gone) if (id[14] === '8') chain.add(uuidToBytes(id)!);
    return { occurrences: gone.reduce((sum, { count = 1 }) => sum + count, 0), reported: chain.ids() };
  };
  for (const last of [50, 100]) {
    const { occurrences, reported } = await log.announce(last);
    assert.equal({ occurrences, reported }, of(last), `up to ${last}`);
    await log.finish();
    const stats = await log.reader.stats({ filter: EVERYTHING, limit: 5, timeZone: 'UTC' });
    assert.equal([stats.removed?.events, stats.removed?.occurrences], [last, occurrences]);
    assert.equal(verdict(log).findings, []);
  }
  assert.ok(of(100).occurrences > 100 && of(100).reported.count > 1);
  log.close();
});

test('a list of ids that was altered is not what the next removal goes on from', async () => {
  const log = await oldLog(events.slice(0, 120));
  await log.announce(50);
  await log.finish();
  const db = new Database(log.file);
  db.exec('INSERT INTO removed_ids (id) VALUES (randomblob(16))');
  db.close();
  await log.announce(100);
  await log.finish();
  assert.match(
    verdict(log).findings[0]!.sentence,
    /^The file has ids of \d+ reports that were removed, and event \d+ says/,
  );
  log.close();
});

test('an announcement that was altered is not what the next removal goes on from', async () => {
  const log = await oldLog(events.slice(0, 120));
  await log.announce(50);
  await log.finish();
  const db = new Database(log.file);
  db.exec(`UPDATE events SET body = replace(body, '"last":50', '"last":51') WHERE seq = 121`);
  db.close();
  assert.throws(() => log.plan(storedAt(101)), /it does not say what was removed before/);
  log.close();
});

test('names, agents and addresses that nobody has any more are nowhere in the file, those of others are', async () => {
  const mark = (index: number) => `${(index * 7919) % 10007}-planted${index < 400 ? '!' : '?'}`;
  const log = await oldLog(
    Array.from({ length: 500 }, (_, index) =>
      event(index + 1, {
        actorName: `actor ${mark(index)}`.repeat(1 + (index % 9)),
        targetName: index % 100 === 0 ? 'shared by all' : `target ${mark(index)}`,
        context: {
          userAgent: `agent ${mark(index)}`,
          ip: `ip ${mark(index)}`,
          sessionId: `s ${mark(index)}`,
        },
      }),
    ),
  );
  assert.ok(countIn(log.file, '-planted!') > 2_000, 'they are there before');
  await log.announce(400);
  await log.finish();
  assert.is(countIn(log.file, '-planted!'), 0);
  assert.ok(countIn(log.file, '-planted?') >= 500 && countIn(log.file, 'shared by all') > 0);
  assert.equal(verdict(log).findings, []);
  log.close();
});

test('lists, cursors and followers go on from where the log begins', async () => {
  const log = await oldLog(events.slice(0, 200));
  const first = await page(log, 'desc');
  const oldest = await page(log, 'asc');
  await log.announce(120);
  await log.finish();
  const seqs: number[] = [];
  for (let next = first.next; next !== null; ) {
    const more = await page(log, 'desc', next);
    seqs.push(...more.events.map(({ seq }) => seq));
    next = more.next;
  }
  assert.ok(seqs.every(seq => seq > 120));
  const all = [...first.events.map(({ seq }) => seq), ...seqs].filter(seq => seq > 120).sort((a, b) => a - b);
  assert.equal(
    all,
    Array.from({ length: 80 }, (_, index) => 121 + index),
  );
  const later = await page(log, 'asc', oldest.next!);
  assert.ok(later.events.length > 0 && later.events.every(({ seq }) => seq > 120));
  const { lines } = await log.reader.linesAfter(3, EVERYTHING, 5, true);
  assert.equal(
    lines.map(({ seq }) => seq),
    [121, 122, 123, 124, 125],
  );
  assert.is(await log.reader.event('120', true), null);
  log.close();
});

test('what no event of the daemon announces stays: another source, another root, a gap', async () => {
  const log = await oldLog(events.slice(0, 30));
  const removal = log.plan(storedAt(21))!;
  const wrong = { ...removal, root: Buffer.alloc(32, 7).toString('base64') };
  await log.append(
    announcement(1_000, removal, { source: 'reported:1' }),
    announcement(1_001, removal, { actorId: 'daemon' }),
    announcement(1_002, wrong),
    announcement(1_003, { ...removal, first: 2 }),
    announcement(1_004, { ...removal, last: 1_000 }),
  );
  const { removed, announced } = await log.store.removePart();
  assert.equal([removed, announced], [0, 0]);
  assert.equal(verdict(log).findings, []);
  log.close();
});

test('whole months are due, by the time at which events were stored', async () => {
  const now = Date.UTC(2026, 10, 27, 12);
  assert.is(new Date(dueBefore(now, 366)).toISOString(), '2025-11-01T00:00:00.000Z');
  assert.is(new Date(dueBefore(now, 400)).toISOString(), '2025-10-01T00:00:00.000Z');
  const log = await oldLog(events.slice(0, 20));
  assert.is(log.plan(storedAt(10)), undefined);
  assert.is(log.plan(storedAt(11))?.last, 10);
  assert.is(log.plan(Number.MAX_SAFE_INTEGER)?.last, 19, 'the newest event stays');
  log.close();
});

test.run();

import Database from 'better-sqlite3';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteLogStore } from '#src/daemon/audit/sqlite-log-store.js';
import type { EventProof } from '#src/shared/api.js';
import { openCheckpoint } from '#src/shared/log/checkpoint.js';
import { checkEventProof } from '#src/shared/log/event-proof.js';
import { EMPTY_ROOT } from '#src/shared/log/merkle-hash.js';
import { provesConsistency } from '#src/shared/log/merkle-proof.js';
import { base64Bytes } from '#src/shared/log/signed-note.js';
import { anyEventParts, event, eventId, events } from './example-events.js';
import { type TemporaryLog, temporaryLog } from './temporary-log.js';
import { testSigner } from './test-signer.js';

async function checkpointOf(log: TemporaryLog) {
  const note = await log.reader.checkpoint();
  return openCheckpoint(note!, log.signer.verifier);
}

/** The proof of an event, after a checkpoint. */
async function proved(log: TemporaryLog, id: string): Promise<EventProof> {
  await log.store.sign();
  const proof = await log.reader.eventProof(id);
  assert.ok(proof !== null && checkEventProof(proof, log.signer.verifier).ok, id);
  return proof!;
}

test('an empty log has a checkpoint of the empty tree', async () => {
  const log = temporaryLog();
  assert.is(await log.reader.checkpoint(), null);
  assert.is((await log.store.sign()).signedSize, 0);
  assert.equal(await checkpointOf(log), { origin: 'whodid/test', size: 0, root: EMPTY_ROOT });
  log.close();
});

test('any event can be proved, as the query thread answers it', async () => {
  const log = temporaryLog();
  await fc.assert(
    fc.asyncProperty(fc.uuid({ version: 7 }), anyEventParts, async (id, parts) => {
      await log.append({ id, ...parts });
      const { event: answered } = await proved(log, id);
      assert.equal(answered, JSON.parse((await log.reader.event(id, true))!));
    }),
    { numRuns: 60 },
  );
  log.close();
});

test('events of appends of any size can be proved, past full tiles and after restarts', async () => {
  const log = temporaryLog();
  let { store } = log;
  const earlier = [];
  let last = 0;
  for (const count of [1, 2, 252, 1, 1, 300, 7, 520, 3]) {
    const { size } = await store.head();
    await store.append(size, events(last + 1, last + count), 'a');
    last += count;
    await store.sign();
    earlier.push(await checkpointOf(log));
    store.close();
    store = openSqliteLogStore(log);
  }
  for (const number of [1, 2, 255, 256, 257, 512, 513, last]) {
    const proof = await log.reader.eventProof(eventId(number));
    assert.ok(proof !== null && checkEventProof(proof, log.signer.verifier).ok, String(number));
  }
  const now = await checkpointOf(log);
  assert.is(now.size, last);
  for (const checkpoint of earlier) {
    const proof = await log.reader.growthProof(checkpoint.size);
    assert.ok(
      provesConsistency(
        checkpoint,
        now,
        proof!.hashes.map(text => base64Bytes(text)!),
      ),
    );
  }
  assert.is(await log.reader.growthProof(last + 1), null);
  store.close();
  log.reader.close();
});

test('an append that failed leaves no leaf', async () => {
  const log = temporaryLog();
  await log.append(...events(1, 300));
  const refused = await log.store.append(300, [event(301), event(302, { id: 'none' })], 'b').then(
    () => false,
    () => true,
  );
  assert.ok(refused);
  await log.append(event(301, { actorName: 'Ada' }));
  assert.is((await checkpointOf(await signedLog(log))).size, 301);
  await proved(log, eventId(300));
  await proved(log, eventId(301));
  log.close();
});

const signedLog = async (log: TemporaryLog) => {
  await log.store.sign();
  return log;
};

test('a proof with anything changed proves nothing', async () => {
  const log = temporaryLog();
  const full = {
    actorName: 'Ada',
    context: { ip: '10.0.0.1' },
    changes: { title: { prev: 'a', next: 'b' } },
  };
  await log.append(...events(1, 5), event(6, full), event(7));
  const proof = await proved(log, eventId(6));
  const changed: EventProof[] = [
    { ...proof, event: { ...proof.event, actorName: 'Bob' } },
    { ...proof, event: { ...proof.event, seq: 5 } },
    { ...proof, event: { ...proof.event, recordedAt: proof.event.recordedAt + 1 } },
    { ...proof, event: { ...proof.event, changes: { title: { prev: 'a', next: 'c' } } } },
    { ...proof, event: { ...proof.event, context: { ip: '10.0.0.2' } } },
    { ...proof, saltKey: '0'.repeat(32) },
    { ...proof, saltKey: '' },
    { ...proof, hashes: proof.hashes.slice(1) },
    { ...proof, hashes: proof.hashes.toReversed() },
    { ...proof, hashes: proof.hashes.map(() => 'AAAA') },
    { ...proof, hashes: proof.hashes.map(() => '*') },
  ];
  for (const one of changed)
    assert.is(checkEventProof(one, log.signer.verifier).ok, false, JSON.stringify(one));
  assert.throws(() => checkEventProof(proof, testSigner().verifier), /not signed by whodid\/test/);
  log.close();
});

test('a log without a tree is given one when it is opened', async () => {
  const log = temporaryLog();
  await log.append(...events(1, 700));
  log.store.close();
  const db = new Database(log.file);
  db.exec("UPDATE events SET salt_key = x''; UPDATE head SET root = x''; DELETE FROM tiles;");
  db.close();
  const store = openSqliteLogStore(log);
  await store.append(700, [event(701)], 'b');
  await store.sign();
  for (const number of [1, 256, 700, 701]) {
    const proof = await log.reader.eventProof(eventId(number));
    assert.ok(proof !== null && checkEventProof(proof, log.signer.verifier).ok, String(number));
  }
  store.close();
  log.reader.close();
});

test('each event has a key of its own', async () => {
  const log = temporaryLog();
  await log.append(...events(1, 600));
  const db = new Database(log.file, { readonly: true });
  const { keys, bytes } = db
    .prepare('SELECT count(DISTINCT salt_key) AS keys, min(length(salt_key)) AS bytes FROM events')
    .get() as { keys: number; bytes: number };
  assert.equal({ keys, bytes }, { keys: 600, bytes: 16 });
  db.close();
  log.close();
});

test('a log whose checkpoint another key signed is not opened', async () => {
  const log = temporaryLog();
  await log.store.sign();
  log.close();
  assert.throws(
    () => openSqliteLogStore({ file: log.file, signer: testSigner() }),
    /The checkpoint in audit\.db does not belong to the key in keys\/checkpoints/,
  );
  openSqliteLogStore(log).close();
});

test.run();

import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as verify } from '#src/cli/commands/audit/verify.js';
import { Exit } from '#src/cli/exit.js';
import { createOffline } from '#src/cli/offline.js';
import { createPins } from '#src/cli/pins.js';
import { seeLog } from '#src/cli/seen-log.js';
import { createCheckpointKey, openCheckpointSigning } from '#src/daemon/checkpoint-keys.js';
import { createDataDatabase } from '#src/daemon/data/database.js';
import type { Client } from '#src/shared/client.js';
import { signCheckpoint } from '#src/shared/log/checkpoint.js';
import { signRotation } from '#src/shared/log/key-rotation.js';
import type { NoteSigner } from '#src/shared/log/signed-note.js';
import { clientPaths, dataPaths } from '#src/shared/paths.js';
import { EXIT, PROBLEMS, Problem } from '#src/shared/problem.js';
import type { LogVerdict } from '#src/shared/verification.js';
import { events } from '../../daemon/audit/example-events.js';
import { type TemporaryLog, temporaryLog } from '../../daemon/audit/temporary-log.js';
import { testSigner } from '../../daemon/audit/test-signer.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { capturedIo } from '../captured-io.js';

/** The answers of a daemon with this log; it finds nothing wrong with itself. */
function daemonOf(log: TemporaryLog): Pick<Client['audit'], 'checkpoint' | 'growth' | 'verify'> {
  return {
    checkpoint: async () => ({
      checkpoint: (await log.reader.checkpoint())!,
      publicKey: log.signer.verifier.key,
      rotations: log.rotations,
    }),
    async growth(from) {
      const proof = await log.reader.growthProof(from);
      if (proof === null) throw new Problem('conflict', 'none');
      return { ...proof, rotations: log.rotations };
    },
    async verify({ since } = {}) {
      const { size } = await log.store.head();
      const taken = since?.size ?? 0;
      const found = { firstBad: null, findings: [], found: 0 };
      const verdict: LogVerdict = {
        ok: true,
        size,
        root: '',
        signedSize: size,
        since: taken,
        verified: size - taken,
        ...found,
      };
      return { ...verdict, checkpoint: (await log.reader.checkpoint())! };
    },
  };
}

interface ClientWorld {
  home: string;
  env: Record<string, string>;
}

function clientWorld(): ClientWorld {
  const home = temporaryDirectory();
  return { home, env: { WHODID_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') } };
}

/** What `whodid audit verify` says. */
async function said(
  { env }: ClientWorld,
  audit: Pick<Client['audit'], 'checkpoint' | 'growth' | 'verify'> | undefined,
  flags: Parameters<typeof verify>[0]['flags'] = {},
  interrupted = new AbortController().signal,
) {
  const io = { ...capturedIo(), interrupted: () => interrupted };
  const status = await verify({
    io,
    clock: Date.now,
    client: () => ({ audit: audit! }),
    offline: createOffline(env),
    pins: createPins(clientPaths(env)),
    flags,
  }).then(
    () => EXIT.done,
    (error: unknown) => {
      if (error instanceof Exit) return error.status;
      if (error instanceof Problem) return PROBLEMS[error.code].exit;
      throw error;
    },
  );
  return { status, out: io.out(), err: io.err() };
}

async function grown(log: TemporaryLog, from: number, to: number): Promise<void> {
  await log.append(...events(from, to));
  await log.store.sign();
}

/** A log with the same key as another. */
function logSignedBy(signer: NoteSigner): TemporaryLog {
  return temporaryLog(Date.now, signer);
}

test('a log that grows is followed, and what was verified need not be again', async () => {
  const world = clientWorld();
  const log = temporaryLog();
  await grown(log, 1, 20);
  const first = await said(world, daemonOf(log));
  assert.is(first.status, EXIT.done, first.err);
  assert.match(
    first.out,
    /^Verified: 20 events of whodid\/test\. Nothing was altered\.\nThis client sees this log for the first time/,
  );
  await grown(log, 21, 300);
  const again = await said(world, daemonOf(log));
  assert.match(
    again.out,
    /^Verified: 300 events .*\nIt continues the log of 20 events that was seen before\.\n$/,
  );
  await grown(log, 301, 310);
  const since = await said(world, daemonOf(log), { sinceCheckpoint: true });
  assert.match(since.out, /^Verified: 10 events of whodid\/test, after 300 that were verified before/);
  log.close();
});

test('what this client saw before is missed: a rollback, a rewritten log, another key', async () => {
  const world = clientWorld();
  const log = temporaryLog();
  await grown(log, 1, 300);
  await said(world, daemonOf(log));
  const back = logSignedBy(log.signer);
  await grown(back, 1, 100);
  const rolled = await said(world, daemonOf(back));
  assert.is(rolled.status, EXIT.verificationFailed);
  assert.match(
    rolled.err,
    /^whodid: The log of whodid\/test is not what it was\. The first bad event is 101\.\n/,
  );
  assert.match(rolled.err, /covers 300 events: the log was cut or rolled back to 100\./);
  assert.match(rolled.err, /Restoring a backup looks like this, too\..* delete \S+\/test\.json to go on/);
  await grown(back, 101, 400);
  const other = await said(world, daemonOf(back), { json: true });
  assert.is(other.status, EXIT.verificationFailed);
  assert.match(JSON.parse(other.out).findings[0].sentence, /the log was rewritten/);
  const stranger = logSignedBy(testSigner());
  await grown(stranger, 1, 400);
  const signed = await said(world, daemonOf(stranger));
  assert.match(signed.err, /counts for nothing: It is not signed by/);
  const good = await said(world, daemonOf(log));
  assert.is(good.status, EXIT.done, 'what was found bad is not what is remembered');
  for (const each of [log, back, stranger]) each.close();
});

test('what was interrupted is gone on with, once, and begun anew where the daemon has it no more', async () => {
  const world = clientWorld();
  const log = temporaryLog();
  await grown(log, 1, 20);
  const daemon = daemonOf(log);
  const nothing = await said(world, daemon);
  assert.is(nothing.status, EXIT.done);
  const asked: (string | undefined)[] = [];
  const answering = (how: 'break off' | 'go on' | 'forget') => ({
    ...daemon,
    async verify(options: Parameters<Client['audit']['verify']>[0] = {}) {
      asked.push(options.resume);
      if (how === 'forget' && options.resume !== undefined) throw new Problem('not_found', 'gone');
      options.onBegun?.('id-1');
      if (how === 'break off') {
        interrupt.abort();
        throw new Problem('unavailable', 'broken off', { reason: 'interrupted' });
      }
      return daemon.verify(options);
    },
  });
  let interrupt = new AbortController();
  const run = (how: Parameters<typeof answering>[0]) => {
    interrupt = new AbortController();
    return said(world, answering(how), {}, interrupt.signal);
  };
  const broken = await run('break off');
  assert.equal(
    [broken.status, broken.err],
    [EXIT.interrupted, 'Interrupted. Within ten minutes the same command goes on from here.\n'],
  );
  assert.is((await run('go on')).status, EXIT.done);
  await run('break off');
  assert.is((await run('forget')).status, EXIT.done);
  assert.is((await run('go on')).status, EXIT.done);
  assert.equal(asked, [undefined, 'id-1', undefined, 'id-1', undefined, undefined]);
  log.close();
});

test('a key that was replaced is followed, from a pin, from --key and in a copy of the file', async () => {
  const world = clientWorld();
  const log = temporaryLog();
  await grown(log, 1, 20);
  const old = log.signer.verifier.key;
  const note = join(world.home, 'kept.txt');
  writeFileSync(note, (await log.reader.checkpoint())!);
  await said(world, daemonOf(log));
  await log.rotate();
  await grown(log, 21, 40);
  await log.rotate();
  await grown(log, 41, 60);
  const flagged = await said(clientWorld(), daemonOf(log), { key: old, against: note });
  assert.is(flagged.status, EXIT.done, flagged.err);
  const pinned = await said(world, daemonOf(log), { json: true });
  assert.is(pinned.status, EXIT.done, pinned.err);
  assert.equal(
    [JSON.parse(pinned.out).keyFrom, JSON.parse(pinned.out).key, JSON.parse(pinned.out).continues],
    ['pin', log.signer.verifier.key, 20],
  );
  const pins = await createPins(clientPaths(world.env)).all();
  assert.is(pins.test?.publicKey, log.signer.verifier.key);
  const db = copyOf(log);
  for (const flags of [{ key: old }, {}, { against: note }, { key: old, against: note }]) {
    const offline = await said(world, undefined, { db, ...flags });
    assert.is(offline.status, EXIT.done, `${JSON.stringify(flags)} ${offline.err}`);
  }
  log.close();
});

test('a key that the old one has not signed for is found, in the daemon and in a file', async () => {
  const world = clientWorld();
  const log = temporaryLog();
  await grown(log, 1, 20);
  await said(world, daemonOf(log));
  const thief = testSigner();
  const forged = signRotation(thief, log.signer);
  const db = copyOf(log);
  const copy = new Database(db);
  const { size, root } = copy.prepare('SELECT size, root FROM head').get() as { size: number; root: Buffer };
  copy.prepare('UPDATE checkpoint SET note = ?').run(signCheckpoint({ size, root }, thief));
  copy.prepare('INSERT INTO key_rotations (note) VALUES (?)').run(forged);
  copy.close();
  const offline = await said(world, undefined, { db });
  assert.is(offline.status, EXIT.verificationFailed);
  assert.match(offline.err, /The checkpoint in the file counts for nothing: It is not signed by/);
  const stranger = {
    ...daemonOf(log),
    checkpoint: async () => ({
      checkpoint: signCheckpoint({ size, root }, thief),
      publicKey: thief.verifier.key,
      rotations: [forged, 'nothing'],
    }),
  };
  const online = await said(world, stranger);
  assert.is(online.status, EXIT.verificationFailed);
  assert.match(online.err, /A rotation of the key counts for nothing/);
  log.close();
});

test('somebody who may see no proof does not make this client forget what it saw', async () => {
  const { env } = clientWorld();
  const pins = createPins(clientPaths(env));
  const log = temporaryLog();
  await grown(log, 1, 10);
  await seeLog({ client: { audit: daemonOf(log) }, pins });
  await grown(log, 11, 20);
  const growth = async () => {
    throw new Problem('forbidden', 'Not allowed.');
  };
  const seen = await seeLog({ client: { audit: { ...daemonOf(log), growth } }, pins });
  assert.equal(seen.findings, []);
  assert.match((await pins.get('test'))!.checkpoint, /^whodid\/test\n10\n/);
  log.close();
});

/** A copy of the file of a log, alone in a directory. */
function copyOf(log: TemporaryLog): string {
  const file = join(temporaryDirectory(), 'copy.db');
  const db = new Database(log.file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  copyFileSync(log.file, file);
  return file;
}

test('a copy of the file is verified with the public key alone, and nothing is left beside it', async () => {
  const world = clientWorld();
  const log = temporaryLog();
  await grown(log, 1, 600);
  const kept = join(world.home, 'checkpoint.txt');
  // As the daemon appends them: the last one counts.
  const note = (await log.reader.checkpoint())!;
  writeFileSync(kept, `${note.replace('600', '599')}\n${note}\n`);
  await grown(log, 601, 700);
  const db = copyOf(log);
  const { key } = log.signer.verifier;
  const good = await said(world, undefined, { db, key, against: kept });
  assert.is(good.status, EXIT.done, good.err);
  assert.match(good.out, /^Verified: 700 events of whodid\/test\. Nothing was altered\./);
  assert.equal(readdirSync(join(db, '..')), ['copy.db']);
  const since = await said(world, undefined, { db, key, against: kept, sinceCheckpoint: true, json: true });
  assert.equal([JSON.parse(since.out).since, JSON.parse(since.out).verified], [600, 100]);
  const changed = new Database(db);
  changed.exec('UPDATE events SET timestamp = timestamp + 1 WHERE seq = 77');
  changed.close();
  const bad = await said(world, undefined, { db, key });
  assert.is(bad.status, EXIT.verificationFailed);
  assert.match(bad.err, /The first bad event is 77\./);
  log.close();
});

test('the key of a file is named, pinned, or that of the data directory, and never one out of the file', async () => {
  const world = clientWorld();
  const paths = dataPaths(world.env);
  const log = temporaryLog();
  await grown(log, 1, 5);
  const db = copyOf(log);
  const none = await said(world, undefined, { db });
  assert.is(none.status, EXIT.usage);
  await createCheckpointKey(paths.checkpointKeys, 0);
  createDataDatabase(paths.dataDb, 'test');
  const strange = await said(world, undefined, { db });
  assert.is(strange.status, EXIT.verificationFailed, 'the data directory has another key');
  const own = logSignedBy(openCheckpointSigning(paths.checkpointKeys, 'test').signer);
  await grown(own, 1, 5);
  const json = async (flags: object) =>
    JSON.parse((await said(world, undefined, { json: true, ...flags })).out);
  assert.is((await json({ db: copyOf(own) })).keyFrom, 'data directory');
  await said(world, daemonOf(log));
  assert.equal([(await json({ db })).ok, (await json({ db })).keyFrom], [true, 'pin']);
  const flagged = await json({ db, key: testSigner().verifier.key });
  assert.equal([flagged.ok, flagged.keyFrom], [false, 'flag']);
  for (const each of [log, own]) each.close();
});

test('what cannot be verified is said in a sentence', async () => {
  const world = clientWorld();
  const file = join(world.home, 'notes.txt');
  writeFileSync(file, 'no database at all');
  assert.is(
    (await said(world, undefined, { db: file, key: testSigner().verifier.key })).status,
    EXIT.conflict,
  );
  assert.is((await said(world, undefined, { db: join(world.home, 'none') })).status, EXIT.notFound);
  assert.is((await said(world, undefined, { db: file, key: 'x' })).status, EXIT.usage);
  assert.is((await said(world, undefined, { db: file, sinceCheckpoint: true })).status, EXIT.usage);
  assert.not(existsSync(clientPaths(world.env).pins));
});

test.run();

// A backup that is made under load, and what a restore of it leaves: everything of one moment, a new life of the log,
// nothing that was revoked, no id given again; and that nothing is replaced before all of it was looked at.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { asideName, finishReplacement, stagingName } from '#src/daemon/backup/replacement.js';
import { restore } from '#src/daemon/backup/restore.js';
import { openCheckpointSigning } from '#src/daemon/checkpoint-keys.js';
import { examine } from '#src/daemon/doctor/doctor.js';
import { acquireLock } from '#src/daemon/lock.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { verifyFile } from '#src/daemon/verify-file.js';
import type { BackupAnswer, BackupManifest } from '#src/shared/backup.js';
import { signCheckpoint } from '#src/shared/log/checkpoint.js';
import { type DataPaths, dataPaths } from '#src/shared/paths.js';
import type { Problem } from '#src/shared/problem.js';
import { logFaults, randomFrom, reporterToken, startLoad, wholeLog } from '../../e2e/load.js';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';
import { temporaryDirectory } from '../temporary-directory.js';

let it: TemporaryDaemon;
let paths: DataPaths;
const backup = join(temporaryDirectory(), 'backups', 'first');
let made: BackupAnswer;
/** What had been acknowledged when the backup was begun, and what was sent by its end. */
let before: Set<string>;
let sentUntil: Set<string>;
let token: string;
let tokens: string[];

async function ok(method: string, path: string, body?: unknown) {
  const answer = await it.ask(method, path, { token, ...(body === undefined ? {} : { body }) });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function backUp(directory: string, bearer = token) {
  const answer = await it.ask('POST', '/v1/backups', { token: bearer, body: { directory } });
  const lines: { backup?: BackupAnswer; problem?: { message: string } }[] =
    answer.status === 200
      ? String(answer.body)
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line))
      : [];
  return { status: answer.status, body: answer.body, last: lines.at(-1) };
}

const tools = () => ({ paths, now: Date.now, say: () => undefined });
const restoring = (directory = backup, pins = {}) => restore({ directory, pins }, tools());

async function refusal(promise: Promise<unknown>): Promise<Problem> {
  return promise.then(
    () => assert.unreachable('it went through'),
    (error: Problem) => error,
  ) as Promise<Problem>;
}

/** Everything in the data directory that matters, by name. */
const contents = () =>
  new Map(
    ['data.db', 'audit.db', 'keys/instance.secret'].map(name => [
      name,
      readFileSync(join(paths.dir, name), 'latin1'),
    ]),
  );

test.before(async () => {
  it = await temporaryDaemon();
  paths = dataPaths({ WHODID_HOME: it.home });
  token = await it.login();
  tokens = [];
  for (const name of ['stays', 'goes']) {
    const made = await ok('POST', '/v1/tokens', { name, role: 'auditor', expiresAt: Date.now() + 9e6 });
    tokens.push(made.id);
  }
  const load = startLoad({
    url: it.url,
    token,
    reporter: await reporterToken(it.url, token),
    clients: 16,
    random: randomFrom(7),
    notes: [],
  });
  await load.answered(400);
  before = new Set([...load.acknowledged]);
  const { last } = await backUp(backup);
  made = last!.backup!;
  sentUntil = new Set(load.sent);
  await load.answered(900);
  await load.stop();
  await ok('DELETE', `/v1/tokens/${tokens[1]}`);
  await it.daemon.stop();
});
test.after(() => rmSync(join(it.home, '..'), { recursive: true, force: true }));

test('a backup says what it is, is the owner’s alone, and holds what a daemon needs', () => {
  const manifest = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')) as BackupManifest;
  assert.is(manifest.id, made.id);
  assert.is(manifest.events, made.events);
  const files = manifest.files.map(({ path }) => path);
  assert.ok(
    files.includes('keys/instance.secret') && files.some(path => path.startsWith('keys/checkpoints/')),
  );
  assert.is(statSync(backup).mode & 0o777, 0o700);
  for (const file of files) assert.is(statSync(join(backup, file)).mode & 0o777, 0o600, file);
  assert.match(manifest.checkpoint!, /^whodid\//);
});

test('what is in the way of a restore is said, and nothing is changed', async () => {
  const here = contents();
  const damage = (change: (copy: string) => void) => {
    const copy = join(temporaryDirectory(), 'copy');
    cpSync(backup, copy, { recursive: true });
    change(copy);
    return restoring(copy);
  };
  const flip = (file: string) => {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
  };
  const manifestOf = (copy: string) => join(copy, 'manifest.json');
  const edit = (copy: string, change: (manifest: Record<string, unknown>) => void) => {
    const manifest = JSON.parse(readFileSync(manifestOf(copy), 'utf8'));
    change(manifest);
    writeFileSync(manifestOf(copy), JSON.stringify(manifest));
  };
  const cases: [words: RegExp, change: (copy: string) => void][] = [
    [/no complete backup/, copy => rmSync(manifestOf(copy))],
    [/manifest\.json is damaged/, copy => writeFileSync(manifestOf(copy), '{')],
    [/newer version/, copy => edit(copy, manifest => Object.assign(manifest, { format: 'whodid-backup/2' }))],
    [/audit\.db is not what it was/, copy => flip(join(copy, 'audit.db'))],
    [/data\.db is missing/, copy => rmSync(join(copy, 'data.db'))],
    [
      /damaged/,
      copy => edit(copy, manifest => Object.assign((manifest.files as object[])[0]!, { path: '../x' })),
    ],
    [
      /its log has \d+ events, and its manifest says 1/,
      copy => edit(copy, manifest => Object.assign(manifest, { events: 1 })),
    ],
  ];
  for (const [words, change] of cases) assert.match((await refusal(damage(change))).message, words);
  assert.match((await refusal(restoring(temporaryDirectory()))).message, /no complete backup/);
  const lock = acquireLock(paths.lockDb);
  assert.match((await refusal(restoring())).message, /already running/);
  lock.release();
  assert.equal(contents(), here);
  assert.equal(
    readdirSync(paths.dir).filter(name => /^(restoring|before)-/.test(name)),
    [],
  );
});

test('a backup of a log that was rewritten is refused by what this client saw, and a rollback is told', async () => {
  const { instance, events } = JSON.parse(
    readFileSync(join(backup, 'manifest.json'), 'utf8'),
  ) as BackupManifest;
  const signer = openCheckpointSigning(paths.checkpointKeys, instance).signer;
  const pinned = (size: number) => ({
    [instance]: {
      publicKey: signer.verifier.key,
      checkpoint: signCheckpoint({ size, root: new Uint8Array(32) }, signer),
    },
  });
  const elsewhere = () => ({
    ...tools(),
    paths: dataPaths({ WHODID_HOME: join(temporaryDirectory(), 'h') }),
  });
  const refused = await refusal(restore({ directory: backup, pins: pinned(3) }, elsewhere()));
  assert.match(refused.message, /its log is not what it was.*this client saw/);
  const answer = await restore({ directory: backup, pins: pinned(events + 5) }, elsewhere());
  assert.is(answer.seen, events + 5);
});

test('a restore brings back one moment, tells of itself, and revives nothing', async () => {
  const ids = new Map<string, number>();
  const answer = await restoring();
  assert.is(answer.events, made.events);
  assert.ok(answer.eventsBefore! > made.events);
  assert.is(answer.idsKnown, true);
  assert.is(answer.revokedTokens, 1);
  assert.ok(existsSync(join(answer.putAside!, 'data.db')));
  await it.start();
  assert.is((await it.ask('GET', '/v1/me', { token })).status, 401, 'sessions have ended');
  token = await it.login();
  assert.equal(
    (await ok('GET', '/v1/tokens')).data
      .map(({ id }: { id: string }) => id)
      .filter((id: string) => tokens.includes(id)),
    [tokens[0]],
  );
  const log = await wholeLog(it.url, token);
  assert.equal(logFaults(log), []);
  const stored = new Set(log.map(({ id }) => id));
  assert.equal(
    [...before].filter(id => !stored.has(id)),
    [],
    'what was acknowledged before the backup is in it',
  );
  const uncaused = log.filter(
    ({ targetType, correlationId, actorType }) =>
      targetType === 'notes' && actorType === 'users' && !sentUntil.has(correlationId ?? ''),
  );
  assert.equal(uncaused, [], 'nothing that was sent after it is');
  const told = log.find(({ eventName }) => eventName === 'backup.restored')!;
  assert.equal(told.changes, {
    backup: { prev: null, next: made.id },
    events: { prev: answer.eventsBefore, next: made.events },
  });
  assert.equal([told.actorType, told.actorId], ['system', 'doctor']);
  for (const { targetType, targetId } of await wholeOldNotes(answer.putAside!)) {
    ids.set(targetType, Math.max(ids.get(targetType) ?? 0, Number(targetId)));
  }
  const { id } = await ok('POST', '/v1/records/notes', { targetType: 'users', targetId: '1', data: 'n' });
  assert.is(id, String(ids.get('notes')! + 1), 'no id is given again');
  await it.daemon.stop();
  const checks = await examine({ paths, env: {}, clock: Date.now });
  assert.equal(
    checks.filter(({ status }) => status === 'fail'),
    [],
  );
  const verdict = await verifyFile({ file: paths.auditDb, pins: {} }, { paths, say: () => undefined });
  assert.equal(verdict.findings, []);
  assert.is(verdict.ok, true);
});

/** The records that the files that were put aside knew of, by the last id of each type. */
async function wholeOldNotes(aside: string): Promise<{ targetType: string; targetId: string }[]> {
  const db = openForReading(join(aside, 'data.db'));
  try {
    return db
      .prepare<[], { targetType: string; targetId: string }>(
        'SELECT type AS targetType, last_id AS targetId FROM counters',
      )
      .all();
  } finally {
    db.close();
  }
}

test('without the files of before, ids go on behind what could have been given since', async () => {
  const elsewhere = dataPaths({ WHODID_HOME: join(temporaryDirectory(), 'new') });
  const later = made.createdAt + 3_600_000;
  const answer = await restore(
    { directory: backup, pins: {} },
    { ...tools(), paths: elsewhere, now: () => later },
  );
  assert.is(answer.idsKnown, false);
  assert.is(answer.putAside, undefined);
  const db = openForReading(elsewhere.dataDb);
  const last = db.prepare<[], number>("SELECT last_id FROM counters WHERE type = 'notes'").pluck().get()!;
  db.close();
  assert.ok(last > 3_600_000 * 10, `the next note is ${last + 1}`);
});

test('another installation’s backup does not replace this one', async () => {
  const other = await temporaryDaemon();
  const otherBackup = join(temporaryDirectory(), 'other');
  await other.ask('POST', '/v1/backups', { token: await other.login(), body: { directory: otherBackup } });
  await other.stop();
  assert.match((await refusal(restoring(otherBackup))).message, /another installation/);
});

test('a restore that was cut off at any step is finished by the next start', async () => {
  /** Renames that the replacement makes; a crash may come after each of them. */
  const home = readFileSync(paths.dataDb, 'latin1');
  for (const step of ['journal', 'aside', 'some aside', 'place', 'some placed'] as const) {
    const scene = join(temporaryDirectory(), 'scene');
    cpSync(paths.dir, scene, { recursive: true, filter: name => !name.includes('before-restore-') });
    const here = dataPaths({ WHODID_HOME: scene });
    const staging = stagingName('1');
    cpSync(backup, join(scene, staging), { recursive: true });
    const aside = asideName(0);
    const journal = (phase: string) =>
      writeFileSync(join(scene, 'restore.json'), JSON.stringify({ phase, staging, aside }));
    const away = (names: string[]) => {
      mkdirSync(join(scene, aside), { recursive: true });
      for (const name of names) renameSync(join(scene, name), join(scene, aside, name));
    };
    if (step === 'journal') journal('aside');
    if (step === 'aside' || step === 'some aside') {
      away(step === 'aside' ? ['data.db', 'audit.db', 'keys'] : ['data.db']);
      journal('aside');
    }
    if (step === 'place' || step === 'some placed') {
      away(['data.db', 'audit.db', 'keys']);
      if (step === 'some placed') renameSync(join(scene, staging, 'data.db'), join(scene, 'data.db'));
      journal('place');
    }
    finishReplacement(here);
    assert.equal(readFileSync(here.dataDb), readFileSync(join(backup, 'data.db')), step);
    assert.equal(readFileSync(here.auditDb), readFileSync(join(backup, 'audit.db')), step);
    assert.is(readFileSync(join(scene, aside, 'data.db'), 'latin1'), home, step);
    assert.ok(existsSync(join(scene, aside, 'keys', 'instance.secret')), step);
    assert.not.ok(existsSync(join(scene, 'restore.json')), step);
    assert.not.ok(existsSync(join(scene, staging)), step);
  }
});

test('where a backup cannot go is said', async () => {
  await it.start();
  token = await it.login();
  const busy = temporaryDirectory();
  writeFileSync(join(busy, 'x'), '');
  const file = join(busy, 'x');
  const cases: [directory: string, status: number, words: RegExp][] = [
    [busy, 409, /not empty/],
    [file, 409, /not a directory/],
    [join(it.home, 'backup'), 409, /in the data directory itself/],
    ['relative', 400, /absolute/],
    ['/proc/nowhere/backup', 500, /cannot be used|expected|failed/],
  ];
  for (const [directory, status, words] of cases) {
    const answer = await backUp(directory);
    assert.is(answer.status, status, `${directory}: ${JSON.stringify(answer.body)}`);
    assert.match(JSON.stringify(answer.body), words);
  }
  const { token: auditor } = await it.person('Aud', 'auditor');
  assert.is((await backUp(join(busy, 'b'), auditor)).status, 403);
  const [event] = await it.events('eventName=backup.created');
  assert.is(event, undefined, 'nothing was made since the restore');
  const again = await backUp(join(temporaryDirectory(), 'b'));
  assert.is((await it.events('eventName=backup.created'))[0]?.id, again.last!.backup!.eventIds[0]);
  await it.daemon.stop();
});

test.run();

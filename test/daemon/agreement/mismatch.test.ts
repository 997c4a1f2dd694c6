// Files that do not belong together: what the daemon says when it is started on them, that it writes nothing, and how
// the repair it offers goes on and is recorded.
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareRecords } from '#src/daemon/agreement/record-differences.js';
import { repair } from '#src/daemon/agreement/repair.js';
import { findMismatch, requireAgreement } from '#src/daemon/agreement/require-agreement.js';
import { openForRenewal } from '#src/daemon/data/renewal.js';
import { openForReading } from '#src/daemon/sqlite.js';
import type { RepairTarget } from '#src/shared/offline-process.js';
import { type DataPaths, dataPaths } from '#src/shared/paths.js';
import { logFaults } from '../../e2e/load.js';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';
import { temporaryDirectory } from '../temporary-directory.js';

/** A daemon that has lived for two days, and its files of the first evening and of the second; another's. */
let it: TemporaryDaemon;
let paths: DataPaths;
const first = temporaryDirectory();
const second = temporaryDirectory();
const foreign = temporaryDirectory();

async function ok(token: string, method: string, path: string, body?: unknown) {
  const answer = await it.ask(method, path, { token, ...(body === undefined ? {} : { body }) });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const databases = (dir: string) => readdirSync(dir).filter(name => /^(data|audit)\.db/.test(name));

/** Stops the daemon and keeps its files. */
async function endOfDay(to: string): Promise<void> {
  await it.daemon.stop();
  for (const file of databases(it.home)) copyFileSync(join(it.home, file), join(to, file));
}

/** Puts files in the place of those that are there. */
function put(files: Record<string, string>): void {
  for (const file of databases(it.home)) rmSync(join(it.home, file));
  for (const [file, from] of Object.entries(files)) copyFileSync(join(from, file), join(it.home, file));
}

test.before(async () => {
  const other = await temporaryDaemon();
  await other.daemon.stop();
  for (const file of databases(other.home)) copyFileSync(join(other.home, file), join(foreign, file));
  it = await temporaryDaemon();
  paths = dataPaths({ WHODID_HOME: it.home });
  const note = { targetType: 'users', targetId: '1' };
  let token = await it.login();
  for (let n = 1; n <= 5; n += 1) await ok(token, 'POST', '/v1/records/notes', { ...note, data: `${n}` });
  await ok(token, 'DELETE', '/v1/records/notes/2');
  await ok(token, 'POST', '/v1/tokens', { name: 'ci', role: 'viewer', expiresAt: Date.now() + 9e6 });
  await endOfDay(first);
  await it.restart();
  token = await it.login();
  await ok(token, 'PATCH', '/v1/records/notes/1', { data: 'of the second day' });
  await ok(token, 'DELETE', '/v1/records/notes/3');
  for (let n = 6; n <= 8; n += 1) await ok(token, 'POST', '/v1/records/notes', { ...note, data: `${n}` });
  const { data } = await ok(token, 'GET', '/v1/tokens');
  for (const { id } of data) await ok(token, 'DELETE', `/v1/tokens/${id}`);
  await endOfDay(second);
});
test.after(() => rmSync(join(it.home, '..'), { recursive: true, force: true }));

const CASES: [title: string, files: Record<string, string>, found: RegExp, way: RepairTarget][] = [
  ['audit.db is gone', { 'data.db': second }, /audit\.db is missing.* held \d+ events/, 'log'],
  [
    'audit.db is an older copy',
    { 'data.db': second, 'audit.db': first },
    /audit\.db is older than data\.db/,
    'log',
  ],
  [
    "audit.db is another installation's",
    { 'data.db': second, 'audit.db': foreign },
    /log of another installation.*foreign file put aside/,
    'log',
  ],
  [
    'data.db is an older copy',
    { 'data.db': first, 'audit.db': second },
    /data\.db is older.*does not know the last \d+ events/,
    'data',
  ],
];

for (const [title, files, found, way] of CASES) {
  test(`${title}: refused with what was found, nothing written, and repaired on demand`, async () => {
    put(files);
    const contents = () => Object.keys(files).map(file => readFileSync(join(it.home, file), 'latin1'));
    const before = contents();
    const refusal = await it.start().then(
      () => 'it started',
      (error: Error) => error.message,
    );
    assert.match(refusal, found);
    assert.match(refusal, `whodid doctor --repair ${way}`);
    assert.equal(contents(), before, 'nothing was written');
    await repair(paths, way === 'log' ? 'data' : 'log', Date.now).then(
      () => assert.unreachable('the other repair was made'),
      (error: Error) => assert.match(error.message, /nothing to repair/),
    );

    await repair(paths, way, Date.now);
    await it.start();
    const events = (await it.events('')).reverse();
    assert.equal(
      logFaults(events.map((event, index) => ({ ...event, seq: index + 1 }))).filter(isNotChain),
      [],
    );
    const told = events.find(({ eventName }) => eventName === `${way}.repaired`)!;
    assert.equal([told.actorType, told.actorId, told.targetType], ['system', 'doctor', 'audit']);
    assert.match(told.context!.reason!, /audit\.db|data\.db/);
    await it.daemon.stop();
    assert.equal(await differences(), []);
  });
}

/** Of a log that lost its beginning the first `prev` are not what is in it. */
const isNotChain = (fault: string) => !/: prev .* but it was null$/.test(fault);

async function differences() {
  const data = openForReading(paths.dataDb);
  const audit = openForReading(paths.auditDb);
  try {
    return (await compareRecords({ data, audit })).differences;
  } finally {
    data.close();
    audit.close();
  }
}

test("a data.db that is another installation's is called that, and not the log; there is nothing to go on with", async () => {
  put({ 'data.db': foreign, 'audit.db': second });
  const mismatch = findMismatch(paths)!;
  assert.match(mismatch.found, /^data\.db is another installation's/);
  assert.is(mismatch.repair, undefined);
  assert.throws(
    () => requireAgreement(paths),
    /Put the right data\.db back, or restore a backup with `whodid restore DIR`/,
  );
  for (const what of ['log', 'data', 'records'] as const) {
    await repair(paths, what, Date.now).then(
      () => assert.unreachable('it was repaired'),
      (error: Error) => assert.match(error.message, /nothing to repair/),
    );
  }
});

test('with an older data.db the log is told what came back, ids go on, and revoked tokens stay revoked', async () => {
  put({ 'data.db': first, 'audit.db': second });
  const { corrected } = await repair(paths, 'data', Date.now);
  // 1 had changed, 3 was deleted, 6 to 8 were created.
  assert.is(corrected, 5);
  await it.start();
  const token = await it.login();
  const state = await ok(token, 'GET', '/v1/audit/state?target=notes:3');
  assert.is(state.exists, true);
  const { id } = await ok(token, 'POST', '/v1/records/notes', {
    targetType: 'users',
    targetId: '1',
    data: 'n',
  });
  assert.is(id, '9');
  assert.equal((await ok(token, 'GET', '/v1/tokens')).data, []);
  const events = await it.events('target=notes:3');
  assert.is(events[0]!.actorId, 'doctor');
  assert.equal(logFaults((await it.events('')).reverse()), []);
  await it.daemon.stop();
});

test('an older log of the same day, of which nothing is lost, is noticed by its checkpoint', async () => {
  put({ 'data.db': second, 'audit.db': second });
  assert.is(findMismatch(paths), undefined);
  put({ 'data.db': second, 'audit.db': first });
  assert.match(findMismatch(paths)!.found, /older than data\.db/);
});

test('a repair that was interrupted is begun again, and only that', async () => {
  put({ 'data.db': first, 'audit.db': second });
  const renewal = openForRenewal(paths.dataDb, Date.now);
  renewal.begin({ unfinished: 'data' });
  renewal.close();
  assert.throws(() => requireAgreement(paths), /did not come to its end.*--repair data/);
  await repair(paths, 'data', Date.now);
  requireAgreement(paths);
  assert.equal(await differences(), []);
});

/** What is found when a file is exchanged after a repair, before the daemon has been started on it. */
const EXCHANGED: [title: string, files: Record<string, string | undefined>, found: RegExp][] = [
  ['the log is deleted', { 'audit.db': undefined }, /audit\.db is missing.* held \d+ events/],
  ['the log of before is put back', { 'audit.db': first }, /different lives/],
  ["another installation's log is put there", { 'audit.db': foreign }, /log of another installation/],
  ['the data.db of before is put back', { 'data.db': second }, /older than data\.db|different lives/],
];

for (const [title, files, found] of EXCHANGED) {
  test(`after a repair and before the next start, ${title}: refused`, async () => {
    put({ 'data.db': second, 'audit.db': first });
    await repair(paths, 'log', Date.now);
    requireAgreement(paths);
    for (const [file, from] of Object.entries(files)) {
      for (const name of databases(it.home)) if (name.startsWith(file)) rmSync(join(it.home, name));
      if (from !== undefined) copyFileSync(join(from, file), join(it.home, file));
    }
    assert.throws(() => requireAgreement(paths), found);
  });
}

test('a damaged database is named, with the way out', () => {
  put({ 'data.db': second, 'audit.db': second });
  rmSync(paths.auditDb);
  copyFileSync(new URL(import.meta.url).pathname, paths.auditDb);
  assert.throws(() => requireAgreement(paths), /audit\.db cannot be read.*whodid restore/);
});

test.run();

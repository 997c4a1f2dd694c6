// whodid backup, restore and doctor --repair, as they are run: with a daemon, its files, and the offline program.
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as backup } from '#src/cli/commands/backup.js';
import { run as doctor, runRepair } from '#src/cli/commands/doctor.js';
import { run as restore } from '#src/cli/commands/restore.js';
import { Exit } from '#src/cli/exit.js';
import { createOffline } from '#src/cli/offline.js';
import type { RestoreAnswer } from '#src/shared/backup.js';
import { createClient } from '#src/shared/client.js';
import { EXIT, type Problem } from '#src/shared/problem.js';
import { type TemporaryDaemon, temporaryDaemon } from '../../daemon/temporary-daemon.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { type CapturedIoOptions, capturedIo } from '../captured-io.js';

let it: TemporaryDaemon;
let token: string;
const directory = join(temporaryDirectory(), 'backup');

test.before(async () => {
  it = await temporaryDaemon();
  token = await it.login();
});
test.after(() => rmSync(join(it.home, '..'), { recursive: true, force: true }));

const offline = () => createOffline({ ...process.env, WHODID_HOME: it.home });
const pins = { all: async () => ({}) };

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.unreachable('it did not fail'),
    (error: unknown) => error,
  );
}

function restoring(
  options: CapturedIoOptions,
  flags: { yes?: boolean; json?: boolean } = {},
  hasData = true,
) {
  const io = capturedIo(options);
  const run = () =>
    restore({ io, clock: Date.now, offline: offline(), pins, hasData: () => hasData, directory, flags });
  return { io, run };
}

test('backup says where it is and how much', async () => {
  const client = createClient({
    endpoint: { kind: 'socket', path: it.daemon.socket },
    token: async () => token,
  });
  const show = { clock: Date.now, client, endpoint: { kind: 'socket' as const, path: it.daemon.socket } };
  const person = capturedIo({ terminal: true });
  await backup({ ...show, io: person, directory, flags: {} });
  assert.match(person.out(), /^Backed up to .*backup: \d+ events, \d+\.\d MiB\. It holds the keys/);
  const script = capturedIo({});
  const second = join(temporaryDirectory(), 'second');
  await backup({ ...show, io: script, directory: second, flags: { json: true } });
  assert.is(JSON.parse(script.out()).directory, second);
  const again = await failure(backup({ ...show, io: script, directory, flags: {} }));
  assert.match((again as Problem).message, /not empty/);
  const url = { kind: 'url' as const, url: new URL('http://127.0.0.1:1') };
  const relative = await failure(
    backup({ ...show, endpoint: url, io: script, directory: 'here', flags: {} }),
  );
  assert.is((relative as Problem).code, 'bad_request');
  client.close();
});

test('restore asks a person, and a script needs --yes', async () => {
  const script = restoring({});
  const problem = (await failure(script.run())) as Problem;
  assert.is(problem.code, 'bad_request');
  assert.match(problem.message, /--yes/);
  const hesitant = restoring({ terminal: true, answers: ['no'] });
  assert.is(((await failure(hesitant.run())) as Exit).status, EXIT.failed);
  assert.match(hesitant.io.questions[0]!, /put aside/);
});

test('restore with a daemon running is refused; without, it says what it came to', async () => {
  const running = (await failure(restoring({}, { yes: true }).run())) as Problem;
  assert.is(running.code, 'conflict');
  await it.daemon.stop();
  const person = restoring({ terminal: true, answers: ['y'] });
  await person.run();
  assert.match(
    person.io.out(),
    /^Restored to .* events; all of it was verified\.\nWhat was there is in .*before-restore-/,
  );
  const script = restoring({}, { yes: true, json: true });
  await script.run();
  const answer = JSON.parse(script.io.out()) as RestoreAnswer;
  assert.ok(existsSync(answer.putAside!));
  assert.is(answer.idsKnown, true);
});

test('doctor --repair goes on with a log that was lost, and says what it did', async () => {
  await it.start();
  await it.daemon.stop();
  for (const file of readdirSync(it.home)) if (file.startsWith('audit.db')) rmSync(join(it.home, file));
  const look = capturedIo({});
  assert.instance(
    await failure(doctor({ io: look, clock: Date.now, offline: offline(), flags: { json: true } })),
    Exit,
  );
  assert.match(look.out(), /audit\.db is missing.*whodid doctor --repair log/);
  const wrong = (await failure(
    runRepair({ io: capturedIo({}), clock: Date.now, offline: offline(), what: 'data', flags: {} }),
  )) as Problem;
  assert.is(wrong.code, 'conflict');
  const person = capturedIo({ terminal: true });
  await runRepair({ io: person, clock: Date.now, offline: offline(), what: 'log', flags: {} });
  assert.match(
    person.out(),
    /^audit\.db is missing, and it has held \d+ events or more\. That is repaired, and recorded at the next start; 1 record was corrected/,
  );
  await it.start();
  const [told] = await it.events('eventName=log.repaired');
  assert.match(told!.context!.reason!, /audit\.db is missing/);
  await it.daemon.stop();
});

test('doctor --repair data and records answer a script in JSON', async () => {
  const old = temporaryDirectory();
  copyFileSync(join(it.home, 'data.db'), join(old, 'data.db'));
  await it.start();
  token = await it.login();
  await it.ask('POST', '/v1/records/notes', {
    token,
    body: { targetType: 'users', targetId: '1', data: 'n' },
  });
  await it.daemon.stop();
  copyFileSync(join(old, 'data.db'), join(it.home, 'data.db'));
  const io = capturedIo({});
  await runRepair({ io, clock: Date.now, offline: offline(), what: 'data', flags: { json: true } });
  assert.is(JSON.parse(io.out()).corrected, 1);
  const none = (await failure(
    runRepair({ io: capturedIo({}), clock: Date.now, offline: offline(), what: 'records', flags: {} }),
  )) as Problem;
  assert.match(none.message, /nothing to repair/);
});

test.run();

// While the logger cannot write, every answer from the log says that it may lack what was just acknowledged: it is
// `stale`, or a 503 in place of a 404. Nothing answers as if it were whole.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let token: string;
/** Holds the write lock of audit.db, which stops the logger and nobody else. */
let holder: Database.Database | undefined;
const OLD_NOTE = { targetType: 'files', targetId: '1', data: 'before' };

test.before(async () => {
  it = await temporaryDaemon();
  token = await it.login();
});
test.after(async () => {
  holder?.close();
  await it?.stop();
});

const asking = (method: string, path: string, body?: unknown) => it.ask(method, path, { token, body });
const eventIdOf = (answer: Answer) => answer.headers.get('audit-event-id')!.split(', ')[0]!;

test('what the log does not hold yet is stale or a 503, never missing; later it is there', async () => {
  const old = eventIdOf(await asking('POST', '/v1/records/notes', OLD_NOTE));
  await it.events('limit=1');
  const stored = Number((await asking('GET', '/v1/status')).body.storedSeq);
  // A proof of the old event, so that a checkpoint covers it.
  await asking('GET', `/v1/audit/proofs/inclusion?event=${old}`);

  holder = new Database(join(it.home, 'audit.db'));
  holder.exec('BEGIN IMMEDIATE');
  const changed = eventIdOf(await asking('PATCH', '/v1/records/notes/1', { data: 'after' }));
  const unknown = '01900000-0000-7000-8000-000000000000';
  const answers = async () =>
    Object.fromEntries(
      await Promise.all(
        Object.entries({
          search: 'events?target=notes:1',
          summary: 'summary?by=action',
          history: 'history?target=notes:1',
          state: 'state?target=notes:1',
          blame: 'blame?target=notes:1',
          oldEvent: `events/${old}`,
          oldProof: `proofs/inclusion?event=${old}`,
          checkpoint: 'checkpoint',
          newEvent: `events/${changed}`,
          newProof: `proofs/inclusion?event=${changed}`,
          unknownEvent: `events/${unknown}`,
          noEvent: 'events/none',
          unknownState: 'state?target=notes:99',
          unknownBlame: 'blame?target=notes:99',
          growth: `proofs/consistency?from=${stored + 999}`,
        }).map(async ([name, path]) => [name, await asking('GET', `/v1/audit/${path}`)] as const),
      ),
    );
  const behind = await answers();
  const statuses = (all: Record<string, Answer>) =>
    Object.fromEntries(Object.entries(all).map(([name, { status }]) => [name, status]));
  assert.equal(statuses(behind), {
    search: 200,
    summary: 200,
    history: 200,
    state: 200,
    blame: 200,
    oldEvent: 200,
    oldProof: 200,
    checkpoint: 200,
    newEvent: 503,
    newProof: 503,
    unknownEvent: 503,
    noEvent: 404,
    unknownState: 503,
    unknownBlame: 503,
    growth: 503,
  });
  for (const name of ['search', 'summary', 'history', 'state', 'checkpoint'])
    assert.is(behind[name]!.body.stale, true, name);
  assert.equal(
    behind.blame!.body.map((field: { stale?: true }) => field.stale),
    behind.blame!.body.map(() => true),
  );
  assert.is(behind.newEvent!.headers.get('retry-after'), '1');
  const revert = await asking('POST', '/v1/audit/reverts', { event: changed });
  assert.is(revert.status, 503);

  holder.exec('ROLLBACK');
  holder.close();
  await it.events('limit=1');
  const caughtUp = await answers();
  assert.equal(statuses(caughtUp), {
    ...statuses(behind),
    newEvent: 200,
    newProof: 200,
    unknownEvent: 404,
    unknownState: 404,
    unknownBlame: 404,
    growth: 409,
  });
  for (const name of ['search', 'summary', 'history', 'state', 'checkpoint'])
    assert.is(caughtUp[name]!.body.stale, undefined, name);
  assert.is(caughtUp.blame!.body[0].stale, undefined);
});

test.run();

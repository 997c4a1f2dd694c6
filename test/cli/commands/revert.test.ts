// revert and restore-record: shown, asked about, done.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as restore } from '#src/cli/commands/restore-record.js';
import { run as revert } from '#src/cli/commands/revert.js';
import type { Exit } from '#src/cli/exit.js';
import type { Revert } from '#src/shared/revert.js';
import { type CapturedIoOptions, capturedIo } from '../captured-io.js';
import { type FakeDaemon, fakeDaemon } from '../fake-daemon.js';

const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
});
const PLAN: Revert = {
  type: 'notes',
  id: '17',
  action: 'changed',
  changes: { data: { prev: 'new', next: 'old' } },
  notRestored: ['key'],
  correlationId: 'e1',
  etag: '"2"',
  preview: true,
  eventIds: [],
};
async function world(plan: Partial<Revert> = {}, options: CapturedIoOptions = {}) {
  const daemon = await fakeDaemon(({ body }) => {
    const { preview } = JSON.parse(body) as { preview?: boolean };
    return { body: { ...PLAN, ...plan, ...(preview ? {} : { preview: false, eventIds: ['e2'] }) } };
  });
  daemons.push(daemon);
  const io = capturedIo(options);
  return { io, daemon, common: { io, clock: () => Date.UTC(2026, 6, 31), client: daemon.client() } };
}
const sent = (daemon: FakeDaemon) => daemon.asked.map(({ body }) => JSON.parse(body));

test('on a terminal: the plan, a question, and then the deed, if nobody was faster', async () => {
  const { io, daemon, common } = await world({}, { terminal: true, answers: ['y'] });
  await revert({ ...common, event: 'e1', flags: { comment: 'a slip' } });
  assert.is(
    io.out(),
    'notes:17 is changed:\n  data: [-new-]{+old+}\n  The log does not hold key: not brought back.\nDone.\n  event e2\n',
  );
  assert.equal(sent(daemon), [{ event: 'e1', preview: true }, { event: 'e1' }]);
  assert.equal(
    [daemon.asked[1]?.headers['if-match'], daemon.asked[1]?.headers['x-audit-comment']],
    ['"2"', 'a slip'],
  );
});

test('no is no, with 1', async () => {
  const { daemon, common } = await world({}, { terminal: true, answers: ['n'] });
  try {
    await revert({ ...common, event: 'e1', flags: {} });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Exit).status, 1);
  }
  assert.is(daemon.asked.length, 1);
});

test('a script says --yes, else it is told so before anything is asked', async () => {
  const { io, daemon, common } = await world();
  try {
    await revert({ ...common, event: 'e1', flags: { json: true } });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, '--yes');
  }
  assert.equal(daemon.asked, []);
  await revert({ ...common, event: 'e1', flags: { json: true, yes: true } });
  assert.equal(JSON.parse(io.out()), { ...PLAN, preview: false, eventIds: ['e2'] });
});

test('--dry-run shows the plan and does nothing', async () => {
  const { io, daemon, common } = await world();
  await revert({ ...common, event: 'e1', flags: { json: true, dryRun: true } });
  assert.equal(JSON.parse(io.out()), PLAN);
  assert.is(daemon.asked.length, 1);
});

test('where there is nothing to do nothing is asked', async () => {
  const { io, daemon, common } = await world(
    { action: null, changes: {}, notRestored: [] },
    { terminal: true },
  );
  await restore({ ...common, object: ['notes', '17'], flags: { time: '2h' } });
  assert.is(io.out(), 'notes:17 stands so already: there is nothing to do.\n');
  assert.equal(sent(daemon), [{ target: 'notes:17', time: Date.UTC(2026, 6, 30, 22), preview: true }]);
});

test('restore-record needs to know when', async () => {
  const { daemon, common } = await world();
  try {
    await restore({ ...common, object: ['notes:17'], flags: { yes: true } });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, '--time');
  }
  await restore({ ...common, object: ['notes:17'], flags: { yes: true, seq: '4' } });
  assert.equal(sent(daemon).at(-1), { target: 'notes:17', seq: 4 });
});

test.run();

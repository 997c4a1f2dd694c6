// audit expect and audit wait: what they wait for, what they say, and how they end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ExpectFlags, run as expect } from '#src/cli/commands/audit/expect.js';
import { type WaitFlags, run as wait } from '#src/cli/commands/audit/wait.js';
import type { Exit } from '#src/cli/exit.js';
import { readExpectations } from '#src/cli/expect/expectation-file.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { capturedIo } from '../captured-io.js';
import { event } from '../events.js';
import { type FakeDaemon, fakeDaemon, type Handler, problemReply } from '../fake-daemon.js';

const directory = mkdtempSync(join(tmpdir(), 'whodid-expect-'));
const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
  rmSync(directory, { recursive: true });
});
async function world(handler: Handler) {
  const daemon = await fakeDaemon(handler);
  daemons.push(daemon);
  const io = capturedIo();
  return { io, daemon, common: { io, clock: Date.now, client: daemon.client() } };
}
const page = (data: DataEvent[], more: object = {}) => ({ body: { data, next: null, prev: null, ...more } });
const statusOf = async (run: Promise<unknown>) => {
  try {
    await run;
    return 0;
  } catch (error) {
    if ((error as Exit).status === undefined) throw error;
    return (error as Exit).status;
  }
};

test('an event that comes late is waited for', async () => {
  let asked = 0;
  const { io, common } = await world(() => {
    asked += 1;
    return page(asked < 3 ? [] : [event()]);
  });
  assert.is(await statusOf(expect({ ...common, flags: { action: ['changed'], timeout: '10s' } })), 0);
  assert.is(io.out(), 'ok      such an event\n');
  assert.is(asked, 3);
});

test('one that does not come shows the nearest and how they differ', async () => {
  const near = event({ actorId: '2', changes: { data: { prev: 1, next: 2 } } });
  const { io, common } = await world(({ query }) =>
    page(query.has('actor') ? [] : [near, event({ action: 'viewed' })]),
  );
  const flags = {
    target: ['notes:17'],
    actor: ['users:1'],
    action: ['changed'],
    field: ['total'],
    timeout: '0s',
  };
  assert.is(await statusOf(expect({ ...common, flags })), 1);
  assert.match(io.out(), /^not ok {2}such an event: found 0, expected at least 1$/m);
  assert.match(io.out(), /^ {8}differs in actor, field: .* users:2 changed notes:17 success/m);
});

test('more than were expected is over at once, and they are shown', async () => {
  const { io, common } = await world(() => page([event({ seq: 1 }), event({ seq: 2 })]));
  assert.is(await statusOf(expect({ ...common, flags: { action: ['changed'], count: '1' } })), 1);
  assert.match(io.out(), /found 2, expected 1\n {8}matches: /);
});

test('that there is none is believed when everything is stored, and not before', async () => {
  let asked = 0;
  const { common } = await world(() => {
    asked += 1;
    return page([], asked < 3 ? { stale: true } : {});
  });
  assert.is(await statusOf(expect({ ...common, flags: { outcome: ['denied'], none: true } })), 0);
  assert.is(asked, 3);
  const stale = await world(() => page([], { stale: true }));
  const flags: ExpectFlags = { outcome: ['denied'], none: true, timeout: '0s' };
  assert.is(await statusOf(expect({ ...stale.common, flags })), 1);
});

test('a page that is short is no end', async () => {
  const { common } = await world(({ query }) =>
    query.has('cursor') ? page([event()]) : page([], { next: 'more' }),
  );
  assert.is(await statusOf(expect({ ...common, flags: { field: ['data'], timeout: '0s' } })), 0);
});

const EXPECTATIONS = `
- name: changed once # really
  target: notes:17
  action: changed
  count: 1
- name: 'no <refusal> & "such"'
  outcome: denied
  none: true
`;
function file(text: string): string {
  const path = join(directory, 'expectations.yaml');
  writeFileSync(path, text);
  return path;
}
const oneOfTwo: Handler = ({ query }) =>
  page(query.get('outcome') === 'denied' ? [event({ outcome: 'denied' })] : [event()]);

test('many from a file, as TAP', async () => {
  const { io, common } = await world(oneOfTwo);
  assert.is(await statusOf(expect({ ...common, flags: { file: file(EXPECTATIONS), tap: true } })), 1);
  const lines = io.out().split('\n');
  assert.equal(lines.slice(0, 4), [
    'TAP version 14',
    '1..2',
    'ok 1 - changed once',
    'not ok 2 - no <refusal> & "such"',
  ]);
  assert.equal(lines.slice(4, 7), ['  ---', '  message: "found 1, expected 0"', '  nearest:']);
});

test('as JUnit, escaped, and as JSON', async () => {
  const { io, common } = await world(oneOfTwo);
  assert.is(await statusOf(expect({ ...common, flags: { file: file(EXPECTATIONS), junit: true } })), 1);
  assert.match(io.out(), '<testsuite name="whodid expect" tests="2" failures="1">');
  assert.match(io.out(), '<testcase classname="whodid.expect" name="changed once"/>');
  assert.match(io.out(), 'name="no &lt;refusal&gt; &amp; &quot;such&quot;">');
  const json = await world(oneOfTwo);
  await statusOf(expect({ ...json.common, flags: { file: file(EXPECTATIONS), json: true } }));
  const verdicts = JSON.parse(json.io.out()) as { passed: boolean }[];
  assert.equal(
    verdicts.map(({ passed }) => passed),
    [true, false],
  );
});

test('the example for CI is one', async () => {
  const found = await readExpectations('examples/ci/expectations.yaml', Date.UTC(2026, 6, 31));
  assert.equal(
    found.map(({ count, query }) => [count, Object.keys(query.include ?? {})]),
    [
      [1, ['actor', 'target', 'action', 'field']],
      [0, ['outcome']],
      [undefined, ['target', 'eventName']],
    ],
  );
});

for (const [text, complaint] of [
  ['- colour: red', '"colour" is not known'],
  ['- action: danced', '--action takes'],
  ['- count: many', 'count takes a whole number'],
  ['a: [', 'is not YAML'],
  ['{}', 'must hold a list'],
] as const) {
  test(`a file that says ${text} asks nothing`, async () => {
    const { daemon, common } = await world(() => page([]));
    try {
      await expect({ ...common, flags: { file: file(text) } });
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, complaint);
    }
    assert.equal(daemon.asked, []);
  });
}

test('options that do not fit ask nothing', async () => {
  const { daemon, common } = await world(() => page([]));
  const flagsThatDoNotFit: ExpectFlags[] = [
    {},
    { action: ['changed'], none: true, count: '1' },
    { action: ['changed'], count: '-1' },
    { action: ['changed'], timeout: 'soon' },
    { action: ['changed'], tap: true, json: true },
    { file: 'x.yaml', action: ['changed'] },
  ];
  for (const flags of flagsThatDoNotFit) {
    try {
      await expect({ ...common, flags });
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code?: string }).code, 'bad_request', JSON.stringify(flags));
    }
  }
  assert.equal(daemon.asked, []);
});

test('wait shows the event once it is in the log', async () => {
  let asked = 0;
  const { io, daemon, common } = await world(() => {
    asked += 1;
    return asked < 2 ? problemReply(404, 'not_found', 'There is no event e.') : { body: event() };
  });
  assert.is(await statusOf(wait({ ...common, event: 'e', flags: { json: true } })), 0);
  assert.equal(JSON.parse(io.out()), event());
  assert.is(daemon.asked[0]?.path, '/v1/audit/events/e');
});

test('wait by filters, and until the time is up', async () => {
  const found = await world(() => page([event()]));
  assert.is(
    await statusOf(
      wait({ ...found.common, event: undefined, flags: { target: ['notes:17'], fields: 'seq' } }),
    ),
    0,
  );
  assert.is(found.io.out(), '1\n');
  const never = await world(() => page([]));
  const flags = { target: ['notes:17'], timeout: '300ms' };
  assert.is(await statusOf(wait({ ...never.common, event: undefined, flags })), 1);
  assert.is(never.io.out(), '');
  assert.match(never.io.err(), 'has not come in time');
});

test('wait takes an id or filters', async () => {
  const { common } = await world(() => page([]));
  const cases: [id: string | undefined, flags: WaitFlags][] = [
    [undefined, {}],
    ['e', { action: ['changed'] }],
  ];
  for (const [id, flags] of cases) {
    try {
      await wait({ ...common, event: id, flags });
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code?: string }).code, 'bad_request');
    }
  }
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as actor } from '#src/cli/commands/audit/actor.js';
import { runQuery } from '#src/cli/commands/audit/query.js';
import { run as show } from '#src/cli/commands/audit/show.js';
import { run as target } from '#src/cli/commands/audit/target.js';
import type { Exit } from '#src/cli/exit.js';
import { type CapturedIoOptions, capturedIo } from '../captured-io.js';
import { event } from '../events.js';
import { type FakeDaemon, fakeDaemon, type Handler } from '../fake-daemon.js';

const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
});
async function world(handler: Handler, options: CapturedIoOptions = {}) {
  const daemon = await fakeDaemon(handler);
  daemons.push(daemon);
  const io = capturedIo(options);
  return { io, daemon, common: { io, clock: () => Date.UTC(2026, 6, 31), client: daemon.client() } };
}
const page: Handler = () => ({
  body: { data: [event({ seq: 2 }), event({ seq: 1 })], next: null, prev: 'p' },
});
/** A stream of events 1 to `count` that then stays open. */
const streaming =
  (count: number): Handler =>
  (_asked, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: heartbeat\ndata: {"storedSeq":0}\n\n');
    for (let seq = 1; seq <= count; seq += 1) {
      response.write(`id: ${seq}\ndata: ${JSON.stringify(event({ seq }))}\n\n`);
    }
    return undefined;
  };

test('by actor, by target: the subject and the filters go into one query', async () => {
  const { daemon, common } = await world(page);
  await actor({ ...common, object: ['users', '1'], flags: { action: ['changed'], limit: '5' } });
  await target({ ...common, object: ['files:lib/a:b'], flags: { field: ['email'], since: '2h' } });
  assert.equal(
    daemon.asked.map(({ path, query }) => `${path}?${decodeURIComponent(query.toString())}`),
    [
      '/v1/audit/events?action=changed&actor=users:1&limit=5',
      `/v1/audit/events?field=email&target=files:lib/a:b&since=${Date.UTC(2026, 6, 30, 22)}&limit=50`,
    ],
  );
});

test('--json prints the events as the daemon gave them', async () => {
  const { io, common } = await world(page);
  await runQuery({ ...common, flags: { json: true } });
  assert.equal(JSON.parse(io.out()), [event({ seq: 2 }), event({ seq: 1 })]);
  assert.is(io.err(), '');
});

test('a stale answer warns on stderr and leaves stdout to the data', async () => {
  const { io, common } = await world(() => ({ body: { data: [], next: null, prev: null, stale: true } }));
  await runQuery({ ...common, flags: { json: true } });
  assert.is(io.out(), '[]\n');
  assert.match(io.err(), /newest events may be missing/);
});

test('options that do not fit ask the daemon nothing', async () => {
  const { daemon, common } = await world(page);
  for (const flags of [
    { fields: 'colour' },
    { limit: '0' },
    { since: 'soon' },
    { follow: true, order: 'desc' },
  ]) {
    try {
      await runQuery({ ...common, flags });
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code?: string }).code, 'bad_request');
    }
  }
  assert.equal(daemon.asked, []);
});

test('--follow shows each event as it comes and ends by Ctrl-C with 130', async () => {
  const { io, common } = await world(streaming(3));
  const write = io.write;
  let rows = 0;
  io.write = async text => {
    await write(text);
    rows += 1;
    if (rows === 3) io.interrupt();
  };
  try {
    await runQuery({ ...common, flags: { follow: true, fields: 'seq' } });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Exit).status, 130);
  }
  assert.is(io.out(), '1\n2\n3\n');
});

test('--follow --limit ends by itself; as JSON it is still one array', async () => {
  const { io, daemon, common } = await world(streaming(3));
  await runQuery({ ...common, flags: { follow: true, limit: '2', json: true } });
  assert.equal(JSON.parse(io.out()), [event({ seq: 1 }), event({ seq: 2 })]);
  assert.is(daemon.asked[0]?.query.toString(), '');
  assert.is(daemon.asked[0]?.headers['last-event-id'], undefined);
});

test('--follow --since shows what was since then first', async () => {
  const { daemon, common } = await world(streaming(1));
  await runQuery({ ...common, flags: { follow: true, since: '1h', limit: '1' } });
  assert.is(daemon.asked[0]?.headers['last-event-id'], '0');
  assert.is(daemon.asked[0]?.query.get('since'), String(Date.UTC(2026, 6, 30, 23)));
});

test('--follow ends with 0 when its reader goes away', async () => {
  const { io, common } = await world(streaming(3), { closeAfterWrites: 1 });
  try {
    await runQuery({ ...common, flags: { follow: true, fields: 'seq' } });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Exit).status, 0);
  }
  assert.is(io.out(), '1\n');
});

test('one event: every fact a line on a terminal, the changes a field a line', async () => {
  const one = event({
    changes: { a: { prev: 1, next: 2 }, b: { prev: null, next: 'x' } },
    context: { ip: '::1' },
  });
  const { io, common } = await world(() => ({ body: one }), { terminal: true });
  await show({ ...common, id: one.id, flags: {} });
  assert.match(io.out(), /^changes {8}a: 1 → 2\nchanges {8}b: null → "x"$/m);
  assert.match(io.out(), /^context {8}\{"ip":"::1"\}$/m);
  assert.match(io.out(), /^timestamp {6}2026-\d\d-\d\d \d\d:\d\d:00 \(in 12h\)$/m);
});

/** An empty log that knows the built-in types, and a role. */
const nothing =
  (role: string, seen: string[] = []): Handler =>
  ({ path, query }) => {
    if (path === '/v1/types') return { body: { data: [{ name: 'users' }, { name: 'notes' }] } };
    if (path === '/v1/me') return { body: { role } };
    const ref = query.get('target') ?? query.get('actor') ?? '';
    return { body: { data: seen.includes(ref) ? [event()] : [], next: null, prev: null } };
  };

test('a mistyped type that finds nothing is told on stderr, and stdout stays an empty array', async () => {
  const { io, common } = await world(nothing('admin'));
  await target({ ...common, object: ['user', '2'], flags: { json: true } });
  assert.equal([io.out(), io.err()], ['[]\n', 'The log knows no type "user". Did you mean "users"?\n']);
});

test('a type that is known, or has events, or that one may not ask for, gets no hint', async () => {
  for (const [handler, object] of [
    [nothing('admin'), 'users:99'],
    [nothing('admin'), 'sessions:99'],
    [nothing('auditor', ['file:']), 'file:x'],
    [nothing('viewer'), 'user:1'],
  ] as const) {
    const { io, common, daemon } = await world(handler);
    await actor({ ...common, object: [object], flags: { json: true } });
    assert.is(io.err(), '', object);
    const queries = daemon.asked.filter(({ path }) => path === '/v1/audit/events');
    assert.is(queries.length, object === 'file:x' ? 2 : 1, object);
  }
});

test('two values in one option that find nothing are told apart', async () => {
  const { io, common } = await world(nothing('admin'));
  await runQuery({ ...common, flags: { name: ['users.created, users.viewed'] } });
  assert.is(
    io.err(),
    '--name takes one value; for alternatives repeat it: --name users.created --name users.viewed\n',
  );
});

test('--field shows that field first', async () => {
  const changes = { name: { prev: 'a', next: 'b' }, email: { prev: 'c', next: 'd' } };
  const handler: Handler = () => ({ body: { data: [event({ changes })], next: null, prev: null } });
  const { io, common } = await world(handler, { terminal: true, width: 120 });
  await runQuery({ ...common, flags: { field: ['email'] } });
  assert.match(io.out(), 'email: "c" → "d"; name: "a" → "b"');
});

test.run();

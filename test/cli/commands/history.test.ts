// audit history, blame and at: what they ask, and what people and programs see of the answer.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as at } from '#src/cli/commands/audit/at.js';
import { run as blame } from '#src/cli/commands/audit/blame.js';
import { run as history } from '#src/cli/commands/audit/history.js';
import type { ObjectState } from '#src/shared/object-history.js';
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

const NOON = Date.UTC(2026, 6, 31, 12);
const LINES = [
  {
    timestamp: NOON,
    seq: 9,
    requestId: 'r',
    events: [event({ seq: 9, actorName: 'Ada', changes: { data: { prev: 'old text', next: 'new text' } } })],
    views: { count: 1, actors: 1, firstAt: NOON, lastAt: NOON },
  },
  { timestamp: NOON, seq: 4, events: [], views: { count: 3, actors: 2, firstAt: NOON, lastAt: NOON } },
];

test('history: a timeline with word diffs and folded views for people', async () => {
  const { io, daemon, common } = await world(() => ({ body: { data: LINES, next: null, prev: null } }), {
    terminal: true,
  });
  await history({ ...common, object: ['notes', '17'], flags: { field: 'data', order: 'desc' } });
  assert.is(daemon.asked[0]?.query.toString(), 'target=notes%3A17&field=data&order=desc&limit=50');
  assert.match(io.out(), / {2}Ada users:1 {2}changed {2}\(1 view by 1 person\) /);
  assert.match(io.out(), /^ {2}data: \[-old-\]\{\+new\+\} text$/m);
  assert.match(io.out(), / {2}3 views by 2 people$/m);
});

test('history: a long comment has lines of its own that fit the screen, a short one none', async () => {
  const long = 'asked for by phone, and again by mail, because the first change was undone by somebody else';
  const commented = (comment: string) => ({
    ...LINES[0],
    events: [event({ seq: 9, actorName: 'Ada', context: { comment } })],
  });
  const body = { data: [commented(long), commented('by phone')], next: null, prev: null };
  const { io, common } = await world(() => ({ body }), { terminal: true, width: 80 });
  await history({ ...common, object: ['notes', '17'], flags: {} });
  const lines = io.out().split('\n');
  for (const line of lines) assert.ok(line.length <= 80, line);
  assert.match(lines[0] ?? '', / {2}changed {2}\(1 view by 1 person\) #9$/);
  assert.is(lines.slice(1, 3).join(' ').replace(/ {2,}/g, ' ').trim(), `“${long}”`);
  assert.match(io.out(), / {2}changed {2}“by phone” \(1 view by 1 person\) #9$/m);
});

test('history: rows in a pipe, the lines as they came as JSON', async () => {
  const answer: Handler = () => ({ body: { data: LINES, next: null, prev: null } });
  const piped = await world(answer);
  await history({ ...piped.common, object: ['notes:17'], flags: {} });
  assert.is(
    piped.io.out().split('\n')[0],
    '2026-07-31T12:00:00.000Z\tusers:1\tchanged\t{"data":{"prev":"old text","next":"new text"}}\t' +
      `{"count":1,"actors":1,"firstAt":${NOON},"lastAt":${NOON}}\tr\t9`,
  );
  const json = await world(answer);
  await history({ ...json.common, object: ['notes:17'], flags: { json: true } });
  assert.equal(JSON.parse(json.io.out()), LINES);
});

const BLAME = [
  {
    field: 'data',
    value: 'x',
    actorType: 'users',
    actorId: '1',
    actorName: 'Ada',
    timestamp: NOON,
    eventId: 'e1',
    seq: 9,
    changes: 3,
  },
  {
    field: 'key',
    value: null,
    hidden: 'secret',
    actorType: 'users',
    actorId: '2',
    timestamp: NOON,
    eventId: 'e2',
    seq: 2,
    changes: 1,
  },
];

test('blame: one array as JSON, one field alone, hidden values named for people', async () => {
  const json = await world(() => ({ body: BLAME }));
  await blame({ ...json.common, object: ['notes', '17'], flags: { json: true, seq: '9' } });
  assert.equal(JSON.parse(json.io.out()), BLAME);
  assert.is(json.daemon.asked[0]?.query.toString(), 'target=notes%3A17&seq=9');
  const one = await world(() => ({ body: BLAME }));
  await blame({ ...one.common, object: ['notes', '17'], flags: { field: 'data', fields: 'eventId' } });
  assert.is(one.io.out(), 'e1\n');
  const people = await world(() => ({ body: BLAME }), { terminal: true, width: 120 });
  await blame({ ...people.common, object: ['notes', '17'], flags: {} });
  assert.match(people.io.out(), /key +\(secret\) +users:2/);
});

test('blame: a stale answer warns on stderr', async () => {
  const { io, common } = await world(() => ({ body: BLAME.map(field => ({ ...field, stale: true })) }));
  await blame({ ...common, object: ['notes', '17'], flags: { fields: 'field' } });
  assert.is(io.out(), 'data\nkey\n');
  assert.match(io.err(), 'catching up');
});

const STATE: ObjectState = {
  type: 'notes',
  id: '17',
  exists: true,
  state: { data: 'x', n: 1 },
  seq: 4,
  timestamp: NOON,
  complete: true,
  notRecorded: [],
};

test('at: the state as JSON, with the moment that was asked', async () => {
  const { io, daemon, common } = await world(() => ({ body: STATE }));
  await at({ ...common, object: ['notes', '17'], flags: { time: '2h', json: true } });
  assert.equal(JSON.parse(io.out()), STATE);
  assert.is(daemon.asked[0]?.query.get('time'), String(Date.UTC(2026, 6, 30, 22)));
});

test('at: people read what it was, what is not held, and from when the log knows', async () => {
  const partial: ObjectState = {
    ...STATE,
    complete: false,
    knownSince: NOON,
    notRecorded: ['key', 'seen'],
    redactions: [{ path: '/state/key', kind: 'erased' }],
  };
  const { io, common } = await world(() => ({ body: partial }), { terminal: true });
  await at({ ...common, object: ['notes', '17'], flags: {} });
  assert.match(io.out(), /^notes:17 as it stood, since .*; there may be more: the log knows it only since /);
  assert.match(io.out(), /^key {3}\(erased\)\nseen {2}\(not recorded\)$/m);
});

test('at --diff: what is different now; --to: at another time', async () => {
  const later = { ...STATE, state: { data: 'y' } };
  const answer: Handler = ({ query }) => ({ body: query.has('seq') ? STATE : later });
  const { io, daemon, common } = await world(answer);
  await at({ ...common, object: ['notes', '17'], flags: { seq: '4', diff: true, json: true } });
  assert.equal(JSON.parse(io.out()), {
    type: 'notes',
    id: '17',
    from: STATE,
    to: later,
    changes: { data: { prev: 'x', next: 'y' }, n: { prev: 1, next: null } },
  });
  await at({ ...common, object: ['notes', '17'], flags: { seq: '4', to: '1h' } });
  assert.is(daemon.asked.at(-1)?.query.get('time'), String(Date.UTC(2026, 6, 30, 23)));
});

test('options that do not fit ask the daemon nothing', async () => {
  const { daemon, common } = await world(() => ({ body: STATE }));
  for (const flags of [
    { time: '1h', seq: '1' },
    { seq: 'x' },
    { diff: true, to: '1h' },
    { fields: 'colour' },
    { json: true, csv: true },
  ]) {
    try {
      await at({ ...common, object: ['notes', '17'], flags });
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code?: string }).code, 'bad_request');
    }
  }
  assert.equal(daemon.asked, []);
});

test.run();

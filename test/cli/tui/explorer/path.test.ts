// Where one goes in the explorer and how one comes back: states, keys, pages; no daemon and no screen.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stretchOf } from '#src/cli/tui/events/event-window.js';
import { wantedRows } from '#src/cli/tui/events/wanted-rows.js';
import { ACTIONS } from '#src/cli/tui/explorer/actions.js';
import { happened } from '#src/cli/tui/explorer/happenings.js';
import { openQuestions, wantedQuestions } from '#src/cli/tui/explorer/questions.js';
import { type ExplorerState, listLines, type Place, placeOf, stepOf } from '#src/cli/tui/explorer/state.js';
import { entered } from '#src/cli/tui/explorer/typing.js';
import { Problem } from '#src/shared/problem.js';
import { event } from '../../events.js';
import { events, NOW } from '../a-table.js';
import { answered, labels, newExplorer, pressed, STATUS, under } from './an-explorer.js';

const hundred = (): ExplorerState => answered(newExplorer(), events(100, 1));
const wanted = (state: ExplorerState) => wantedRows(stepOf(state).list, listLines(state));

test('no key means two things in one place', () => {
  const places = new Set(ACTIONS.flatMap(action => action.places));
  for (const place of places as Set<Place>) {
    const keys = ACTIONS.filter(action => action.places.includes(place)).flatMap(action => action.keys);
    assert.equal(keys.length, new Set(keys).size, `${place}: ${keys.join(' ')}`);
  }
});

test('every action has an id of its own', () => {
  assert.is(new Set(ACTIONS.map(({ id }) => id)).size, ACTIONS.length);
});

const pivots: [key: string, from: Parameters<typeof event>[0], filter: object, label: string][] = [
  ['a', { actorType: 'users', actorId: '7' }, { actor: ['users:7'] }, 'users:7'],
  ['t', { targetType: 'notes', targetId: 'a b' }, { target: ['notes:a b'] }, 'notes:a b'],
  ['r', { requestId: 'r-9' }, { requestId: ['r-9'] }, 'request'],
  [
    '[',
    { targetType: 'notes', targetId: '3', changes: { body: { prev: 1, next: 2 } } },
    { target: ['notes:3'], field: ['body'] },
    'notes:3 body',
  ],
];
for (const [key, from, include, label] of pivots) {
  test(`${key} is a step: what it asks for, and what the path calls it`, () => {
    const state = pressed(answered(newExplorer(), [event({ seq: 5, ...from })]), key);
    assert.equal(stepOf(state).list.filter, { include, exclude: {} });
    assert.equal(labels(state), ['everything', label]);
    assert.equal(wanted(state), { place: 'start', asked: { start: 'desc' } });
  });
}

test('back is exactly where one was: the rows, the cursor, the pane, without asking again', () => {
  const before = pressed(hundred(), ...Array(30).fill('j'), 'tab');
  const back = pressed(pressed(before, 'a'), 'backspace');
  assert.is(stepOf(back).pane, 'detail');
  assert.equal([under(back), stepOf(back).list.top], [under(before), stepOf(before).list.top]);
  assert.is(wanted(back), undefined);
  assert.is(labels(back).length, 1);
});

test('a page that comes for a step that was left changes nothing', () => {
  const away = pressed(hundred(), 'a');
  const late = happened(away, { what: 'fault', epoch: 0, reason: 'late' });
  assert.is(late, away);
});

test('a pivot goes to the event it came from, also when that is far down', () => {
  const rows = events(100, 1, { actorId: '7' });
  const state = pressed(answered(newExplorer(), rows), ...Array(50).fill('j'));
  const near = answered(pressed(state, 'a'), rows);
  assert.is(under(near), 50);
  const far = answered(pressed(state, 'a'), rows.slice(0, 20), { more: true });
  assert.is(under(far), 50, 'it stays until what is around it is loaded');
  const jump = wanted(far);
  assert.equal(jump?.asked, { until: rows[50]!.timestamp + 1 });
  const same = event({ seq: 1000, timestamp: rows[50]!.timestamp, actorId: '7' });
  const there = answered(far, [same, ...rows.slice(50)], { more: false });
  assert.equal([under(there), stepOf(there).list.rows.length], [50, 51]);
  assert.is(under(pressed(there, 'g')), 100, 'the newest are at hand');
});

test('a pivot shows at once what is known: its event, which is no answer where there is none', () => {
  const state = pressed(hundred(), 'j', 't');
  assert.equal([under(state), stepOf(state).list.rows.length], [99, 1]);
  assert.equal(wanted(state), { place: 'start', asked: { start: 'desc' } });
  const on = answered(pressed(state, 'j', 'j'), events(100, 1));
  assert.is(under(on), 97, 'keys that came before the answer');
  const none = answered(state, events(100, 100));
  assert.is(under(none), 100, 'it is not in the log any more');
});

test('[ shows where one is until the change before is there', () => {
  const change = { targetId: 'x', changes: { name: { prev: 'a', next: 'b' } } };
  const rows = [9, 6, 3].map(seq => event({ seq, timestamp: NOW - 10 + seq, ...change }));
  const start = pressed(answered(newExplorer(), rows), 'j', '[');
  assert.is(under(start), 6);
  const newest = answered(start, rows.slice(0, 1), { more: true });
  assert.is(under(newest), 6);
  assert.is(under(answered(newest, rows.slice(1))), 3);
});

test('[ and ] go along the changes of one field, in one step', () => {
  const change = { targetId: 'x', changes: { name: { prev: 'a', next: 'b' } } };
  const rows = [9, 6, 3].map(seq => event({ seq, timestamp: NOW - 10 + seq, ...change }));
  const start = answered(newExplorer(), rows);
  const before = answered(pressed(start, '['), rows);
  assert.is(under(before), 6);
  const further = pressed(before, '[');
  assert.is(under(further), 3);
  assert.is(labels(further).length, 2);
  assert.is(under(pressed(further, ']')), 6);
  const end = pressed(further, '[');
  assert.match(end.notice ?? '', /Nothing was before this/);
});

test('Esc closes the innermost first; Tab goes round the panes', () => {
  const state = { ...pressed(hundred(), 'tab', 'tab'), search: 'x' };
  assert.is(placeOf(state), 'record');
  const once = pressed(state, 'escape');
  assert.equal([placeOf(once), once.search], ['events', 'x']);
  assert.is(pressed(once, 'escape').search, '');
  assert.is(placeOf(pressed(hundred(), 'tab', 'tab', 'tab', 'tab')), 'events');
  assert.is(placeOf(pressed(hundred(), 'shift+tab')), 'busiest');
  assert.is(placeOf(pressed(pressed(hundred(), '?'), 'escape')), 'events');
});

test('what is new comes in above at the top, and is counted further down; the cursor stays on its event', () => {
  const arrive = (state: ExplorerState, seq: number) =>
    happened(state, { what: 'arrived', epoch: 0, events: events(seq, seq) });
  const top = arrive(hundred(), 101);
  assert.equal([under(top), stepOf(top).list.rows[0]?.seq, stepOf(top).list.top], [100, 101, 0]);
  const down = pressed(hundred(), ...Array(40).fill('j'));
  const later = arrive(down, 101);
  assert.equal([under(later), stepOf(later).list.unseen], [under(down), 1]);
  assert.is(stepOf(later).list.top, stepOf(down).list.top + 1);
  assert.is(stepOf(pressed(later, 'g')).list.unseen, 0);
});

test('a filter is a step; one that is wrong is pointed at and stays; lines are remembered', () => {
  const typed = pressed(hundred(), 'f', ...'action:changed');
  const applied = pressed(typed, 'enter');
  assert.equal(stepOf(applied).list.filter, { include: { action: ['changed'] }, exclude: {} });
  assert.equal(labels(applied), ['everything', 'action:changed']);
  assert.equal(applied.history, ['action:changed']);
  const wrong = pressed(hundred(), 'f', ...'action:changed since:tomorow', 'enter');
  assert.is(placeOf(wrong), 'filter');
  const fault = wrong.prompt?.what === 'filter' ? wrong.prompt.fault : undefined;
  assert.equal([fault?.start, fault?.end], [15, 28]);
  assert.match(fault?.message ?? '', /since does not understand "tomorow"/);
  const again = pressed(pressed(applied, 'backspace'), 'f', 'up');
  assert.is(again.prompt?.what === 'filter' ? again.prompt.line.text : '', 'action:changed');
});

test('a session that ends asks for the password in place, and all is asked again after it', () => {
  const refused = new Problem('unauthenticated', 'The session has ended. Log in again.');
  const failed = happened(hundred(), { what: 'fault', epoch: 0, reason: 'The session has ended.' });
  const out = happened(failed, { what: 'problem', problem: refused });
  assert.is(placeOf(out), 'password');
  const sent = pressed(out, ...'secret', 'enter');
  assert.equal(sent.errands, [{ what: 'login', password: 'secret' }]);
  const wrong = happened(sent, { what: 'not-signed-in', reason: 'Wrong.' });
  assert.is(placeOf(wrong), 'password');
  const back = happened(sent, { what: 'signed-in', me: out.me });
  assert.is(placeOf(back), 'events');
  assert.is(stepOf(back).list.fault, undefined);
});

test('with a token of WHODID_TOKEN no password helps: it is said', () => {
  const state = answered(newExplorer({ mayLogIn: false }), events(9, 1));
  const out = happened(state, { what: 'problem', problem: new Problem('unauthenticated', 'No.') });
  assert.equal([placeOf(out), out.notice], ['events', 'No.']);
});

test('a lost connection is said, keeps what is shown, and what failed meanwhile is asked again', () => {
  const lost = happened(hundred(), { what: 'following', epoch: 0, following: 'lost' });
  assert.is(lost.connection, 'lost');
  assert.is(stepOf(lost).list.rows.length, 100);
  const failed = happened(lost, { what: 'fault', epoch: 0, reason: 'unreachable' });
  const back = happened(failed, { what: 'status', status: STATUS });
  assert.equal([back.connection, stepOf(back).list.fault], ['on', undefined]);
});

test('only what is on the screen is asked for, and the record never as it is now', () => {
  const kinds = (state: ExplorerState) => wantedQuestions(state).map(({ kind }) => kind);
  assert.equal(kinds(hundred()), ['summary', 'summary', 'state']);
  const small = answered(newExplorer({ size: { columns: 80, lines: 24 } }), events(9, 1));
  assert.equal(kinds(small), []);
  assert.equal(kinds(pressed(small, 'tab', 'tab')), ['state']);
  const [question] = openQuestions(pressed(small, 'tab', 'tab'));
  assert.equal(question?.ask, { target: { type: 'notes', id: 't9' }, seq: 9 });
  const answer = { state: 'failed' as const, reason: 'no' };
  const told = happened(pressed(small, 'tab', 'tab'), { what: 'answered', key: question!.key, answer });
  assert.equal(openQuestions(told), [], 'asked once');
});

test('a jump that one has moved away from is not made any more', () => {
  const state = answered(newExplorer(), events(100, 51), { more: true });
  const jumping = pressed(state, 'G');
  const page = { data: events(10, 1).toReversed(), next: null, prev: 'newer' };
  const place = { place: 'end' as const, asked: { start: 'asc' as const } };
  const loaded = {
    what: 'loaded' as const,
    epoch: 0,
    wanted: place,
    stretch: stretchOf(page, place.asked),
    stale: false,
  };
  assert.is(under(happened(jumping, loaded)), 1);
  assert.is(under(happened(pressed(jumping, 'g'), loaded)), 100);
  assert.is(under(happened(pressed(jumping, 'g', 'j'), loaded)), 99);
});

test('a key that does nothing says so, and where help is', () => {
  const key = (state: ExplorerState, name: string) =>
    entered(state, { kind: 'key', key: name, text: name }, { now: NOW, actions: ACTIONS });
  assert.is(key(hundred(), 'ctrl+k').notice, '^K does nothing here; ? shows the keys.');
  assert.is(key(pressed(hundred(), 'm'), 'x').notice, 'x does nothing here.');
  assert.is(key(key(hundred(), 'ctrl+k'), 'j').notice, undefined);
  assert.is(key(pressed(hundred(), 'f'), 'ctrl+k').notice, undefined, 'there one types');
});

test('an action that is off says why', () => {
  assert.match(pressed(hundred(), 'r').notice ?? '', /Not now: it names no request/);
  assert.match(pressed(hundred(), 'backspace').notice ?? '', /Not now: this is where you began/);
});

test.run();

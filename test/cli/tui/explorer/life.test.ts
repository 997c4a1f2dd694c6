// The life of one object in the explorer: moved through in time, who set its fields, its history.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ACTIONS } from '#src/cli/tui/explorer/actions.js';
import {
  type Answer,
  type HistoryEntries,
  type QuestionKind,
  withAnswer,
} from '#src/cli/tui/explorer/answers.js';
import { createBody } from '#src/cli/tui/explorer/body.js';
import { happened } from '#src/cli/tui/explorer/happenings.js';
import {
  blameQuestion,
  newestQuestion,
  recordQuestion,
  wantedQuestions,
} from '#src/cli/tui/explorer/questions.js';
import { type ExplorerState, placeOf, stepOf } from '#src/cli/tui/explorer/state.js';
import type { Blame, HistoryLine, ObjectState } from '#src/shared/object-history.js';
import { event } from '../../events.js';
import { NOW } from '../a-table.js';
import { answered, ME, newExplorer, pressed, under } from './an-explorer.js';

const MINUTE = 60_000;
const at = (seq: number) => NOW - (100 - seq) * MINUTE;
const change = (seq: number) =>
  event({
    seq,
    timestamp: at(seq),
    action: 'changed',
    targetId: '7',
    changes: { data: { prev: `v${seq - 1}`, next: `v${seq}` } },
  });
const view = (seq: number) => event({ seq, timestamp: at(seq), action: 'viewed', targetId: '7' });

/** Events 9 to 1 of one note, views among them, the cursor on 9. */
const start = (given: Parameters<typeof newExplorer>[0] = {}): ExplorerState =>
  answered(newExplorer(given), [view(9), change(8), view(7), change(6), change(4), change(2)]);
const CHANGES = [change(8), change(6), change(4), change(2)];
/** The scrubber, opened at change 6. */
const open = (given?: Parameters<typeof newExplorer>[0]): ExplorerState =>
  answered(pressed(start(given), 'j', 'j', 'j', 's'), CHANGES);

const stateAt = (seq: number, state: object, exists = true): Answer<QuestionKind> => {
  const value = {
    type: 'notes',
    id: '7',
    exists,
    state,
    seq,
    timestamp: at(seq),
    complete: true,
    notRecorded: [],
  };
  return { state: 'answered', value: value as ObjectState };
};
const told = (state: ExplorerState, key: string, answer: Answer<QuestionKind>): ExplorerState =>
  happened(state, { what: 'answered', key, answer });
const text = (state: ExplorerState) =>
  createBody({ colour: false, actions: ACTIONS })
    .rows(state, NOW)
    .map(row => row.map(({ text: part }) => part).join(' '))
    .join('\n');

test('s walks through the changes of the object, from the event where one was', () => {
  const state = open();
  assert.is(placeOf(state), 'scrubber');
  assert.equal(stepOf(state).list.filter.include, {
    target: ['notes:7'],
    action: ['created', 'changed', 'deleted'],
    outcome: ['success'],
  });
  assert.is(under(state), 6);
  assert.is(under(pressed(state, 'left')), 4);
  assert.is(under(pressed(state, 'right')), 8);
  assert.is(under(pressed(state, 'home')), 2);
  assert.is(under(pressed(state, 'home', 'end')), 8);
  assert.is(under(pressed(state, '<')), 2);
});

test('from a view one stands after the last change before it', () => {
  const { list } = stepOf(pressed(start(), 's'));
  assert.equal(list.jump, { time: at(9) });
});

test('each state comes from the log, and so does the newest, within the query that is recorded', () => {
  const state = open();
  assert.equal(
    wantedQuestions(state).map(({ kind, ask }) => [kind, 'seq' in ask ? ask.seq : undefined]),
    [
      ['state', 6],
      ['state', 8],
    ],
  );
});

for (const columns of [80, 200]) {
  test(`at ${columns} columns: where in its life, how it stood, what is different now`, () => {
    let state = happened(open(), { what: 'resized', size: { columns, lines: 30 } });
    state = told(state, recordQuestion(state)!.key, stateAt(6, { data: 'v6', kind: 'a' }));
    state = told(state, newestQuestion(state)!.key, stateAt(8, { data: 'v8', kind: 'a' }));
    const shown = text(state);
    assert.match(shown, /notes:7 through time: change 3 of 4/);
    assert.match(shown, /\*data +"v6"/);
    assert.match(shown, /kind +"a"/);
    assert.match(shown, /- "v6"/);
    assert.match(shown, /\+ "v8"/);
    const deleted = told(state, newestQuestion(state)!.key, stateAt(8, {}, false));
    assert.match(text(deleted), /It has been deleted since/);
    const same = told(state, newestQuestion(state)!.key, stateAt(8, { data: 'v6', kind: 'a' }));
    assert.match(text(same), /Nothing: it stands like this/);
  });
}

test('Esc goes back to exactly where one was; Enter to the event', () => {
  const back = pressed(open(), 'left', 'left', 'escape');
  assert.equal([placeOf(back), under(back), back.steps.length], ['events', 6, 1]);
  const event = pressed(open(), 'left', 'enter');
  assert.equal([placeOf(event), under(event), event.steps.length], ['detail', 4, 2]);
});

test('u shows first what bringing it back would do, for whoever may', () => {
  const state = pressed(open(), 'left', 'u');
  assert.equal(state.errands, [{ what: 'preview-revert', request: { target: 'notes:7', seq: 4 } }]);
  assert.match(pressed(open({ readOnly: true }), 'u').notice ?? '', /--read-only/);
  assert.match(pressed(open({ me: { ...ME, role: 'viewer' } }), 'u').notice ?? '', /a viewer may not/);
});

test('d goes a day back in the life of the object, and stays in the scrubber', () => {
  const old = event({ ...change(2), timestamp: at(2) - 2 * 86_400_000 });
  const state = answered(pressed(start(), 'j', 's'), [change(8), old]);
  const gone = pressed(state, 'd');
  assert.equal([placeOf(gone), under(gone)], ['scrubber', 2]);
});

const blame = (field: string, seq: number): Blame => ({
  field,
  value: `v${seq}`,
  actorType: 'users',
  actorId: '1',
  timestamp: at(seq),
  eventId: `e-${seq}`,
  seq,
  changes: 3,
});

test('b shows who had set each field; Enter goes to the event that did', () => {
  const state = pressed(start(), 'j', 'b');
  assert.is(placeOf(state), 'record');
  assert.ok(wantedQuestions(state).some(({ kind }) => kind === 'blame'));
  const known = told(state, blameQuestion(state)!.key, {
    state: 'answered',
    value: [blame('kind', 2), blame('data', 8)],
  });
  assert.match(text(known), /Who set notes:7, as of event 8/);
  assert.match(text(known), /data +"v8" +users:1 .*3/);
  const gone = answered(pressed(known, 'j', 'j', 'enter'), [change(8), change(6)]);
  assert.equal(stepOf(gone).list.filter.include, { target: ['notes:7'], field: ['data'] });
  assert.is(under(gone), 8);
  assert.is(pressed(known, 'b').recordShows, 'state');
});

const entry = (seq: number, given: Partial<HistoryLine> = {}): HistoryLine => ({
  seq,
  timestamp: at(seq),
  events: [change(seq)],
  ...given,
});

test('H is the life of the object, views folded; Enter goes to an event of it', () => {
  const views = { count: 3, actors: 2, firstAt: at(9), lastAt: at(9) };
  const state = pressed(start(), 'H');
  const { overlay } = stepOf(state);
  const source = overlay?.what === 'history' ? overlay.source : assert.unreachable();
  const lines = [entry(9, { events: [], views }), entry(8), entry(6)];
  const known = told(state, source!.key, { state: 'answered', value: { lines, more: false } });
  assert.match(text(known), /3 views by 2 people/);
  assert.match(text(known), /users:1 {2}changed {2}#8/);
  assert.match(text(known), /- "v7"/);
  assert.match(pressed(known, 'enter').notice ?? '', /views alone/);
  const gone = answered(pressed(known, 'j', 'j', 'enter'), [view(9), change(8), view(7), change(6)]);
  assert.equal([placeOf(gone), under(gone)], ['events', 6]);
  assert.is(placeOf(pressed(gone, 'backspace')), 'history');
});

for (const columns of [80, 200]) {
  test(`a history says where older events were removed, also when nothing else is left (${columns} columns)`, () => {
    const state = happened(pressed(start(), 'H'), { what: 'resized', size: { columns, lines: 30 } });
    const { overlay } = stepOf(state);
    const source = overlay?.what === 'history' ? overlay.source : assert.unreachable();
    const shown = (value: HistoryEntries) =>
      text(told(state, source!.key, { state: 'answered', value })).replaceAll(/\s+/g, ' ');
    const removed =
      /The events up to 4 were removed: they were as old as the log is kept\. What was before is not told\./;
    const lines = [entry(8), entry(6)];
    assert.match(shown({ lines, more: false, removedThrough: 4 }), removed);
    assert.not.match(shown({ lines, more: false }), /removed/);
    const nothing = shown({ lines: [], more: false, removedThrough: 4 });
    assert.match(nothing, /The log holds nothing of it any more/);
    assert.match(nothing, removed);
  });
}

test('an object without changes says so instead of nothing', () => {
  const state = start();
  const nothing = { ...(stateAt(9, {}) as { value: object }).value, seq: null } as ObjectState;
  const answers = withAnswer(state.answers, recordQuestion(state)!.key, {
    state: 'answered',
    value: nothing,
  });
  assert.match(text({ ...state, answers }).replaceAll(/\s+/g, ' '), /holds no change of it/);
});

test.run();

// What one does in the explorer beside moving: times, bars, counts, marks, copies, views that are kept, forms.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SafeText } from '#src/cli/output/escape.js';
import { wrapCommand } from '#src/cli/output/wrap.js';
import { toTimeAfter } from '#src/cli/tui/events/list-moves.js';
import { wantedRows } from '#src/cli/tui/events/wanted-rows.js';
import { ACTIONS } from '#src/cli/tui/explorer/actions.js';
import { type Sample, withAnswer } from '#src/cli/tui/explorer/answers.js';
import { createBody } from '#src/cli/tui/explorer/body.js';
import { workText } from '#src/cli/tui/explorer/chrome.js';
import { commandOf, copyables, shellWord } from '#src/cli/tui/explorer/copying.js';
import { countsQuestion, series, seriesOf } from '#src/cli/tui/explorer/counts.js';
import { formBody, formChanges, formOf } from '#src/cli/tui/explorer/form.js';
import { happened } from '#src/cli/tui/explorer/happenings.js';
import { layoutOf } from '#src/cli/tui/explorer/layout.js';
import { overlayView } from '#src/cli/tui/explorer/overlay-lines.js';
import { busiestQuestions, wantedQuestions } from '#src/cli/tui/explorer/questions.js';
import { type ExplorerState, placeOf, stepOf } from '#src/cli/tui/explorer/state.js';
import { dailyTimeline, daysQuestion, sampleQuestion, timelineOf } from '#src/cli/tui/explorer/timeline.js';
import { momentText } from '#src/cli/tui/explorer/times.js';
import { entered } from '#src/cli/tui/explorer/typing.js';
import { copySequences } from '#src/cli/tui/terminal/clipboard.js';
import type { Input } from '#src/cli/tui/terminal/key-reader.js';
import { event } from '../../events.js';
import { events, NOW } from '../a-table.js';
import { answered, labels, ME, newExplorer, pressed, under } from './an-explorer.js';

const hundred = (): ExplorerState => answered(newExplorer(), events(100, 1));
const typed = (state: ExplorerState, ...inputs: (string | Input)[]) =>
  inputs.reduce<ExplorerState>((next, one) => {
    const input: Input = typeof one === 'string' ? { kind: 'key', key: one, text: one } : one;
    return entered(next, input, { now: NOW, actions: ACTIONS });
  }, state);
const day = (date: string, occurrences: number) => ({
  day: date,
  events: occurrences,
  occurrences,
  viewed: occurrences,
  created: 0,
  changed: 0,
  deleted: 0,
});

const moments: [text: string, expected: Date][] = [
  ['yesterday 14:00', new Date(2026, 6, 30, 14)],
  ['9:30', new Date(2026, 6, 31, 9, 30)],
  ['2026-07-01 08:15', new Date(2026, 6, 1, 8, 15)],
  ['2h', new Date(NOW - 7_200_000)],
];
for (const [text, expected] of moments) {
  test(`goto ${text}`, () => assert.is(momentText(text, NOW), expected.getTime()));
}

test(':goto goes to the last event before, and points at what it does not understand', () => {
  const state = hundred();
  const at = stepOf(state).list.rows[40]!;
  const said = new Date(at.timestamp + 30_000).toISOString();
  assert.is(under(typed(state, ':', ...`goto ${said}`, 'enter')), at.seq);
  const wrong = typed(state, ':', ...'goto never', 'enter');
  assert.is(placeOf(wrong), 'palette');
  assert.match(wrong.prompt?.what === 'palette' ? (wrong.prompt.fault?.message ?? '') : '', /"never"/);
});

test('d and D go a day back and on', () => {
  const rows = [9, 5, 4, 1].map(seq => event({ seq, timestamp: NOW + seq * 20_000_000 }));
  const state = answered(newExplorer(), rows);
  assert.is(under(pressed(state, 'd')), 4);
  assert.is(under(pressed(state, 'd', 'D')), 9);
});

test('D moves where nothing happened for longer than a day, and asks for what is not loaded', () => {
  const rows = [9, 2, 1].map(seq => event({ seq, timestamp: NOW + seq * 100_000_000 }));
  assert.is(under(pressed(answered(newExplorer(), rows), 'j', 'D')), 9);
  const older = answered(newExplorer(), rows, { more: true });
  const far = pressed(older, 'j', 'j', 'D');
  assert.is(under(far), 2);
  const elsewhere = toTimeAfter({ ...stepOf(older).list, above: undefined }, NOW, 5);
  assert.equal(elsewhere.jump, { time: NOW, after: true });
  assert.equal(wantedRows(elsewhere, 5), { place: 'time', asked: { since: NOW } });
});

test('- leaves out what is called as the event is', () => {
  const state = answered(newExplorer(), [event({ seq: 1, eventName: 'audit.queried' })]);
  const { filter } = stepOf(pressed(state, '-')).list;
  assert.equal(filter.exclude, { eventName: ['audit.queried'] });
});

test('the palette runs what is chosen, and says of what is off why', () => {
  const marked = typed(hundred(), ':', ...'mark it', 'enter');
  assert.equal([...marked.marked.keys()], [100]);
  const off = typed(hundred(), ':', ...'everything of its request', 'enter');
  assert.match(off.notice ?? '', /it names no request/);
});

test('bars by day; Enter zooms in as a step, Backspace comes back to the bars', () => {
  const open = pressed(hundred(), 'i');
  const question = daysQuestion(stepOf(open));
  const value = { days: [day('2026-07-01', 2), day('2026-07-03', 5)], partial: false };
  const state = { ...open, answers: withAnswer(open.answers, question.key, { state: 'answered', value }) };
  assert.equal(
    timelineOf(state)?.bars.map(({ label, count }) => [label, count]),
    [
      ['2026-07-03', 5],
      ['2026-07-02', 0],
      ['2026-07-01', 2],
    ],
  );
  const zoomed = pressed(state, 'j', 'j', 'enter');
  assert.equal(stepOf(zoomed).list.filter, {
    include: {},
    exclude: {},
    since: new Date(2026, 6, 1).getTime(),
    until: new Date(2026, 6, 2).getTime(),
  });
  assert.is(placeOf(pressed(zoomed, 'backspace')), 'histogram');
  assert.is(placeOf(pressed(state, 'e')), 'events');
});

test('bars of years are months', () => {
  const days = Array.from({ length: 400 }, (_, index) =>
    day(new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10), 1),
  );
  const { unit, bars } = dailyTimeline(days, false);
  assert.equal([unit, bars.length, bars.at(-1)?.count], ['month', 14, 31]);
});

test('counts: another column, Enter filters by the row', () => {
  const open = pressed(hundred(), 'S', 'right', 'right');
  const overlay = stepOf(open).overlay;
  assert.equal(overlay, { what: 'counts', by: 'action', choice: 0 });
  const { key } = countsQuestion(open, 'action');
  const value = { rows: [{ key: 'viewed', count: 3, firstAt: 1, lastAt: 2 }], partial: false };
  const state = { ...open, answers: withAnswer(open.answers, key, { state: 'answered', value }) };
  const filtered = pressed(state, 'enter');
  assert.equal(stepOf(filtered).list.filter.include, { action: ['viewed'] });
  assert.is(placeOf(pressed(filtered, 'backspace')), 'counts');
});

test('a sparkline counts occurrences by their time', () => {
  const one = {
    count: 1,
    actor: 'u:1',
    target: 't:1',
    action: 'changed',
    outcome: 'success',
    eventName: undefined,
  };
  const sample: Sample = {
    complete: true,
    events: [
      { ...one, timestamp: 100, field: ['a', 'b'] },
      { ...one, timestamp: 90, field: ['b'], count: 3 },
      { ...one, timestamp: 0, field: undefined },
    ],
  };
  assert.equal(series(sample, 'field', 'b', 2), [0, 4]);
  assert.equal(series(sample, 'actor', 'u:1', 4), [1, 0, 0, 4]);
});

test('bars that are of the newest events alone say so, and so do hours', () => {
  const titleOf = (state: ExplorerState) =>
    overlayView(state, stepOf(state).overlay!, { columns: 200, now: NOW, colour: false }).title;
  const one = {
    ...{ timestamp: NOW, count: 1, actor: 'u:1', target: 't:1', action: 'changed', outcome: 'success' },
    ...{ eventName: undefined, field: undefined },
  };
  const sampled = (state: ExplorerState, complete: boolean) => {
    const { key } = sampleQuestion(stepOf(state));
    const value = { events: [one], complete };
    return { ...state, answers: withAnswer(state.answers, key, { state: 'answered', value }) };
  };
  const counts = pressed(hundred(), 'S');
  assert.match(titleOf(sampled(counts, false)), /bars of the newest 5,000 alone/);
  assert.not.match(titleOf(sampled(counts, true)), /newest/);
  const day = { include: {}, exclude: {}, since: NOW - 3_600_000, until: NOW + 1 };
  const hours = pressed(answered(newExplorer({ filter: day }), events(9, 1)), 'i');
  assert.match(titleOf(sampled(hours, false)), /by minute \(of the newest 5,000 events alone\)/);
  assert.not.match(titleOf(sampled(hours, true)), /newest/);
});

test('actions have their sparkline from every day of the log, not from its newest events', () => {
  const open = pressed(hundred(), 'S', 'right', 'right');
  assert.equal(
    wantedQuestions(open).map(({ kind }) => kind),
    ['summary', 'days'],
  );
  const value = { days: [day('2026-01-01', 2), day('2026-01-05', 6)], partial: false };
  const { key } = daysQuestion(stepOf(open));
  const state = { ...open, answers: withAnswer(open.answers, key, { state: 'answered', value }) };
  assert.equal(seriesOf(state, 'action', 'viewed', 4), [2, 0, 0, 6]);
  assert.is(seriesOf(state, 'actor', 'users:1', 4), undefined);
});

test('marks and copies: the event, the marked, ids, the command of the view', () => {
  const state = pressed(hundred(), 'space', 'space');
  assert.equal([...state.marked.keys()], [100, 99]);
  assert.equal(
    copyables(state).map(({ name }) => name),
    [
      'the event as JSON',
      'the 2 marked as JSON',
      'its target',
      'its actor',
      'its id',
      'the command of this view',
    ],
  );
  const copied = pressed(state, 'y', 'j', 'j', 'enter');
  assert.equal(copied.errands, [{ what: 'copy', name: 'its target', text: 'notes:t98' }]);
  const told = happened(copied, { what: 'copied', name: 'its target', text: 'notes:t98', how: 'sent' });
  assert.is(placeOf(told), 'text');
  const sure = happened(copied, { what: 'copied', name: 'its target', text: 'notes:t98', how: 'taken' });
  assert.equal([placeOf(sure), sure.notice], ['events', 'Copied its target.']);
});

test('a command that does not fit is broken where a shell takes it as one', () => {
  const command =
    `whodid audit events --target 'files:a b' --target 'files:o'\\''brien' --all --jsonl` as SafeText;
  for (const width of [30, 40, 60, 200]) {
    const lines = wrapCommand(command, width);
    assert.ok(
      lines.every(line => line.length <= width),
      lines.join('\n'),
    );
    assert.is(lines.join('\n').replaceAll(' \\\n', ' '), command);
  }
});

test('the command of a view is what a shell takes', () => {
  const filter = {
    include: { actor: ["users:o'brien x"], action: ['changed', 'created'] },
    exclude: { field: ['name'] },
    since: 0,
  };
  assert.is(
    commandOf(filter),
    `whodid audit events --actor 'users:o'\\''brien x' --action changed --action created --not field=name --since 1970-01-01T00:00:00.000Z --all --jsonl`,
  );
  assert.is(shellWord('$(rm -rf /)'), `'$(rm -rf /)'`);
});

test('what is copied is base64, wrapped once more for tmux; too much is not sent', () => {
  assert.is(copySequences('\u001b[2J', { tmux: false }), '\u001b]52;c;G1sySg==\u0007');
  const wrapped = copySequences('x', { tmux: true }) ?? '';
  assert.ok(wrapped.endsWith('\u001bPtmux;\u001b\u001b]52;c;eA==\u0007\u001b\\'));
  assert.is(copySequences('x'.repeat(100_000), { tmux: false }), undefined);
});

test('the terminal says whether it takes copies', () => {
  assert.is(typed(hundred(), { kind: 'attributes', codes: [62, 52] }).clipboard, true);
  assert.is(typed(hundred(), { kind: 'attributes', codes: [62, 22] }).clipboard, false);
});

test('views are kept under digits, and opened as a step', () => {
  const filtered = answered(pressed(hundred(), 'a'), events(3, 1));
  const kept = pressed(filtered, 'm', '3');
  assert.equal(kept.saved, { 3: 'actor:users:1' });
  const opened = pressed(kept, 'backspace', '3');
  assert.equal(stepOf(opened).list.filter, { include: { actor: ['users:1'] }, exclude: {} });
  assert.match(pressed(hundred(), '4').notice ?? '', /nothing is kept as 4/);
  const recent = answered(pressed(hundred(), 'f', 'since:2h', 'enter'), events(3, 1));
  const later = pressed(pressed(recent, 'm', '5'), 'backspace', '5');
  assert.equal(
    [later.saved['5'], later.history],
    ['since:2h', ['since:2h']],
    'two hours from when it is opened',
  );
});

test('the mouse: a click chooses pane and row, the wheel moves; off unless it was switched on', () => {
  const click = (column: number, line: number): Input => ({
    kind: 'mouse',
    button: 0,
    column,
    line,
    released: false,
  });
  const state = pressed(hundred(), 'M');
  assert.is(under(typed(state, click(5, 8))), 96);
  assert.is(placeOf(typed(state, click(100, 8))), 'detail');
  assert.is(under(typed(state, { kind: 'mouse', button: 65, column: 1, line: 9, released: false })), 97);
  assert.is(typed(hundred(), click(5, 8)).steps[0]?.list.selected, 0);
});

test('the wheel moves what is under it and leaves the keys where they are; a click chooses one of the busiest', () => {
  const mouse = (button: number, column: number, line: number): Input => ({
    ...{ kind: 'mouse', released: false },
    ...{ button, column, line },
  });
  const state = pressed(hundred(), 'M', 'j');
  const turned = typed(state, mouse(65, 100, 5));
  assert.equal([placeOf(turned), under(turned), stepOf(turned).scroll.detail], ['events', 99, 3]);
  const { actors } = busiestQuestions(state);
  const rows = ['a', 'b', 'c'].map(key => ({ key, count: 9, firstAt: NOW, lastAt: NOW }));
  const value = { rows, partial: false };
  const counted = { ...state, answers: withAnswer(state.answers, actors.key, { state: 'answered', value }) };
  const { busiest } = layoutOf(counted.size, 'events');
  const chosen = typed(counted, mouse(0, 4, busiest!.line + 3));
  assert.equal([placeOf(chosen), stepOf(chosen).busiest], ['busiest', 2]);
  assert.is(stepOf(typed(chosen, mouse(0, 4, busiest!.line + 6))).busiest, 2, 'below them is nothing');
});

test('undecorated, the pane with the keys has all of the screen', () => {
  const state = pressed(hundred(), 'enter', 'ctrl+l');
  const text = createBody({ colour: false, actions: ACTIONS })
    .rows(state, NOW)
    .map(row => row.map(({ text }) => text).join(''))
    .join('\n');
  assert.match(text, /━ Event 100 ━/);
  assert.not.match(text, /│|Events/);
  assert.equal(under(pressed(state, 'escape', 'j', 'ctrl+l')), 99);
});

const faultOf = ({ prompt }: ExplorerState): string =>
  prompt?.what === 'form' ? (prompt.fault?.message ?? '') : '';

const notes = {
  name: 'notes',
  fields: ['id', 'targetType', 'targetId', 'data', 'pinned', 'creatorId', 'timestamp'],
  schema: {
    required: ['targetType', 'data'],
    properties: {
      targetType: { type: 'string' },
      targetId: { type: 'string' },
      data: { type: 'string' },
      pinned: { type: 'boolean' },
    },
  },
};

test('a form: fields edited, the difference shown, then saved', () => {
  const record = { id: '7', targetType: 'users', targetId: '1', data: 'old', pinned: false };
  const form = formOf(notes, record, '"e1"');
  assert.equal(
    form.fields.map(({ name, kind, text }) => [name, kind, text]),
    [
      ['targetType', 'text', 'users'],
      ['targetId', 'text', '1'],
      ['data', 'text', 'old'],
      ['pinned', 'json', 'false'],
    ],
  );
  const open = happened(hundred(), { what: 'form', form });
  assert.match(faultOf(pressed(open, 'ctrl+s')), /Nothing was changed/);
  const changed = typed(open, 'down', 'tab', 'backspace', 'backspace', 'backspace', ...'new', 'enter');
  assert.is(placeOf(typed(changed, 'enter')), 'confirm', 'Enter in the last field');
  const review = typed(changed, 'ctrl+s');
  assert.is(placeOf(review), 'confirm');
  const saved = pressed(review, 'enter');
  assert.equal(saved.errands, [
    { what: 'save', target: { type: 'notes', id: '7' }, body: { data: 'new' }, etag: '"e1"', comment: '' },
  ]);
  const refused = happened(saved, { what: 'refused', reason: 'It was changed since.' });
  assert.equal([placeOf(refused), faultOf(refused)], ['form', 'It was changed since.']);
  assert.equal([placeOf(happened(saved, { what: 'done', notice: 'Updated.' }))], ['events']);
});

test('letters are typed into the field, whatever else they mean; what is needed is gone to', () => {
  const open = happened(hundred(), { what: 'form', form: formOf(notes) });
  const filled = typed(open, ...'users seek', 'ctrl+s');
  assert.equal([placeOf(filled), faultOf(filled)], ['form', 'data is needed.']);
  const form = filled.prompt?.what === 'form' ? filled.prompt : undefined;
  assert.equal([form?.fields[0]?.text, form?.choice], ['users seek', 2]);
  assert.equal(form?.fields.at(-1)?.hint, 'true or false');
});

test('a new record: of one of the types that there are, first the one that is looked at', () => {
  const asked = pressed(hundred(), 'c');
  assert.equal(asked.errands, [{ what: 'ask-types' }]);
  const menu = happened({ ...asked, errands: [] }, { what: 'types', types: ['users', 'notes'] });
  assert.is(placeOf(menu), 'type');
  assert.equal(pressed(menu, 'enter').errands, [{ what: 'new-form', type: 'notes' }]);
  const editor = { ...menu, me: { ...ME, role: 'editor' as const } };
  assert.match(pressed(editor, 'up', 'enter').notice ?? '', /an editor may not change users/);
});

test('a new record has no nulls; what is no JSON is said; empty takes a value away', () => {
  const form = formOf(notes);
  const filled = {
    ...form,
    fields: form.fields.map(field => (field.name === 'data' ? { ...field, text: 'x' } : field)),
  };
  assert.equal(formBody(filled), { data: 'x' });
  const wrong = {
    ...form,
    fields: form.fields.map(field => (field.name === 'pinned' ? { ...field, text: 'maybe' } : field)),
  };
  assert.throws(() => formChanges(wrong), /pinned takes JSON/);
  const emptied = formOf(notes, { id: '7', data: 'x' });
  const fields = emptied.fields.map(field => ({ ...field, text: '' }));
  assert.equal(formBody({ ...emptied, fields }), { data: null });
});

test('deleting asks for the id', () => {
  const open = pressed(answered(newExplorer(), [event({ seq: 1, targetId: 'n7' })]), 'X');
  const wrong = typed(open, ...'n8', 'enter');
  assert.equal([placeOf(wrong), wrong.errands.length], ['delete', 0]);
  const right = typed(open, ...'n7', 'enter');
  const target = { type: 'notes', id: 'n7' };
  assert.equal(right.errands, [{ what: 'delete', target, comment: '' }]);
  const why = typed(open, ...'n7', 'tab', ...'old', 'enter');
  assert.equal(typed(why, 'enter').errands, [{ what: 'delete', target, comment: 'old' }], 'the id is kept');
  assert.equal(typed(why, 'tab', 'x', 'escape', 'enter').errands, [
    { what: 'delete', target, comment: 'old' },
  ]);
  const long = typed(open, 'tab', { kind: 'paste', text: 'x'.repeat(2049) }, 'enter');
  assert.is(placeOf(long), 'comment', 'what the event cannot keep is said here');
});

test('undoing shows its plan first', () => {
  const state = answered(newExplorer(), [event({ seq: 1, id: 'e-1', action: 'changed' })]);
  const asked = pressed(state, 'u');
  assert.equal(asked.errands, [{ what: 'preview-revert', request: { event: 'e-1' } }]);
  const plan = {
    type: 'notes',
    id: '1',
    action: 'changed' as const,
    changes: { a: { prev: 1, next: 2 } },
    notRestored: [],
    correlationId: null,
    preview: true,
    etag: '"e"',
    eventIds: [],
  };
  const shown = happened({ ...asked, errands: [] }, { what: 'revert-plan', request: { event: 'e-1' }, plan });
  const revert = { what: 'revert' as const, request: { event: 'e-1' }, etag: '"e"' };
  assert.equal(pressed(shown, 'enter').errands, [{ ...revert, comment: '' }]);
  assert.equal(typed(shown, 'tab', ...'slip', 'enter', 'enter').errands, [{ ...revert, comment: 'slip' }]);
});

const roles: [what: string, given: Parameters<typeof newExplorer>[0], reason: RegExp][] = [
  ['read-only', { readOnly: true }, /--read-only/],
  ['a viewer', { me: { ...ME, role: 'viewer' } }, /a viewer may not change records/],
  ['an auditor', { me: { ...ME, role: 'auditor' } }, /an auditor may not/],
];
for (const [what, given, reason] of roles) {
  test(`${what}: whatever changes something is off, and says why`, () => {
    const state = answered(newExplorer(given), [event({ seq: 1 })]);
    for (const key of ['c', 'e', 'X', 'u']) assert.match(pressed(state, key).notice ?? '', reason, key);
  });
}

test('a long work says how far it is, how fast, and how long it takes', () => {
  const work = { name: 'writing a.csv', done: 500, total: 1000, startedAt: NOW - 10_000 };
  assert.match(
    workText(work, NOW, 110),
    /^writing a\.csv: █{10}░{10} 500 of 1,000, 50\/s, 10 s left \(Esc stops\)$/,
  );
  assert.match(workText({ ...work, total: undefined }, NOW, 110), /: 500, 50\/s/);
  const long = { ...work, name: 'writing /srv/exports/2026/a-very-long-name.csv' };
  assert.match(workText(long, NOW, 60), /^wri….csv: █{4}░{4} 500 of 1,000, 50\/s, 10 s left \(Esc stops\)$/);
  assert.equal(pressed({ ...hundred(), work }, 'escape').errands, [{ what: 'stop-export' }]);
  assert.equal(labels(hundred()), ['everything']);
});

test.run();

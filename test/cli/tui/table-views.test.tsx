// What is seen of a state: the frame that Ink draws, and the lines that are laid into it.
import { render } from 'ink-testing-library';
import stringWidth from 'string-width';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEventLines } from '#src/cli/tui/events/event-lines.js';
import { faulty } from '#src/cli/tui/lines/asked-line.js';
import { ACTIONS } from '#src/cli/tui/table/actions.js';
import { bodyOf, scrolledNote, shownList } from '#src/cli/tui/table/body-lines.js';
import { happened } from '#src/cli/tui/table/happenings.js';
import type { TableState } from '#src/cli/tui/table/state.js';
import { TableFrame } from '#src/cli/tui/table/table-frame.js';
import { event } from '../events.js';
import { events, loadedTable, NOW, pressed, typed } from './a-table.js';

/** The frame without what is laid in. ink-testing-library is 100 columns wide. */
function frame(state: TableState, colour = false): string[] {
  const lines = createEventLines({ colour });
  const actions = ACTIONS;
  const note = scrolledNote({ state, actions, now: NOW });
  const props = { actions, note, cutIds: lines.cutIds(shownList(state)) };
  const { lastFrame, unmount } = render(<TableFrame state={state} head="HEAD" {...props} colour={colour} />);
  const drawn = (lastFrame() ?? '').split('\n');
  unmount();
  return drawn;
}
const body = (state: TableState, colour = false) =>
  bodyOf({ state, actions: ACTIONS, now: NOW, colour, table: createEventLines({ colour }) });
const plain = (line: string) => line.replaceAll(/\u001b\[[0-9;]*m/g, '');

test('titles above, status and keys below, as high as the region', () => {
  const state = loadedTable({ rows: events(100, 1), more: true, columns: 100, lines: 30 });
  const lines = frame(state);
  assert.is(lines.length + body(state).length, 15);
  assert.is(lines[0], 'HEAD');
  assert.match(lines.at(-2) ?? '', /^all events +1\/100\+$/);
  assert.match(lines.at(-1) ?? '', /^Enter event {2}\/ search {2}f filter.*\? keys {2}q leave$/);
});

test('an id that there is no room for keeps both ends, and is whole in the status line', () => {
  const targetId = 'test/fixtures/a-very-long-name-of-a-fixture-that-nobody-can-remember/schema.test.js';
  const rows = [
    event({ seq: 2, targetType: 'files', targetId, actorName: 'Ada Lovelace' }),
    event({ seq: 1 }),
  ];
  const state = loadedTable({ rows, columns: 100 });
  assert.match(
    plain(body(state)[0] ?? ''),
    /Ada Lovelace users:1 {2}changed {2}files:te[^ ]*…[^ ]*\.test\.js +data: "old"/,
  );
  const status = frame(state).at(-2) ?? '';
  assert.match(status, /^all events {2}files:test\/fixtures\/a-very-long.*hema\.test\.js +1\/2$/);
  const include = { action: ['viewed'], actor: ['users:1'], field: ['email'] };
  const filtered = frame({ ...state, filter: { include, exclude: {} } }).at(-2) ?? '';
  assert.match(filtered, /^actor:users:1 action:viewed field:ema?.*… {2}files:test.*….*test\.js +1\/2$/);
  assert.match(frame(pressed(state, 'down')).at(-2) ?? '', /^all events/);
});

test('nothing found for a type that may be mistyped: the one that may be meant', () => {
  const include = { target: ['user:2'] };
  const empty = { ...loadedTable({ rows: [] }), filter: { include, exclude: {} } };
  const hint = 'The log knows no type "user". Did you mean users?';
  const state = happened(empty, { what: 'explained', epoch: 0, hints: [hint] });
  assert.match(
    frame(state).join(' ').replaceAll(/\s+/g, ' '),
    /No event matches\. .*Did you mean users\? f changes/,
  );
});

test('what is open and longer than the room says how much there is', () => {
  const state = pressed(loadedTable({ rows: [event({ seq: 2 })], columns: 100, lines: 24 }), 'enter');
  assert.match(frame(state)[0] ?? '', /^Event 2 {2}↓ \d+$/);
  assert.match(frame(pressed(state, 'down'))[0] ?? '', /^Event 2 {2}↑ 1 ↓ \d+$/);
});

const messages: [what: string, state: TableState, text: RegExp][] = [
  ['nothing yet', { ...loadedTable({ rows: [] }), loaded: false }, /Asking the daemon/],
  ['an empty log', loadedTable({ rows: [] }), /The log is empty\. F shows what comes\./],
  [
    'a filter that finds nothing',
    { ...loadedTable({ rows: [] }), filter: { include: { action: ['viewed'] }, exclude: {} } },
    /No event matches\. f changes the filter/,
  ],
  [
    'no permission',
    happened(loadedTable({ rows: [] }), {
      what: 'fault',
      epoch: 0,
      reason: 'A viewer may not read the log.',
    }),
    /A viewer may not read the log\. r asks again, q leaves\./,
  ],
  [
    'no permission for such a filter',
    happened(loadedTable({ rows: [] }), { what: 'fault', epoch: 0, reason: 'Not allowed.', refused: true }),
    /Not allowed\. f changes the filter, q leaves\./,
  ],
  [
    'too small',
    happened(loadedTable({ rows: events(9, 1) }), { what: 'resized', size: { columns: 50, lines: 24 } }),
    /At least 60×15, please/,
  ],
];
for (const [what, state, text] of messages) {
  test(`${what}: a view that says what to do next`, () => assert.match(frame(state).join('\n'), text));
}

test('what is new above, a lost connection, a notice: in the status line', () => {
  const state = loadedTable({ rows: events(100, 1) });
  assert.match(frame({ ...state, unseen: 37 }).at(-2) ?? '', /^↑ 37 new/);
  assert.match(frame({ ...state, following: 'lost' }).at(-2) ?? '', /^The connection is lost/);
  assert.match(frame({ ...state, notice: 'a\u001b[2Jb' }).at(-2) ?? '', /^a\\u001b\[2Jb/);
});

test('the filter line shows its cursor, its fault, its completions', () => {
  const state = typed(pressed(loadedTable({ rows: events(9, 1) }), 'f'), 'act');
  assert.match(plain(frame(state).at(-2) ?? ''), /^filter: act/);
  assert.match(frame(state).at(-1) ?? '', /^Tab: actor: {2}action:/);
  const { prompt } = state;
  const wrong =
    prompt?.what === 'filter' ? { ...state, prompt: faulty(prompt, 'There is no filter "x".') } : state;
  assert.match(frame(wrong).at(-1) ?? '', /no filter "x"/);
});

const odd = [
  event({ seq: 4, actorName: '日本語の名前', changes: { 名前: { prev: 'あ', next: '漢字漢字' } } }),
  event({ seq: 3, actorName: 'é́́ combining', targetName: '👩‍👩‍👧 family' }),
  event({ seq: 2, actorName: 'שלום עולם', targetName: 'مرحبا' }),
  event({
    seq: 1,
    actorName: '\u001b]0;x\u0007\u202e',
    changes: { 'a\u009bb': { prev: '\u001b[2J', next: 1 } },
  }),
];

test('no row is wider than the terminal, in any width; wide characters keep columns straight', () => {
  for (const columns of [60, 80, 120, 200]) {
    const state = loadedTable({ rows: odd, columns });
    for (const line of body(state, true)) assert.ok(stringWidth(line) <= columns, `${columns}: ${line}`);
    const cut = body(state).map(line => stringWidth(plain(line).replace(/(changed) .*$/, '')));
    assert.equal(new Set(cut.slice(0, 4)).size, 1, cut.join());
  }
});

test('nothing from data reaches a line as a control', () => {
  const places = ['table', 'detail'] as const;
  for (const place of places) {
    for (const seq of [4, 3, 2, 1]) {
      const state = { ...loadedTable({ rows: odd }), place, detail: { seq, scroll: 0 } };
      for (const line of body(state, true)) {
        assert.not.match(plain(line), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }
    }
  }
});

test('the selected row is marked by a bar and in reverse, a match by a star', () => {
  const state = { ...pressed(loadedTable({ rows: events(100, 1) }), 'j'), search: 't97' };
  const lines = body(state, true);
  assert.match(lines[1] ?? '', /^\u001b\[7m▌/);
  assert.match(lines[3] ?? '', /^ \*/);
  assert.is(lines.filter(line => line.includes('▌')).length, 1);
});

test('an event in detail: facts, the diff with signs and colours, what the request also did', () => {
  const one = event({
    requestId: 'r-1',
    changes: { name: { prev: 'Ada', next: 'Ada L.' }, password: { prev: null, next: null } },
    redactions: [{ path: '/changes/password', kind: 'secret' }],
    context: { comment: 'by phone' },
  });
  const state: TableState = {
    ...pressed(loadedTable({ rows: [one], columns: 100, lines: 80 }), 'enter'),
    related: { seq: 1, state: 'loaded', events: [one, event({ seq: 2, targetId: '18' })], more: false },
  };
  const text = body(state, true).join('\n');
  assert.match(text, /\u001b\[31m-\u001b\[39m/);
  assert.match(text, /\u001b\[32m\+\u001b\[39m/);
  assert.match(text, /\u001b\[4m\u001b\[32m L\.\u001b\[39m\u001b\[24m/, 'the words that are new');
  const shown = plain(text);
  assert.match(shown, / {4}- "Ada"\n {4}\+ "Ada L\."/);
  const plainDiff = body(state, false).join('\n');
  assert.match(plainDiff, /\+ "Ada\{\+ L\.\+\}"/, 'and without colour, in brackets');
  assert.match(shown, /password\n {4}- \(secret\)\n {4}\+ \(secret\)/);
  assert.match(shown, /context\.comment +by phone/);
  assert.match(shown, /The same request {2}1 more\n.*notes:18/);
});

test('without colours there are none, and the selection is still seen', () => {
  for (const line of [...body(loadedTable({ rows: odd })), ...frame(loadedTable({ rows: odd }))]) {
    assert.not.match(line, /\u001b\[(?!7m|27m)/);
  }
});

test('help lists every key of the table', () => {
  const state = pressed(loadedTable({ rows: events(9, 1), columns: 130, lines: 80 }), '?');
  const text = body(state).join('\n');
  for (const label of ['one up', 'search the loaded rows', 'filter the whole log', 'leave', 'complete']) {
    assert.ok(text.includes(label), label);
  }
});

test.run();

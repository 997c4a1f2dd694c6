// What is seen of a state of the explorer: the frame that Ink draws, the panes that are laid in, at many sizes.
import { render } from 'ink-testing-library';
import type { ReactElement } from 'react';
import stringWidth from 'string-width';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ACTIONS } from '#src/cli/tui/explorer/actions.js';
import { questionOf, withAnswer } from '#src/cli/tui/explorer/answers.js';
import { createBody } from '#src/cli/tui/explorer/body.js';
import { statusWords } from '#src/cli/tui/explorer/chrome.js';
import { createExplorerScreen } from '#src/cli/tui/explorer/explorer-screen.js';
import { happened } from '#src/cli/tui/explorer/happenings.js';
import { busiestQuestions, recordQuestion } from '#src/cli/tui/explorer/questions.js';
import { type ExplorerState, stepOf, withStep } from '#src/cli/tui/explorer/state.js';
import { keyLine } from '#src/cli/tui/keys/key-line.js';
import { lineOf } from '#src/cli/tui/lines/line-input.js';
import { event } from '../../events.js';
import { events, NOW } from '../a-table.js';
import { answered, newExplorer, pressed, STATUS } from './an-explorer.js';

const DAEMON = 'unix:/run/w.sock';
const SIZES = [
  [60, 15],
  [80, 24],
  [100, 40],
  [120, 30],
  [200, 50],
] as const;

/** What is above and below the panes, as the terminal shows it. ink-testing-library is 100 columns wide. */
function frame(state: ExplorerState, colour = false): string[] {
  const draw = (view: ReactElement) => {
    const { lastFrame, unmount } = render(view);
    const lines = (lastFrame() ?? '').split('\n');
    unmount();
    return lines;
  };
  const screen = createExplorerScreen({ ...{ actions: ACTIONS, daemon: DAEMON, colour }, frames: { draw } });
  const rows = screen.rows(state, NOW);
  assert.is(rows.length, state.size.lines);
  return [...rows.slice(0, 2), ...rows.slice(-2)].map(row =>
    row.reduce((line, { column, text }) => line.padEnd(column) + text, ''),
  );
}
const bodyRows = (state: ExplorerState, colour = false) =>
  createBody({ colour, actions: ACTIONS }).rows(state, NOW);
const plain = (line: string) => line.replaceAll(/\u001b\[[0-9;]*m|\u2063/g, '');
const bodyText = (state: ExplorerState, colour = false) =>
  bodyRows(state, colour)
    .map(row => row.map(({ text }) => text).join(''))
    .join('\n');
const sized = (state: ExplorerState, columns: number, lines: number) =>
  happened(state, { what: 'resized', size: { columns, lines } });

const HOSTILE = '\u001b]0;pwned\u0007\u001b[2J\u009b31m\u202egnp.exe';
const odd = [
  event({
    seq: 6,
    actorName: HOSTILE,
    targetId: HOSTILE,
    changes: { [HOSTILE]: { prev: HOSTILE, next: 1 } },
  }),
  event({ seq: 5, actorName: '日本語の名前', changes: { 名前: { prev: 'あ', next: '漢字漢字' } } }),
  event({ seq: 4, actorName: 'é́́ combining', targetName: '👩‍👩‍👧 family' }),
  event({ seq: 3, actorName: 'שלום עולם', targetName: 'مرحبا' }),
  event({ seq: 2, changes: { text: { prev: 'x'.repeat(3000), next: 'a long text '.repeat(300) } } }),
  event({ seq: 1 }),
];

/** A state with every pane filled. */
function full(rows = odd): ExplorerState {
  const state = happened(answered(newExplorer(), rows), { what: 'status', status: STATUS });
  const { actors, targets } = busiestQuestions(state);
  const counted = (key: string) => ({
    state: 'answered' as const,
    value: { rows: [{ key, count: 1234567, firstAt: NOW - 9e6, lastAt: NOW - 6e4 }], partial: true },
  });
  const record = recordQuestion(state)!;
  let { answers } = state;
  answers = withAnswer(answers, actors.key, counted(HOSTILE));
  answers = withAnswer(answers, targets.key, counted('日本語の名前'.repeat(9)));
  answers = withAnswer(answers, record.key, {
    state: 'answered',
    value: {
      type: 'notes',
      id: '1',
      exists: true,
      state: { [HOSTILE]: HOSTILE, data: 'long '.repeat(200) },
      seq: 6,
      timestamp: NOW,
      complete: false,
      knownSince: NOW,
      notRecorded: ['secret'],
    },
  });
  return { ...state, answers };
}

for (const [columns, lines] of SIZES) {
  for (const pane of ['events', 'detail', 'record', 'busiest'] as const) {
    test(`at ${columns}×${lines} with the keys in ${pane}: nothing wraps, overlaps or is obeyed`, () => {
      const state = withStep(sized(full(), columns, lines), { pane });
      const rows = bodyRows(state, true);
      assert.is(rows.length, lines - 4);
      for (const row of rows) {
        for (const [index, { column, text }] of row.entries()) {
          const end = row[index + 1]?.column ?? columns;
          assert.ok(column + stringWidth(plain(text)) <= end, `${column} ${plain(text)} (${end})`);
          assert.not.match(plain(text), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2060-\u2069]/);
        }
      }
    });
  }
}

test('a wide screen has all four panes, a small one the events and the one with the keys', () => {
  const wide = bodyText(sized(full(), 200, 50));
  for (const title of ['Events', 'Event 6', 'as of event 6', 'Busiest'])
    assert.ok(wide.includes(title), title);
  const small = bodyText(sized(full(), 80, 24));
  assert.ok(small.includes('Event 6') && !small.includes('Busiest'));
  const busiest = bodyText(withStep(sized(full(), 80, 24), { pane: 'busiest' }));
  assert.ok(busiest.includes('Busiest') && !busiest.includes('Event 6'));
});

test('on a wide screen one long id does not take the room of what changed', () => {
  const rows = [
    event({ seq: 2, targetType: 'sessions', targetId: '01a21eba-0ae3-79d0-a64e-de07e00195b4' }),
    event({
      seq: 1,
      actorName: 'Ada Lovelace',
      changes: { email: { prev: 'grace@example.com', next: 'x' } },
    }),
  ];
  assert.match(bodyText(sized(full(rows), 200, 50)), /sessions:01\S*…\S*195b4 /);
  assert.match(bodyText(sized(full(rows), 200, 50)), /email: "grace@example\.com" → "x"/);
});

test('of a long id the title of the record loses the middle, never at which event it is, nor how much there is', () => {
  const targetId = 'a-name-of-a-fixture-that-nobody-can-remember.test.js'.repeat(3);
  const rows = [event({ seq: 6, targetId, changes: { name: { prev: 'a', next: 'b' } } })];
  for (const [columns, lines] of SIZES) {
    const state = withStep(sized(full(rows), columns, lines), { pane: 'record' });
    assert.match(
      bodyText(state),
      /━ notes:a-na.*….*test\.js as of event 6 ━+ ↓ \d+ ━/,
      `${columns}×${lines}`,
    );
  }
});

test('the path, the chips, who and where, the position and the clock', () => {
  const state = pressed(sized(full(events(100, 1)), 100, 30), 't', 'backspace', 'j');
  const filtered = answered(pressed(state, 't'), events(3, 1));
  const lines = frame(filtered);
  assert.match(lines[0] ?? '', /^whodid {2}everything › notes:t99$/);
  assert.match(lines[1] ?? '', /^\[target:notes:t99\]/);
  assert.match(
    frame(state).at(-2) ?? '',
    /^Ada users:1 \(admin\) {2}unix:.*● connected {2}lag 0.* 2\/100 {2}\d\d:\d\d$/,
  );
  assert.match(frame(state).at(-1) ?? '', /Enter event.*\? keys {2}q leave$/);
});

test('keys that are off stand in brackets, in the footer and in ?: not by their colour alone', () => {
  const state = sized(answered(newExplorer({ readOnly: true }), [event({ seq: 1 })]), 200, 50);
  for (const colour of [false, true]) {
    const line = plain(keyLine({ actions: ACTIONS, state, place: 'events', columns: 200, colour }));
    assert.match(line, / {2}t target {2}\(r request\) {2}/);
    const keys = plain(bodyText(pressed(state, '?'), colour));
    assert.match(keys, /\(e\) +edit its target/);
    assert.match(keys, /^ t +who has touched its target/m);
  }
});

test('what is wrong takes the status line, without colour as well', () => {
  const state = sized(full(), 100, 30);
  assert.match(frame({ ...state, connection: 'lost' }).at(-2) ?? '', /✕ connection lost, trying again/);
  assert.match(frame({ ...state, notice: 'a\u001b[2Jb' }).at(-2) ?? '', /^a\\u001b\[2Jb/);
  const status = { ...STATUS, logger: 'restarting' as const, backlog: 1234 };
  assert.match(frame({ ...state, status }).at(-2) ?? '', /logger restarting, 1,234 waiting/);
});

test('at 80 columns the address gives way before the connection does', () => {
  const state = happened(sized(full(events(100, 1)), 80, 24), { what: 'status', status: STATUS });
  const daemon = 'unix:/home/ada/.local/share/whodid/whodid.sock';
  const words = (connection: ExplorerState['connection'], columns: number) =>
    statusWords({ ...state, connection }, { daemon, now: NOW, columns }).text;
  assert.is(words('on', 80), 'Ada users:1 (admin)  ● connected  lag 0');
  assert.match(words('lost', 80), /✕ connection lost, trying again/);
  assert.match(words('on', 140), /unix:.*whodid\.sock/);
});

test('a long sentence is said in two lines, not cut', () => {
  const notice = `${'notes:6 was deleted since that event. '.repeat(3)}Undo the deletion first.`;
  const lines = frame({ ...sized(full(), 100, 30), notice });
  assert.match(lines.slice(-2).join(' ').replaceAll(/\s+/g, ' '), /Undo the deletion first\./);
});

test('? has the keys of the place first, and the footer those that are of it alone', () => {
  const state = pressed(sized(full(), 100, 30), 'i');
  assert.match(bodyText(pressed(state, '?')), /Keys[^\n]*\nWhen, as bars/);
  assert.match(frame(state).at(-1) ?? '', /^\(Enter zoom in\) {2}\(e events\)/);
});

test('a time that is typed says where it goes', () => {
  const state = sized(full(), 100, 30);
  assert.match(bodyText(pressed(state, ':', ...'goto 2026-07-01 08:15')), /Enter goes to 2026-07-01 08:15\./);
  assert.match(bodyText(pressed(state, ':', ...'goto')), /A time: 2h/);
});

const messages: [what: string, state: ExplorerState, text: RegExp][] = [
  ['loading', newExplorer(), /Asking the daemon/],
  ['an empty log', answered(newExplorer(), []), /The log is empty/],
  [
    'nothing found',
    answered(newExplorer({ filter: { include: { actor: ['u:1'] }, exclude: {} } }), []),
    /No event matches\. f changes/,
  ],
  [
    'no permission',
    happened(newExplorer(), { what: 'fault', epoch: 0, reason: 'A viewer may not read the log.' }),
    /A viewer may not read the log\. R asks again, q leaves/,
  ],
  [
    'no permission for such a filter',
    happened(newExplorer(), { what: 'fault', epoch: 0, reason: 'Not allowed.', refused: true }),
    /Not allowed\. f changes the filter, q leaves/,
  ],
  ['no daemon', { ...newExplorer(), connection: 'lost' }, /The daemon does not answer/],
];
for (const [what, state, text] of messages) {
  test(`${what}: a view that says what to do next`, () => assert.match(bodyText(state), text));
}

test('below 60×15 it says so', () => {
  assert.match(frame(sized(full(), 59, 20)).join('\n'), /At least 60×15/);
});

test('a password is not shown', () => {
  const prompt = {
    what: 'password' as const,
    email: 'a@b.c',
    busy: false,
    line: lineOf('secret'),
    fault: undefined,
  };
  const lines = frame({ ...sized(full(), 100, 30), prompt });
  assert.match(plain(lines.at(-2) ?? ''), /^The session has ended\. Password of a@b\.c: \*{6} ?$/);
  assert.ok(!lines.join('\n').includes('secret'));
});

test('an error in the filter line is underlined and said', () => {
  const state = pressed(sized(full(), 100, 30), 'f', ...'action:changed sinc:2h', 'enter');
  const lines = frame(state);
  assert.match(lines.at(-2) ?? '', /action:changed \u001b\[4msinc:2h\u001b\[24m/);
  assert.match(lines.at(-1) ?? '', /^There is no filter "sinc"/);
});

test('without colours there are none, and selection and focus are still seen', () => {
  const text = bodyText(sized(full(), 200, 50));
  assert.not.match(text, /\u001b\[(?!7m|27m)/);
  assert.match(text, /━ Events ━/);
  assert.match(text, /▌/);
});

test('help lists every key', () => {
  const text = bodyText(pressed(sized(full(), 200, 80), '?'));
  for (const { label } of ACTIONS.filter(({ places }) => places.includes('events'))) {
    assert.ok(text.includes(label.slice(0, 30)), label);
  }
});

test('answers that failed are said in their pane', () => {
  const state = sized(full(), 200, 50);
  const { key } = recordQuestion(state)!;
  const answers = withAnswer(state.answers, key, { state: 'failed', reason: 'Not for a viewer.' });
  assert.match(bodyText({ ...state, answers }), /Not for a viewer\./);
  assert.ok(questionOf('request', { requestId: 'x' }).key.startsWith('request'));
  assert.is(stepOf(state).pane, 'events');
});

test('before the first rows are there the pane of the event says so; with none it says that there is none', () => {
  assert.match(bodyText(sized(newExplorer(), 120, 30)), /What happened is being asked for/);
  const none = sized(answered(newExplorer(), []), 120, 30);
  assert.match(bodyText(none), /There is no event to show/);
  const failed = happened(newExplorer(), { what: 'fault', epoch: 0, reason: 'No.' });
  assert.match(bodyText(sized(failed, 120, 30)), /There is no event to show/);
});

test('a pivot whose query fails says that, instead of the event that was known', () => {
  const step = pressed(full([event({ seq: 1, targetId: 't1' })]), 't');
  assert.match(bodyText(step), /Events ━+ … ━/);
  const failed = happened(step, { what: 'fault', epoch: 1, reason: 'You may not.' });
  assert.match(bodyText(failed), /You may not. R asks again, Backspace goes back, q leaves/);
});

test.run();

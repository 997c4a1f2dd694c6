// The screens in docs/terminal.md are what the program shows: each is drawn from a state, as the program draws it, and
// compared with the page. After a change, `WHODID_WRITE_SCREENS=1 node test/run.js house/terminal-screens` puts the
// new ones there; look at them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createElement } from 'react';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEventLines } from '#src/cli/tui/events/event-lines.js';
import { ACTIONS as EXPLORER_ACTIONS } from '#src/cli/tui/explorer/actions.js';
import { withAnswer } from '#src/cli/tui/explorer/answers.js';
import { countsQuestion } from '#src/cli/tui/explorer/counts.js';
import { createExplorerScreen } from '#src/cli/tui/explorer/explorer-screen.js';
import { formOf } from '#src/cli/tui/explorer/form.js';
import { happened } from '#src/cli/tui/explorer/happenings.js';
import { busiestQuestions, newestQuestion, recordQuestion } from '#src/cli/tui/explorer/questions.js';
import { type ExplorerState, stepOf } from '#src/cli/tui/explorer/state.js';
import { daysQuestion } from '#src/cli/tui/explorer/timeline.js';
import { createInkFrames } from '#src/cli/tui/ink-frames.js';
import { ACTIONS } from '#src/cli/tui/table/actions.js';
import { bodyOf, shownList } from '#src/cli/tui/table/body-lines.js';
import { TableFrame } from '#src/cli/tui/table/table-frame.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { event } from '../cli/events.js';
import { loadedTable } from '../cli/tui/a-table.js';
import { answered, ME, newExplorer, pressed, STATUS } from '../cli/tui/explorer/an-explorer.js';
import { PACKAGE_ROOT } from './package-files.js';

process.env.TZ = 'UTC';
const NOW = Date.UTC(2026, 10, 24, 20, 40);
const PAGE = join(PACKAGE_ROOT, 'docs/terminal.md');

const plain = (line: string) => line.replaceAll(/\u001b\[[0-9;]*m|\u2063/g, '');

function tableScreen(): string[] {
  const raw = gunzipSync(readFileSync(join(PACKAGE_ROOT, 'examples/fastify-history.jsonl.gz'))).toString();
  const all = raw
    .trimEnd()
    .split('\n')
    .map((line, index): DataEvent => {
      return { ...event({ seq: index + 1 }), changes: {}, ...JSON.parse(line) };
    });
  const rows = all
    .filter(({ actorId }) => actorId === 'u690f4c6c98')
    .toSorted((a, b) => b.timestamp - a.timestamp || b.seq - a.seq);
  const loaded = loadedTable({ rows: rows.slice(0, 200), more: true });
  const state = { ...loaded, filter: { include: { actor: ['users:u690f4c6c98'] }, exclude: {} } };
  const table = createEventLines({ colour: false });
  const shown = shownList(state);
  const props = { state, actions: ACTIONS, note: '', colour: false };
  const frames = createInkFrames();
  const view = createElement(TableFrame, { ...props, head: table.head(shown), cutIds: table.cutIds(shown) });
  const drawn = frames.draw(view, state.size.columns);
  frames.close();
  const inside = bodyOf({ state, actions: ACTIONS, now: NOW, colour: false, table });
  return [
    '$ whodid audit actor users u690f4c6c98',
    ...drawn.toSpliced(1, 0, ...inside).map(line => plain(line).trimEnd()),
  ];
}

function explorerScreen(state: ExplorerState): string[] {
  const frames = createInkFrames();
  const options = { actions: EXPLORER_ACTIONS, daemon: 'unix:/run/whodid.sock', colour: false, frames };
  const rows = createExplorerScreen(options).rows(state, NOW);
  frames.close();
  // None of these screens has wide characters: a cell is a character.
  return rows.map(row =>
    row.reduce((line, { column, text }) => line.padEnd(column) + plain(text), '').trimEnd(),
  );
}

const onGrace = (given: Partial<DataEvent> & { ago: number }): DataEvent => {
  const { ago, ...rest } = given;
  const who = { actorId: '1', actorName: 'Ada Lovelace' };
  const what = { targetType: 'users', targetId: '2', targetName: 'Grace' };
  return event({ ...who, ...what, timestamp: NOW - ago * 1000, ...rest });
};
const { changes: _, ...viewed } = onGrace({ seq: 10, ago: 75, action: 'viewed', eventName: 'users.viewed' });
const users: DataEvent[] = [
  onGrace({
    ...{ seq: 11, ago: 61, targetName: 'Grace Hopper', eventName: 'users.name.changed' },
    changes: { name: { prev: 'Grace', next: 'Grace Hopper' } },
    context: { comment: 'asked by phone' },
  }),
  viewed,
  onGrace({
    ...{ seq: 9, ago: 99, eventName: 'users.role.changed' },
    changes: { role: { prev: 'viewer', next: 'editor' } },
  }),
  onGrace({
    ...{ seq: 7, ago: 130, action: 'created', eventName: 'users.created' },
    changes: { name: { prev: null, next: 'Grace' }, email: { prev: null, next: 'grace@example.com' } },
  }),
];
const told = (state: ExplorerState, key: string, value: object): ExplorerState => ({
  ...state,
  answers: withAnswer(state.answers, key, { state: 'answered', value } as never),
});
const stood = (seq: number, state: object) => ({
  ...{ type: 'users', id: '2', exists: true, state, seq, timestamp: NOW, complete: true, notRecorded: [] },
});

function explorer(columns: number, lines: number): ExplorerState {
  const size = { columns, lines };
  const me = { ...ME, name: 'Ada Lovelace' };
  const filter = { include: { target: ['users:2'] }, exclude: {} };
  const started = answered(newExplorer({ size, me, filter, label: 'users:2' }), users);
  const status = { ...STATUS, storedSeq: 11 };
  const reached = happened(started, { what: 'status', status });
  const followed = happened(reached, { what: 'following', epoch: 0, following: 'on' });
  const { actors, targets } = busiestQuestions(followed);
  const row = (key: string, count: number) => ({ key, count, firstAt: NOW, lastAt: NOW - 61_000 });
  let state = told(followed, actors.key, { rows: [row('users:1', 4)], partial: false });
  state = told(state, targets.key, { rows: [row('users:2', 4)], partial: false });
  const record = { name: 'Grace Hopper', email: 'grace@example.com', role: 'editor' };
  return told(state, recordQuestion(state)!.key, stood(11, record));
}

function scrubberState(): ExplorerState {
  const opened = pressed(explorer(80, 24), 'j', 'j', 's');
  const changes = users.filter(({ action }) => action !== 'viewed');
  const state = answered(opened, changes);
  const then = told(
    state,
    recordQuestion(state)!.key,
    stood(9, { name: 'Grace', email: 'grace@example.com', role: 'editor' }),
  );
  const now = { name: 'Grace Hopper', email: 'grace@example.com', role: 'editor' };
  return told(then, newestQuestion(then)!.key, stood(11, now));
}

function countsState(): ExplorerState {
  const open = pressed(explorer(80, 24), 'S', 'right', 'right');
  const row = (key: string, count: number) => ({ key, count, firstAt: 0, lastAt: NOW - 61_000 });
  const rows = [row('changed', 9120), row('created', 1402), row('viewed', 311), row('deleted', 44)];
  const state = told(open, countsQuestion(open, 'action').key, { rows, partial: false });
  const days = Array.from({ length: 24 }, (_, index) => ({
    ...{ day: `2026-11-${String(index + 1).padStart(2, '0')}`, events: 1, occurrences: 1 },
    ...{
      viewed: index % 5,
      created: 24 - index,
      changed: 3 + ((index * 7) % 11),
      deleted: index === 9 ? 3 : 0,
    },
  }));
  return told(state, daysQuestion(stepOf(state)).key, { days, partial: false });
}

function savingState(): ExplorerState {
  const type = {
    name: 'users',
    fields: ['id', 'name', 'email', 'role'],
    schema: { required: ['name', 'email'], properties: { role: { enum: ['admin', 'editor', 'viewer'] } } },
  };
  const record = { id: '2', name: 'Grace', email: 'grace@example.com', role: 'editor' };
  const form = happened(explorer(80, 24), { what: 'form', form: formOf(type, record, '"1"') });
  return pressed(form, ...' Hopper', 'ctrl+s', 'tab', ...'asked by phone', 'enter');
}

const SCREENS: Record<string, () => string[]> = {
  table: tableScreen,
  explorer: () => explorerScreen(explorer(120, 24)),
  scrubber: () => explorerScreen(scrubberState()),
  counts: () => explorerScreen(countsState()),
  saving: () => explorerScreen(savingState()),
  filter: () => explorerScreen(pressed(explorer(80, 24), 'f', ...'acton:x', 'enter')).slice(-2),
};

const block = (name: string) => new RegExp(`(<!-- screen ${name} -->\n\n\`\`\`\n)([\\s\\S]*?)(\`\`\`\n)`);

for (const [name, draw] of Object.entries(SCREENS)) {
  test(`the page has the screen "${name}" as it is drawn`, () => {
    const drawn = `${draw().join('\n')}\n`;
    const page = readFileSync(PAGE, 'utf8');
    assert.match(page, block(name));
    if (process.env.WHODID_WRITE_SCREENS === '1') {
      writeFileSync(
        PAGE,
        page.replace(block(name), (_, before, _old, after) => before + drawn + after),
      );
      return;
    }
    assert.is(block(name).exec(page)?.[2], drawn);
  });
}

test('every screen of the page is one that is drawn here', () => {
  const named = [...readFileSync(PAGE, 'utf8').matchAll(/<!-- screen (\S+) -->/g)].map(([, name]) => name);
  assert.equal(named.toSorted(), Object.keys(SCREENS).toSorted());
});

test.run();

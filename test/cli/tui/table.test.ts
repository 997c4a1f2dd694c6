import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOf, stretchOf } from '#src/cli/tui/events/event-window.js';
import { wantedRows } from '#src/cli/tui/events/wanted-rows.js';
import { ACTIONS } from '#src/cli/tui/table/actions.js';
import { happened } from '#src/cli/tui/table/happenings.js';
import { bodyLines, type Place, placeOf, type TableState } from '#src/cli/tui/table/state.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { event } from '../events.js';
import { events, lineText, loadedTable, pressed, typed, under } from './a-table.js';

const wanted = (state: TableState) => wantedRows(state, bodyLines(state));
const arrived = (state: TableState, rows = events(101, 101)) =>
  happened(state, { what: 'arrived', epoch: state.epoch, events: rows });

test('no key means two things in one place', () => {
  const places = new Set(ACTIONS.flatMap(action => action.places));
  for (const place of places as Set<Place>) {
    const keys = ACTIONS.filter(action => action.places.includes(place)).flatMap(action => action.keys);
    assert.equal(keys.length, new Set(keys).size, `${place}: ${keys.join(' ')}`);
  }
});

test('the table takes at most half of the terminal, and no more than it needs', () => {
  assert.is(loadedTable({ rows: events(100, 1) }).height, 12);
  assert.is(loadedTable({ rows: events(100, 1), columns: 200, lines: 50 }).height, 25);
  assert.is(loadedTable({ rows: events(100, 98), lines: 50 }).height, 7);
});

test('moving: the cursor stays in sight and inside', () => {
  const table = loadedTable({ rows: events(100, 1) });
  assert.is(under(pressed(table, 'j', 'j', 'down', 'k')), 98);
  assert.is(under(pressed(table, 'k')), 100);
  const paged = pressed(table, 'pagedown', 'pagedown');
  assert.ok(paged.selected >= paged.top && paged.selected < paged.top + bodyLines(paged));
  assert.is(under(pressed(table, 'G')), 1);
  assert.is(under(pressed(table, 'G', 'g')), 100);
});

test('rows are asked for before they are needed, and the end of the log from its own end', () => {
  const table = loadedTable({ rows: events(100, 1), more: true });
  assert.is(wanted(table), undefined);
  assert.equal(wanted(pressed(table, ...Array(9).fill('pagedown'))), {
    place: 'older',
    asked: { cursor: 'more', order: 'desc' },
  });
  assert.equal(wanted(pressed(table, 'G')), { place: 'end', asked: { start: 'asc' } });
});

/** The table after the page that it wants now. */
function loadedMore(table: TableState, rows: DataEvent[], more: boolean): TableState {
  const next = wanted(table)!;
  const page = { data: rows, next: more ? 'more' : null, prev: 'back' };
  return happened(table, {
    what: 'loaded',
    epoch: 0,
    wanted: next,
    stretch: stretchOf(page, next.asked),
    stale: false,
  });
}

const ways: [what: string, keys: string[]][] = [
  ['screens down', Array(5).fill('pagedown')],
  ['rows down', Array(40).fill('j')],
  ['screens down, and one up again', [...Array(6).fill('pagedown'), 'pageup']],
];
for (const [what, keys] of ways) {
  test(`a way past the rows that are loaded is gone as they come: ${what}`, () => {
    const known = pressed(loadedTable({ rows: events(100, 1) }), ...keys);
    let table = pressed(loadedTable({ rows: events(100, 81), more: true }), ...keys);
    assert.is.not(under(table), under(known));
    assert.ok(table.owed !== undefined);
    table = loadedMore(table, events(80, 71), true);
    table = loadedMore(table, events(70, 1), false);
    assert.equal([under(table), table.selected - table.top], [under(known), known.selected - known.top]);
    assert.is(table.owed, undefined);
  });
}

test('a way that is owed ends where the log does, and where one goes elsewhere meanwhile', () => {
  const table = pressed(loadedTable({ rows: events(100, 81), more: true }), ...Array(9).fill('pagedown'));
  const end = loadedMore(table, events(80, 71), false);
  assert.equal([under(end), end.owed], [71, undefined]);
  assert.is(under(loadedMore(pressed(table, 'g'), events(80, 1), false)), 100);
  const found = pressed(typed(pressed(table, '/'), 't90'), 'enter');
  assert.is(under(found), 90);
  assert.is(under(loadedMore(found, events(80, 1), false)), 90);
  const failed = happened(table, { what: 'fault', epoch: 0, reason: 'No.' });
  assert.is(under(loadedMore(pressed(failed, 'r'), events(80, 1), false)), 81);
});

test('where one scrolls, more is loaded ahead than where one looks at the top', () => {
  const table = loadedTable({ rows: events(200, 1), more: true });
  assert.is(wanted(table), undefined);
  assert.is(wanted(pressed(table, 'pagedown'))?.place, 'older');
});

test('a page that comes does not move what one looks at', () => {
  const table = pressed(loadedTable({ rows: events(100, 51), more: true }), 'j', 'j', 'pagedown');
  const asked = { cursor: 'more', order: 'desc' as const };
  const stretch = stretchOf({ data: events(50, 1), next: null, prev: 'back' }, asked);
  const more = happened(table, {
    what: 'loaded',
    epoch: 0,
    wanted: { place: 'older', asked },
    stretch,
    stale: false,
  });
  assert.equal([under(more), more.top], [under(table), table.top]);
  assert.is(more.rows.length, 100);
});

test('after a failure nothing is asked until one says so', () => {
  const table = pressed(loadedTable({ rows: events(100, 90), more: true }));
  assert.ok(wanted(table));
  const failed = happened(table, { what: 'fault', epoch: 0, reason: 'No.' });
  assert.is(wanted(failed), undefined);
  assert.ok(wanted(pressed(failed, 'r')));
});

test('new events: at the top they come in and the cursor stays on its event', () => {
  const table = arrived(loadedTable({ rows: events(100, 1) }));
  assert.equal([under(table), table.top, table.selected, table.unseen], [100, 0, 1, 0]);
});

test('new events away from the top move nothing and are counted', () => {
  const away = pressed(loadedTable({ rows: events(100, 1) }), ...Array(15).fill('j'));
  const later = arrived(arrived(away), events(103, 102));
  assert.equal([under(later), later.selected - later.top], [under(away), away.selected - away.top]);
  assert.is(later.unseen, 3);
  assert.is(pressed(later, 'g').unseen, 0);
  assert.is(under(pressed(later, 'g')), 103);
});

test('however many come in, the event under the cursor stays, and nothing is held without bound', () => {
  let table = pressed(loadedTable({ rows: events(100, 1) }), ...Array(15).fill('j'));
  const [seq, line] = [under(table), table.selected - table.top];
  for (let batch = 0; batch < 100; batch += 1) {
    table = arrived(table, events(200 + batch * 100, 101 + batch * 100));
    assert.equal([under(table), table.selected - table.top], [seq, line]);
    assert.ok(table.rows.length <= 4000);
  }
  assert.is(table.unseen, 10_000);
  assert.is(table.above! + table.selected, 10_015, 'its place in the log');
  assert.is(under(pressed(table, 'g')), 10_100);
  const above = eventsOf(table.window)[0]!;
  const up = pressed(table, ...Array(60).fill('pageup'));
  assert.equal(wanted(up), { place: 'newer', asked: { since: above.timestamp } });
  const next = loadedMore(up, events(above.seq + 199, above.seq).toReversed(), true);
  assert.equal([under(next), next.rows[0]?.seq], [under(up), above.seq + 199]);
});

test('what an earlier query still answers is dropped', () => {
  const table = { ...loadedTable({ rows: events(100, 1) }), epoch: 3 };
  assert.is(happened(table, { what: 'arrived', epoch: 2, events: events(101, 101) }), table);
});

test('search goes to the next row that shows the text, round the end, and back', () => {
  const table = loadedTable({ rows: events(100, 1) });
  const found = pressed(typed(pressed(table, '/'), 't5'), 'enter');
  assert.is(under(found), 59);
  assert.is(under(pressed(found, 'n')), 58);
  assert.is(under(pressed(found, 'n', 'N')), 59);
  assert.is(under(pressed(found, 'N')), 5);
  assert.match(pressed(found, 'N').notice ?? '', /went round/);
  const none = pressed(typed(pressed(table, '/'), 'zebra'), 'enter');
  assert.match(none.notice ?? '', /No loaded row has "zebra"/);
  assert.match(pressed(table, 'n').notice ?? '', /Not now: nothing has been searched for/);
});

test('a filter asks again from the start; one that is wrong says why and stays', () => {
  const table = pressed(loadedTable({ rows: events(100, 1) }), 'j', 'f');
  const applied = pressed(typed(table, 'action:changed -field:name'), 'enter');
  assert.equal(applied.filter, { include: { action: ['changed'] }, exclude: { field: ['name'] } });
  assert.equal([applied.epoch, applied.rows.length, placeOf(applied)], [1, 0, 'table']);
  assert.equal(wanted(applied), { place: 'start', asked: { start: 'desc' } });
  const wrong = pressed(typed(table, 'acton:changed'), 'enter');
  assert.is(wrong.prompt?.what, 'filter');
  assert.match(
    wrong.prompt?.what === 'filter' ? (wrong.prompt.fault?.message ?? '') : '',
    /no filter "acton"/,
  );
  assert.is(pressed(typed(table, ' '), 'enter').epoch, 0, 'the same filter asks nothing');
});

test('completion in the filter line takes what the rows show', () => {
  const table = pressed(loadedTable({ rows: [event({ actorId: '77' })] }), 'f');
  assert.is(lineText(pressed(typed(table, 'act'), 'tab')), 'actor:');
  assert.is(lineText(pressed(typed(table, 'act'), 'tab', 'tab')), 'actor:users:');
  assert.is(lineText(pressed(typed(table, 'actor:users:7'), 'tab')), 'actor:users:77 ');
});

test('Tab goes on from one thing that it can be to the next, and round; Shift+Tab back', () => {
  const rows = ['a', 'b', 'c'].map(actorId => event({ actorId }));
  const begun = typed(pressed(loadedTable({ rows }), 'f'), 'action:viewed actor:users:');
  const shown = (...keys: string[]) => lineText(pressed(begun, ...keys))?.slice('action:viewed '.length);
  assert.is(shown('tab'), 'actor:users:a');
  assert.is(shown('tab', 'tab'), 'actor:users:b');
  assert.is(shown('tab', 'tab', 'tab', 'tab'), 'actor:users:', 'whoever of the type');
  assert.is(shown('tab', 'tab', 'tab', 'tab', 'tab'), 'actor:users:a');
  assert.is(shown('shift+tab'), 'actor:users:c');
  assert.is(shown('tab', 'tab', 'shift+tab'), 'actor:users:a');
});

test('an id with a space is completed in quotes, whether they were begun or not', () => {
  const rows = ['a b', 'a c', 'other'].map(targetId => event({ targetType: 'files', targetId }));
  const filter = pressed(loadedTable({ rows }), 'f');
  const shown = (text: string, ...keys: string[]) => lineText(pressed(typed(filter, text), ...keys));
  assert.is(shown('target:"files:a', 'tab'), 'target:"files:a ');
  assert.is(shown('target:"files:a b', 'tab'), 'target:"files:a b" ');
  assert.is(shown('target:files:a', 'tab', 'tab'), 'target:"files:a b"');
  assert.is(shown('target:files:a', 'tab', 'tab', 'tab'), 'target:"files:a c"');
});

test('columns can be hidden, but not all', () => {
  const menu = pressed(loadedTable({ rows: events(3, 1) }), 'c');
  assert.equal(pressed(menu, 'down', 'space').hidden, ['actor']);
  assert.equal(pressed(menu, 'down', 'space', 'space').hidden, []);
  const all = pressed(
    menu,
    ...['space', 'j', 'space', 'j', 'space', 'j', 'space', 'j', 'space', 'j', 'space'],
  );
  assert.is(all.hidden.length, 5);
  assert.is(placeOf(pressed(all, 'escape')), 'table');
});

test('sorted by time the daemon is asked again; by anything else all is loaded and sorted here', () => {
  const rows = [
    event({ seq: 3, actorId: 'b' }),
    event({ seq: 2, actorId: 'a' }),
    event({ seq: 1, actorId: 'b' }),
  ];
  const table = loadedTable({ rows, more: true });
  const oldest = pressed(table, 's', 'j', 'enter');
  assert.equal(wanted(oldest), { place: 'start', asked: { start: 'asc' } });
  assert.match(pressed(oldest, 'F').notice ?? '', /newest first/);
  const byActor = pressed(table, 's', 'j', 'j', 'enter');
  const asked = { start: 'desc' as const };
  const stretch = stretchOf({ data: rows, next: 'more', prev: null }, asked);
  const loaded = happened(byActor, {
    what: 'loaded',
    epoch: 1,
    wanted: { place: 'start', asked },
    stretch,
    stale: false,
  });
  assert.equal(
    loaded.rows.map(({ seq }) => seq),
    [2, 3, 1],
  );
  assert.equal(wanted(loaded)?.place, 'older');
});

test('an event in detail: scrolled no further than it goes, its neighbours a key away', () => {
  const table = pressed(loadedTable({ rows: events(100, 1) }), 'j', 'enter');
  assert.equal(table.detail, { seq: 99, scroll: 0 });
  const end = pressed(table, 'G');
  assert.ok(end.detail!.scroll < 20);
  assert.is(pressed(end, 'k').detail!.scroll, Math.max(0, end.detail!.scroll - 1));
  assert.equal(pressed(table, 'right').detail, { seq: 98, scroll: 0 });
  assert.equal(pressed(table, 'left').detail, { seq: 100, scroll: 0 });
  assert.is(pressed(table, 'escape').detail, undefined);
  assert.equal(pressed(table, '?', 'escape').detail, table.detail, 'its keys are over it, not instead of it');
});

test('a smaller terminal keeps the event in sight', () => {
  const table = pressed(loadedTable({ rows: events(100, 1), lines: 50 }), ...Array(20).fill('j'));
  const small = happened(table, { what: 'resized', size: { columns: 60, lines: 15 } });
  assert.is(under(small), under(table));
  assert.is(small.height, 7);
  assert.ok(small.selected < small.top + bodyLines(small));
});

test.run();

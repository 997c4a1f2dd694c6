// The walk through the log in lines: what is counted, marked, copied, kept, followed and changed, from numbered choices.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { walkLog } from '#src/cli/accessible/walk-log.js';
import type { Me } from '#src/shared/api.js';
import { EVERYTHING } from '#src/shared/audit-filter.js';
import type { Client } from '#src/shared/client.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { event } from '../events.js';

const NOW = Date.UTC(2026, 6, 31, 12);
const dir = mkdtempSync(join(tmpdir(), 'whodid-walk-'));
test.after(() => rmSync(dir, { recursive: true, force: true }));

const SCHEMA = {
  properties: { name: { type: 'string' }, size: { type: 'integer' } },
  required: ['name'],
};
const TYPE = { name: 'files', fields: ['id', 'name', 'size'], schema: SCHEMA };

/** A daemon that answers from two events, and notes what it was asked to do. */
function daemon(arriving: DataEvent[] = []) {
  const done: unknown[] = [];
  const note =
    (what: string, answer: unknown) =>
    async (...args: unknown[]) => {
      done.push([what, ...args]);
      return answer;
    };
  const changes = { name: { prev: 'b', next: 'a' } };
  const client = {
    me: async () => ({ actorType: 'users', id: '1', name: 'Ada', role: 'admin' }) as Me,
    status: async () => ({ storedSeq: 2 }),
    types: { list: async () => ({ data: [TYPE] }), get: async () => TYPE },
    records: {
      get: async () => ({ record: { id: 'f1', name: 'b', size: 3 }, etag: '"7"' }),
      create: note('create', { id: 'f9', eventIds: [] }),
      update: note('update', { id: 'f1', eventIds: [] }),
      delete: note('delete', { eventIds: [] }),
    },
    audit: {
      events: async (query: unknown) => {
        done.push(['events', query]);
        return { data: EVENTS, next: null, prev: null, within: 'w' };
      },
      summary: async () => ({ data: [{ key: 'users:1', count: 1234, firstAt: NOW, lastAt: NOW - 60_000 }] }),
      stats: async () => ({
        days: ['2026-07-30', '2026-07-31'].map((day, index) => ({
          ...{ day, events: index + 1, occurrences: index + 1 },
          ...{ viewed: 0, created: 0, changed: index + 1, deleted: 0 },
        })),
      }),
      revert: note('revert', {
        ...{ type: 'files', id: 'f1', action: 'changed', changes, notRestored: ['secret'] },
        ...{ correlationId: null, etag: '"7"', preview: true, eventIds: [] },
      }),
      async *follow(_filter: unknown, { afterSeq }: { afterSeq: number }) {
        yield* arriving.filter(({ seq }) => seq > afterSeq);
      },
    },
  } as unknown as Client;
  return { client, done };
}

const of = (seq: number) =>
  event({
    seq,
    action: 'changed',
    targetType: 'files',
    targetId: 'f1',
    changes: { name: { prev: 'a', next: 'b' } },
  });
const EVENTS = [of(2), of(1)];

interface Given {
  readOnly?: boolean;
  role?: Me['role'];
  arriving?: DataEvent[];
}

/** Answers one question after another: with a text, or with the number that the choice of that name has. */
async function walked(
  answers: (string | RegExp | boolean)[],
  { readOnly = false, role, arriving }: Given = {},
) {
  const { client, done } = daemon(arriving);
  if (role !== undefined) client.me = async () => ({ actorType: 'users', id: '1', name: 'Ada', role }) as Me;
  let text = '';
  const left = [...answers, '0'];
  const answer = (message: string) => {
    const next = left.shift();
    text += `${message}: ${next}\n`;
    if (next === undefined) throw new Error(`Nobody answers ${message}`);
    if (!(next instanceof RegExp)) return next;
    const lines = text.split('\n').reverse();
    const found = lines.find(line => /^\d+\. /.test(line) && next.test(line));
    if (found === undefined) throw new Error(`There is no ${next}:\n${text}`);
    return found.split('.')[0]!;
  };
  await walkLog({
    io: {
      width: 100,
      write: async (more: string) => {
        text += more;
      },
      prompts: {
        input: async (message: string) => answer(message),
        confirm: async (message: string) => answer(message),
      },
    } as never,
    ...{ client, clock: () => NOW, filter: EVERYTHING, label: 'everything', order: undefined, flags: {} },
    ...{ config: { dir }, readOnly },
  });
  assert.equal(left, [], 'every answer was asked for');
  return {
    text,
    done,
    queries: done.flatMap(one => ((one as unknown[])[0] === 'events' ? [(one as unknown[])[1]] : [])),
  };
}

const INTO_EVENT = [/an event in full/, '1'] as const;

test('counts are read out by number, and lead to the events of a row', async () => {
  const { text, queries } = await walked([/how much of what/, /\d\. actor/, '1']);
  assert.match(text, /Counts by actor, the most first\.\n1\. users:1: 1,234, last 1m ago\n0\. none of them/);
  assert.equal((queries.at(-1) as { include: unknown }).include, { actor: ['users:1'] });
});

test('when it happened is read out by day, the newest first, and leads to the events of a day', async () => {
  const { text, queries } = await walked([/when it happened/, '2']);
  assert.match(text, /By day, the newest first\.\n1\. 2026-07-31: 2\n2\. 2026-07-30: 1\n/);
  const { since, until } = queries.at(-1) as { since: number; until: number };
  assert.equal([since, until], [new Date(2026, 6, 30).getTime(), new Date(2026, 6, 31).getTime()]);
});

test('none of them, and what is none of them, leave one where one was', async () => {
  const { text, queries } = await walked([/how much of what/, '0', /how much of what/, /\d\. field/, '9']);
  assert.match(text, /9 is none of them\./);
  assert.is(queries.length, 1);
});

test('marks: by their numbers in the page, and of one event; marking again takes the mark away', async () => {
  const { text } = await walked([/mark events/, '1 2', /mark events/, '2 7', ...INTO_EVENT, /mark it/]);
  assert.match(
    text,
    /2 marked\.\n[\s\S]*not all are here; nothing is marked\.\n2 marked\.\n[\s\S]*1 marked\./,
  );
});

test('texts to copy: the marked, the event, its target, the command of the view', async () => {
  const { text } = await walked([
    ...[/mark events/, '1 2', /a text to copy/, /the 2 marked/],
    ...[...INTO_EVENT, /a text to copy/, /its target/, /a text to copy/, /the command/],
  ]);
  assert.match(text, /\n\[\n {2}\{\n {4}"seq": 2,[\s\S]*"seq": 1,/);
  assert.match(text, /\nfiles:f1\n/);
  assert.match(text, /\nwhodid audit events --all --jsonl\n/);
});

test('a view is kept under a digit, and opened again', async () => {
  await walked([/filter/, 'action:changed', /keep this view/, '3']);
  const { text, queries } = await walked([/a view that was kept/, /action:changed, under 3/]);
  assert.match(text, /everything, then action:changed: events 1 to 2/);
  assert.equal((queries.at(-1) as { include: unknown }).include, { action: ['changed'] });
  assert.match((await walked([/keep this view/, 'x'])).text, /x is no digit/);
});

test('new events are read out as they come, until something is typed', async () => {
  const { text } = await walked([/new events as they come/, '0'], { arriving: [of(2), of(3), of(4)] });
  assert.is(text.match(/changed .*files:f1: name: "a" → "b"/g)?.length, 2 + 2);
});

test('a record is created from its fields, after what would be saved was read out', async () => {
  const { text, done } = await walked([
    ...[/create a record/, '1', /size: nothing/, 'many', /size: nothing/, '12'],
    ...[/name: nothing \(needed\)/, 'a\u001bb', '0', true],
  ]);
  assert.match(text, /size takes JSON/);
  assert.match(text, /This would be saved:\nname: "a\\u001bb"\nsize: 12\n/);
  assert.equal(done.at(-1), ['create', 'files', { name: 'a\u001bb', size: 12 }, { minimal: true }]);
});

test('what is needed and what was not changed is said, and nothing is saved', async () => {
  const lacking = await walked([/create a record/, '1', /size/, '1', '0']);
  assert.match(lacking.text, /name is needed; nothing is saved\./);
  const same = await walked([...INTO_EVENT, /edit its target/, '0']);
  assert.match(same.text, /Nothing was changed\./);
  const refused = await walked([...INTO_EVENT, /edit its target/, /name/, true, 'c', '0', false]);
  for (const { done } of [lacking, same, refused])
    assert.not.ok(done.some(one => ['create', 'update'].includes(String((one as unknown[])[0]))));
});

test('a record is edited: a new value, and one that is taken away, if it is as it was read', async () => {
  const { text, done } = await walked([
    ...[...INTO_EVENT, /edit its target/, /name: "b"/, true, 'c', /size: 3/, false, '0', true],
  ]);
  assert.match(text, /This would be saved:\nname: "b" → "c"\nsize: 3 → null\n/);
  assert.equal(done.at(-1), [
    'update',
    'files',
    'f1',
    { name: 'c', size: null },
    { minimal: true, ifMatch: '"7"' },
  ]);
});

test('deleting takes the id; anything else leaves the record', async () => {
  const kept = await walked([...INTO_EVENT, /delete its target/, 'yes']);
  assert.match(kept.text, /files:f1 stays/);
  assert.not.ok(kept.done.some(one => (one as unknown[])[0] === 'delete'));
  const { done } = await walked([...INTO_EVENT, /delete its target/, 'f1']);
  assert.equal(done.at(-1), ['delete', 'files', 'f1']);
});

test('undoing is read out before it is asked about', async () => {
  const { text, done } = await walked([...INTO_EVENT, /undo what it changed/, true]);
  assert.match(
    text,
    /would be changed like this:\nname: "b" → "a"\nNot in the log, so not brought back: secret\./,
  );
  assert.equal(done.at(-1), ['revert', { event: EVENTS[0]?.id }, { ifMatch: '"7"' }]);
  const refused = await walked([...INTO_EVENT, /undo what it changed/, false]);
  assert.is(refused.done.filter(one => (one as unknown[])[0] === 'revert').length, 1);
});

for (const [who, given] of [
  ['a viewer', { role: 'viewer' }],
  ['whoever looks only', { readOnly: true }],
] as const) {
  test(`${who} is offered nothing that changes records`, async () => {
    const { text } = await walked([...INTO_EVENT], given);
    assert.not.match(text, /create a record|edit its target|delete its target|undo/);
    assert.match(text, /what its actor has done/);
  });
}

test.run();

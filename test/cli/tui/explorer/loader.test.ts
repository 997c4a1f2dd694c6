// What the explorer asks of the daemon while it is open: the busiest are counted again as events come in.
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Happening, happened } from '#src/cli/tui/explorer/happenings.js';
import { createLoader } from '#src/cli/tui/explorer/loader.js';
import { busiestQuestions } from '#src/cli/tui/explorer/questions.js';
import { type ExplorerState, stepOf, withStep } from '#src/cli/tui/explorer/state.js';
import type { Client } from '#src/shared/client.js';
import { Problem } from '#src/shared/problem.js';
import { event } from '../../events.js';
import { events } from '../a-table.js';
import { answered, newExplorer, pressed, STATUS } from './an-explorer.js';

/** A daemon that answers counts as it is told, and time that passes when it is told to. */
function stage() {
  const asked: { by: string; within: string | undefined }[] = [];
  const timers: { ms: number; later: () => void }[] = [];
  let count = 1;
  let failing = false;
  const client = {
    status: async () => STATUS,
    audit: {
      events: async () => ({ data: [], next: null, prev: null }),
      async *follow() {},
      state: () => new Promise(() => undefined),
      async summary({ within }: { within?: string }, by: string) {
        asked.push({ by, within });
        if (failing) throw new Problem('unavailable', 'Not now.');
        return { data: [{ key: `${by}:1`, count, firstAt: 1, lastAt: 1 }] };
      },
    },
  } as unknown as Client;
  const within = {
    ...stepOf(answered(newExplorer(), events(9, 1))).list,
    within: 'w',
    following: 'on' as const,
  };
  let state: ExplorerState = withStep(newExplorer(), { list: within });
  const loader = createLoader({
    client,
    tell(happening: Happening) {
      state = happened(state, happening);
      loader.serve(state);
    },
    fail(error) {
      throw error;
    },
    after(ms, later) {
      const timer = { ms, later };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  loader.serve(state);
  return {
    asked,
    loader,
    counts: () =>
      Object.values(busiestQuestions(state)).map(({ key }) => {
        const answer = state.answers.get(key);
        return answer?.state === 'answered' && 'rows' in answer.value ? answer.value.rows : answer?.state;
      }),
    answersWith(next: number | 'nothing') {
      failing = next === 'nothing';
      if (next !== 'nothing') count = next;
    },
    arrive(seq: number) {
      state = happened(state, { what: 'arrived', epoch: 0, events: [event({ seq, timestamp: seq })] });
      loader.serve(state);
    },
    /** The timers of so many milliseconds that are set go off. */
    async pass(ms: number) {
      const due = timers.filter(timer => timer.ms === ms);
      for (const timer of due) timers.splice(timers.indexOf(timer), 1);
      for (const { later } of due) later();
      await turn();
      await turn();
      return due.length;
    },
  };
}
const RECOUNT = 3000;

test('what comes in is counted: once for all that came meanwhile, within the query that is recorded', async () => {
  const it = stage();
  await turn();
  assert.equal(it.asked.length, 2);
  assert.is(await it.pass(RECOUNT), 0, 'nothing has come in');
  it.arrive(2000);
  it.arrive(2001);
  it.answersWith(7);
  assert.is(await it.pass(RECOUNT), 1);
  assert.equal(it.asked.slice(2), [
    { by: 'actor', within: 'w' },
    { by: 'target', within: 'w' },
  ]);
  assert.equal(
    it.counts().map(rows => (Array.isArray(rows) ? rows[0]?.count : rows)),
    [7, 7],
  );
  assert.is(await it.pass(RECOUNT), 0, 'nothing more has come in');
  it.loader.close();
});

test('counts that cannot be had again stay as they were', async () => {
  const it = stage();
  await turn();
  it.arrive(2000);
  it.answersWith('nothing');
  await it.pass(RECOUNT);
  assert.equal(
    it.counts().map(rows => (Array.isArray(rows) ? rows[0]?.count : rows)),
    [1, 1],
  );
  it.loader.close();
});

test('a history comes with where older events were removed', async () => {
  const client = {
    status: async () => STATUS,
    audit: {
      events: async () => ({ data: [], next: null, prev: null }),
      async *follow() {},
      history: async () => ({ data: [], next: null, prev: null, removedThrough: 4 }),
    },
  } as unknown as Client;
  const state = pressed(answered(newExplorer(), events(9, 1)), 'H');
  const told: Happening[] = [];
  const loader = createLoader({
    client,
    tell: happening => void told.push(happening),
    fail(error) {
      throw error;
    },
    after: () => () => undefined,
  });
  loader.serve(state);
  await turn();
  loader.close();
  assert.equal(
    told.flatMap(one => (one.what === 'answered' && one.key.startsWith('history') ? [one.answer] : [])),
    [{ state: 'answered', value: { lines: [], more: false, removedThrough: 4 } }],
  );
});

test.run();

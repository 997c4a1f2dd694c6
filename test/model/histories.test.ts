// Random lives of records, many at once, with crashes (SIGKILL) and restarts in the middle of their requests, against a
// small pure model: afterwards the log holds exactly what the model says, and rebuilds every field of every record.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataEvent } from '#src/shared/data-event.js';
import { type DaemonProcess, daemonProcess } from '../e2e/daemon-process.js';
import { howMany, inLanes, LANES, progress, seed } from '../full-form.js';
import {
  type Body,
  canonical,
  created,
  deleted,
  type ModelRecord,
  patch,
  rebuilt,
  type Told,
  viewed,
} from './record-model.js';

const HISTORIES = howMany('WHODID_TEST_HISTORIES', 60, 10_000);

/** Histories that go on at once: what ends the daemon's process meets all of them. */
const AT_ONCE = 20;

/** Times that the process ends in the course of these. */
const MOST_ENDINGS = 3;

/** Well before the access token expires, in milliseconds. */
const LOGIN_AGAIN_MS = 180_000;

const TYPE = 'things';
const SCHEMA = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    count: { type: 'number' },
    done: { type: 'boolean' },
    tags: { type: 'array' },
    meta: { type: 'object' },
  },
};

const text = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter(value => !value.includes('\0') && value.isWellFormed());
const number = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map(value => (value === 0 ? 0 : value));
const name = fc.stringMatching(/^[a-z]{1,4}$/);
const { value } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text as fc.Arbitrary<unknown>,
    number,
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
}));
const object = fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true });
const FIELDS = {
  title: text,
  count: number,
  done: fc.boolean(),
  tags: fc.array(value, { maxLength: 3 }),
  meta: object,
};
const body = fc.record(FIELDS, { requiredKeys: [], noNullPrototype: true });
const removing = fc.record(
  Object.fromEntries(
    Object.entries(FIELDS).map(([field, arbitrary]) => [
      field,
      fc.option(arbitrary as fc.Arbitrary<unknown>),
    ]),
  ),
  { requiredKeys: [], noNullPrototype: true },
);

type Step =
  | { kind: 'create'; body: Body; minimal: boolean }
  | { kind: 'update'; which: number; body: Body; minimal: boolean }
  | { kind: 'read' | 'delete'; which: number };

/** How the daemon's process ends, while others are being answered: after so many answers, and so many milliseconds. */
interface Ending {
  how: 'SIGKILL' | 'SIGTERM';
  answers: number;
  afterMs: number;
}

const which = fc.nat({ max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('create' as const), body, minimal: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      which,
      body: removing,
      minimal: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), which }) },
);
const life = fc.array(step, { minLength: 1, maxLength: 24, size: 'max' });
const ending: fc.Arbitrary<Ending> = fc.record({
  how: fc.oneof(
    { weight: 4, arbitrary: fc.constant('SIGKILL' as const) },
    { weight: 1, arbitrary: fc.constant('SIGTERM' as const) },
  ),
  answers: fc.nat({ max: 10 * AT_ONCE }),
  afterMs: fc.nat({ max: 8 }),
});

/** A daemon, and histories that go on at once while its process ends and is started again. */
function world(it: DaemonProcess) {
  let token = '';
  let loggedInAt = Number.NEGATIVE_INFINITY;
  let endings: Ending[] = [];
  let answersLeft = Number.POSITIVE_INFINITY;
  let isEnding = false;
  /** Resolves when the daemon serves again. */
  let serving = Promise.resolve();
  const figures = { requests: 0, crashes: 0, restarts: 0, unanswered: 0, taken: 0, events: 0 };

  async function ask(method: string, path: string, given?: Body, headers: Record<string, string> = {}) {
    figures.requests += 1;
    const answer = await fetch(`${it.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(given === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(given === undefined ? {} : { body: JSON.stringify(given) }),
    });
    const answered = await answer.text();
    assert.ok(
      answer.status < 500 || (isEnding && answer.status === 503),
      `${method} ${path}: ${answer.status} ${answered}`,
    );
    return {
      status: answer.status,
      body: answered === '' ? undefined : JSON.parse(answered),
      headers: answer.headers,
    };
  }

  async function endProcess({ how, afterMs }: Ending): Promise<void> {
    isEnding = true;
    await new Promise(resolve => setTimeout(resolve, afterMs));
    const status = await it.kill(how);
    if (how === 'SIGTERM') assert.is(status, 0, it.said());
    figures[how === 'SIGKILL' ? 'crashes' : 'restarts'] += 1;
    await it.start();
    isEnding = false;
    nextEnding();
  }

  function nextEnding(): void {
    answersLeft = endings[0]?.answers ?? Number.POSITIVE_INFINITY;
  }

  /** Somebody was answered; the next end of the process may be due. */
  function answered(): void {
    if (isEnding) return;
    answersLeft -= 1;
    if (answersLeft <= 0) serving = endProcess(endings.shift()!);
  }

  async function eventsOf(query: string): Promise<DataEvent[]> {
    for (;;) {
      const { status, body: page } = await ask(
        'GET',
        `/v1/audit/events?${query}&outcome=success&order=asc&limit=1000`,
      );
      assert.is(status, 200, JSON.stringify(page));
      // The logger is still at what the crash left.
      if (page.stale === true) continue;
      return (page.data as DataEvent[]).sort((a, b) => a.seq - b.seq);
    }
  }

  /** Sends what a step is. @returns `undefined` if the daemon went away instead of answering */
  async function send(given: Step, records: Map<string, ModelRecord>, correlation: string) {
    const headers: Record<string, string> = { 'x-correlation-id': correlation };
    if ('minimal' in given && given.minimal) headers.prefer = 'return=minimal';
    const method = { create: 'POST', update: 'PATCH', read: 'GET', delete: 'DELETE' }[given.kind];
    const path = given.kind === 'create' ? '' : `/${idOf(given.which, records)}`;
    try {
      const answer = await ask(
        method,
        `/v1/records/${TYPE}${path}`,
        'body' in given ? given.body : undefined,
        headers,
      );
      return answer.status === 503 ? undefined : answer;
    } catch (error) {
      // The connection ended with the daemon.
      if (isEnding && error instanceof TypeError) return undefined;
      throw error;
    }
  }

  /** What the step has come to, in the model. */
  function apply(given: Step, records: Map<string, ModelRecord>, id: string): void {
    if (given.kind === 'create') records.set(id, created(JSON.parse(JSON.stringify(given.body))));
    const record = records.get(id)!;
    if (given.kind === 'update') patch(record, JSON.parse(JSON.stringify(given.body)));
    if (given.kind === 'delete') deleted(record);
    if (given.kind === 'read' || ('minimal' in given && !given.minimal)) viewed(record);
  }

  async function play(given: Step, records: Map<string, ModelRecord>): Promise<void> {
    if (given.kind !== 'create' && records.size === 0) return;
    const id = given.kind === 'create' ? undefined : idOf(given.which, records);
    const isGone = id !== undefined && records.get(id)!.body === undefined;
    const correlation = randomUUID();
    const answer = await send(given, records, correlation);
    if (answer === undefined) return playUnanswered(given, records, correlation, isGone);
    if (isGone) {
      assert.is(answer.status, 404);
    } else {
      assert.ok(answer.status < 300, `${given.kind}: ${answer.status} ${JSON.stringify(answer.body)}`);
      apply(given, records, id ?? decodeURIComponent(answer.headers.get('location')!.split('/').at(-1)!));
    }
    answered();
  }

  /** The daemon went away meanwhile: its log alone says whether the step was taken. */
  async function playUnanswered(
    given: Step,
    records: Map<string, ModelRecord>,
    correlation: string,
    isGone: boolean,
  ): Promise<void> {
    figures.unanswered += 1;
    await serving;
    const [first] = await eventsOf(`correlationId=${correlation}`);
    if (first === undefined) return;
    assert.not(isGone, `${given.kind} of a record that was gone`);
    figures.taken += 1;
    apply(given, records, first.targetId);
  }

  async function compare(records: Map<string, ModelRecord>): Promise<void> {
    for (const [id, record] of records) {
      const log = await eventsOf(`target=${TYPE}:${id}`);
      figures.events += log.length;
      const told = log.map(
        ({ action, changes }): Told => ({ action, ...(changes === undefined ? {} : { changes }) }),
      );
      assert.is(canonical(told), canonical(record.told), `what the log tells of ${TYPE} ${id}`);
      assert.is(canonical(rebuilt(told)), canonical(record.body), `${TYPE} ${id} from the log alone`);
      const now = await ask('GET', `/v1/records/${TYPE}/${id}`);
      assert.is(now.status, record.body === undefined ? 404 : 200);
      if (record.body === undefined) continue;
      const { id: _, ...there } = now.body;
      assert.is(canonical(there), canonical(record.body), `${TYPE} ${id} as it is`);
    }
  }

  return {
    ask,
    figures,
    async login(): Promise<void> {
      if (performance.now() - loggedInAt < LOGIN_AGAIN_MS) return;
      token = await it.login();
      loggedInAt = performance.now();
    },
    /** Lets histories happen at once, each on records of its own, and compares each with what the model says. */
    async live(lives: readonly (readonly Step[])[], ends: readonly Ending[]): Promise<void> {
      endings = [...ends];
      nextEnding();
      const worlds = lives.map(() => new Map<string, ModelRecord>());
      await Promise.all(
        lives.map(async (steps, index) => {
          for (const given of steps) await play(given, worlds[index]!);
        }),
      );
      await serving;
      // What is left of them comes when nobody asks for anything.
      for (const given of endings.splice(0)) await endProcess(given);
      await Promise.all(worlds.map(compare));
    },
  };
}

/** The id of a record of this history, by number. */
const idOf = (number: number, records: Map<string, ModelRecord>): string =>
  [...records.keys()][number % records.size]!;

test(`${HISTORIES} random histories with crashes and restarts`, async () => {
  const first = seed();
  const ahead = progress('histories', HISTORIES);
  const told = { requests: 0, crashes: 0, restarts: 0, unanswered: 0, taken: 0, events: 0 };
  await inLanes(LANES, async lane => {
    const it = await daemonProcess();
    try {
      await it.start();
      const daemon = world(it);
      await daemon.login();
      const { status } = await daemon.ask('POST', '/v1/types', { name: TYPE, schema: SCHEMA });
      assert.is(status, 201);
      await fc.assert(
        fc.asyncProperty(
          fc.array(life, { minLength: AT_ONCE, maxLength: AT_ONCE }),
          fc.array(ending, { maxLength: MOST_ENDINGS, size: 'max' }),
          async (lives, ends) => {
            await daemon.login();
            await daemon.live(lives, ends);
            ahead(AT_ONCE);
          },
        ),
        { numRuns: Math.ceil(HISTORIES / AT_ONCE / LANES), seed: first + lane, endOnFailure: true },
      );
      for (const name of Object.keys(told) as (keyof typeof told)[]) told[name] += daemon.figures[name];
    } finally {
      await it.discard();
    }
  });
  process.stdout.write(
    `${HISTORIES} histories: ${told.requests} requests, ${told.crashes} crashes, ${told.restarts} restarts, ` +
      `${told.unanswered} requests cut short (${told.taken} of them taken), ${told.events} events compared; 0 differences `,
  );
});

test.run();

// Random lives of records, with crashes (SIGKILL, also in the middle of a request) and restarts between, against a
// small pure model: afterwards the log holds exactly what the model says, and rebuilds every field of every record.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataEvent } from '#src/shared/data-event.js';
import { type DaemonProcess, daemonProcess } from '../e2e/daemon-process.js';
import { howMany, seed } from '../full-form.js';
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

const HISTORIES = howMany('WHODID_TEST_HISTORIES', 30, 10_000);

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
type Turn = Step | { kind: 'crash' | 'restart' } | { kind: 'crash during'; step: Step; afterMs: number };

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
const turn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 60, arbitrary: step },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('crash' as const, 'restart' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('crash during' as const), step, afterMs: fc.nat({ max: 8 }) }),
  },
);

/** A daemon and what is known of the records of one history. */
function world(it: DaemonProcess) {
  let token = '';
  let loggedInAt = Number.NEGATIVE_INFINITY;
  let figures = { requests: 0, crashes: 0, restarts: 0, events: 0 };

  async function ask(method: string, path: string, given?: Body, headers: Record<string, string> = {}) {
    if (performance.now() - loggedInAt > LOGIN_AGAIN_MS) {
      token = await it.login();
      loggedInAt = performance.now();
    }
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
    assert.ok(answer.status < 500, `${method} ${path}: ${answer.status} ${answered}`);
    return {
      status: answer.status,
      body: answered === '' ? undefined : JSON.parse(answered),
      headers: answer.headers,
    };
  }

  async function eventsOf(query: string): Promise<DataEvent[]> {
    const { status, body: page } = await ask(
      'GET',
      `/v1/audit/events?${query}&outcome=success&order=asc&limit=1000`,
    );
    assert.is(status, 200, JSON.stringify(page));
    assert.is(page.stale, undefined);
    return (page.data as DataEvent[]).sort((a, b) => a.seq - b.seq);
  }

  /** Sends what a step is. */
  function send(given: Step, records: Map<string, ModelRecord>, correlation: string) {
    const headers: Record<string, string> = { 'x-correlation-id': correlation };
    if ('minimal' in given && given.minimal) headers.prefer = 'return=minimal';
    if (given.kind === 'create') return ask('POST', `/v1/records/${TYPE}`, given.body, headers);
    const id = idOf(given.which, records);
    if (given.kind === 'update') return ask('PATCH', `/v1/records/${TYPE}/${id}`, given.body, headers);
    return ask(given.kind === 'read' ? 'GET' : 'DELETE', `/v1/records/${TYPE}/${id}`, undefined, headers);
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
    const answer = await send(given, records, randomUUID());
    if (isGone) {
      assert.is(answer.status, 404);
      return;
    }
    assert.ok(answer.status < 300, `${given.kind}: ${answer.status} ${JSON.stringify(answer.body)}`);
    apply(given, records, id ?? decodeURIComponent(answer.headers.get('location')!.split('/').at(-1)!));
  }

  /** The daemon is killed while it answers; the log alone says whether the step was taken. */
  async function playAndCrash(
    given: Step,
    afterMs: number,
    records: Map<string, ModelRecord>,
  ): Promise<void> {
    if (
      given.kind !== 'create' &&
      (records.size === 0 || records.get(idOf(given.which, records))!.body === undefined)
    ) {
      return;
    }
    const correlation = randomUUID();
    const answering = send(given, records, correlation).then(
      ({ status }) => status < 300,
      () => false,
    );
    await new Promise(resolve => setTimeout(resolve, afterMs));
    await it.kill('SIGKILL');
    figures.crashes += 1;
    const wasAnswered = await answering;
    await it.start();
    const events = await eventsOf(`correlationId=${correlation}`);
    if (events.length === 0) {
      // An update that alters nothing, and shows nothing, has no event.
      const isSilent = given.kind === 'update' && given.minimal;
      assert.ok(!wasAnswered || isSilent, `${given.kind} was answered, and there is no event of it`);
      return;
    }
    apply(given, records, events[0]!.targetId);
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
    figures: () => figures,
    begin() {
      figures = { requests: 0, crashes: 0, restarts: 0, events: 0 };
    },
    async live(turns: readonly Turn[]): Promise<void> {
      const records = new Map<string, ModelRecord>();
      for (const given of turns) {
        if (given.kind === 'crash' || given.kind === 'restart') {
          await it.kill(given.kind === 'crash' ? 'SIGKILL' : 'SIGTERM');
          figures[given.kind === 'crash' ? 'crashes' : 'restarts'] += 1;
          await it.start();
        } else if (given.kind === 'crash during') {
          await playAndCrash(given.step, given.afterMs, records);
        } else {
          await play(given as Step, records);
        }
      }
      await compare(records);
    },
  };
}

/** The id of a record of this history, by number. */
const idOf = (number: number, records: Map<string, ModelRecord>): string =>
  [...records.keys()][number % records.size]!;

test(`${HISTORIES} random histories with crashes and restarts`, async () => {
  const it = await daemonProcess();
  try {
    await it.start();
    const daemon = world(it);
    const { status } = await daemon.ask('POST', '/v1/types', { name: TYPE, schema: SCHEMA });
    assert.is(status, 201);
    daemon.begin();
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 24, size: 'max' }), turns =>
        daemon.live(turns),
      ),
      { numRuns: HISTORIES, seed: seed(), endOnFailure: true },
    );
    const { requests, crashes, restarts, events } = daemon.figures();
    process.stdout.write(
      `${HISTORIES} histories: ${requests} requests, ${crashes} crashes, ${restarts} restarts, ${events} events compared; 0 differences `,
    );
  } finally {
    await it.discard();
  }
});

test.run();

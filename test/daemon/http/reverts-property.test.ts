// Reverting any sequence of changes backwards gives back every state before it, and restoring gives back any of them.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, total: { type: 'number' }, box: { type: 'object' } },
  };
  await it.ask('POST', '/v1/types', { token: admin, body: { name: 'things', schema } });
});
test.after(() => it?.stop());

const value = {
  name: fc.constantFrom('a', 'b', null),
  total: fc.constantFrom(0, 1, null),
  box: fc.constantFrom({}, { a: 1 }, { a: 1, b: [1] }, { a: { c: null } }, null),
};
const body = fc.record(value, { requiredKeys: [], noNullPrototype: true });
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('patch'), body }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete'), body }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo last'), body }) },
);

const send = async (method: string, path: string, sent?: object): Promise<Answer> => {
  const answer = await it.ask(method, path, { token: admin, ...(sent === undefined ? {} : { body: sent }) });
  assert.ok(answer.status < 300, `${method} ${path} ${JSON.stringify(sent)}: ${JSON.stringify(answer.body)}`);
  return answer;
};
const eventOf = (answer: Answer) => {
  const [first] = answer.headers.get('audit-event-id')?.split(', ') ?? [];
  return first;
};
const recordNow = async (id: string) => {
  const answer = await it.ask('GET', `/v1/records/things/${id}`, { token: admin });
  return answer.status === 404 ? null : answer.body;
};

/** Lives through the steps; gives the events that changed something, with the state before and after each. */
async function live(first: object, steps: { kind: string; body: object }[]) {
  const created = await send('POST', '/v1/records/things', first);
  const id: string = created.body.id;
  const history = [{ event: eventOf(created)!, before: null, after: await recordNow(id) }];
  for (const { kind, body: patch } of steps) {
    const before = history.at(-1)!.after;
    if (before === null && kind !== 'undo last') continue;
    const answer =
      kind === 'undo last'
        ? await send('POST', '/v1/audit/reverts', { event: history.at(-1)!.event })
        : kind === 'delete'
          ? await send('DELETE', `/v1/records/things/${id}`)
          : await send('PATCH', `/v1/records/things/${id}`, patch);
    const after = await recordNow(id);
    const changed = JSON.stringify(before) !== JSON.stringify(after);
    if (changed) history.push({ event: eventOf(answer)!, before, after });
  }
  return { id, history };
}

test('reverting backwards gives back each state, down to the first', async () => {
  await fc.assert(
    fc.asyncProperty(body, fc.array(step, { maxLength: 8 }), async (first, steps) => {
      const { id, history } = await live(first, steps);
      for (const { event, before } of history.reverse()) {
        await send('POST', '/v1/audit/reverts', { event });
        assert.equal(await recordNow(id), before);
      }
      assert.is(await recordNow(id), null, 'undone to before its creation');
    }),
    { seed: 13, numRuns: 25 },
  );
});

test('restoring gives back any state that there was, and at says the same', async () => {
  await fc.assert(
    fc.asyncProperty(body, fc.array(step, { maxLength: 6 }), fc.nat(), async (first, steps, pick) => {
      const { id, history } = await live(first, steps);
      const { event, after } = history[pick % history.length]!;
      const { seq } = (await send('GET', `/v1/audit/events/${event}`)).body;
      const { body: state } = await send('GET', `/v1/audit/state?target=things:${id}&seq=${seq}`);
      assert.equal(state.exists ? { id, ...state.state } : null, after);
      const answer = await it.ask('POST', '/v1/audit/reverts', {
        token: admin,
        body: { target: `things:${id}`, seq },
      });
      if (after === null) {
        assert.is(answer.status, 409);
        return;
      }
      assert.equal([answer.status, await recordNow(id)], [200, after]);
      if (answer.body.eventIds.length > 0) assert.is(answer.body.correlationId, event);
    }),
    { seed: 13, numRuns: 25 },
  );
});

test.run();

// Twenty people at work at once on many connections: each event names the one who sent that very request.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

const PEOPLE = 20;
const ROUNDS = 30;

let it: TemporaryDaemon;

test.before(async () => {
  it = await temporaryDaemon();
});
test.after(() => it?.stop());

test(`every event of ${PEOPLE * ROUNDS} interleaved requests names the right actor`, async () => {
  const people: { id: string; token: string }[] = [];
  for (let n = 0; n < PEOPLE; n += 1) people.push(await it.person(`Person${n}`, 'editor'));
  const shared = (
    await it.ask('POST', '/v1/records/notes', {
      token: people[0]!.token,
      body: { targetType: 'users', targetId: '1', data: 'shared' },
    })
  ).body.id;

  /** Who sent the request with this id. */
  const senders = new Map<string, string>();
  await Promise.all(
    people.map(async ({ id, token }) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const answers = await Promise.all([
          it.ask('PATCH', `/v1/records/notes/${shared}`, { token, body: { data: `${id}/${round}` } }),
          it.ask('GET', `/v1/records/users/${id}`, { token }),
          it.ask('GET', '/v1/records/users/99999', { token }),
          it.ask('POST', '/v1/types', {
            token,
            body: { name: 'mine', schema: { type: 'object', properties: { a: {} } } },
          }),
        ]);
        assert.equal(
          answers.map(({ status }) => status),
          [200, 200, 404, 403],
        );
        for (const { headers } of answers) senders.set(headers.get('x-request-id')!, id);
      }
    }),
  );

  let checked = 0;
  for (const { id } of people) {
    for (const event of await it.events(`actor=users:${id}`)) {
      const sender = senders.get(event.requestId!);
      if (sender === undefined) continue;
      assert.is(event.actorId, sender);
      checked += 1;
      if (event.eventName === 'notes.data.changed')
        assert.match(event.changes!.data!.next as string, new RegExp(`^${sender}/`));
    }
  }
  // A change and its view, a view, and at least the first failure and the first refusal of each person.
  assert.ok(checked >= PEOPLE * ROUNDS * 3 + PEOPLE * 2, `${checked} events`);
  const changes = await it.events(`target=notes:${shared}&action=changed`);
  assert.is(changes.length, PEOPLE * ROUNDS);
});

test.run();

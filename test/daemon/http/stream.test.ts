// Following the log: everything that is stored, once, in order, and never the follower's own reading.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
});
test.after(() => it?.stop());

interface Message {
  id?: string;
  event?: string;
  data: string;
}

/** Opens a stream; `next` waits for the next message that is no heartbeat. */
async function follow(query = '', lastEventId?: number, token = admin) {
  const abort = new AbortController();
  const response = await fetch(`${it.url}/v1/audit/stream?${query}`, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
    },
    signal: abort.signal,
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  async function message(): Promise<Message | undefined> {
    while (!buffer.includes('\n\n')) {
      const { value, done } = await reader.read();
      if (done) return undefined;
      buffer += value;
    }
    const end = buffer.indexOf('\n\n');
    const fields = Object.fromEntries(
      buffer
        .slice(0, end)
        .split('\n')
        .map(line => line.split(/: (.*)/s).slice(0, 2)),
    );
    buffer = buffer.slice(end + 2);
    return fields as unknown as Message;
  }
  return {
    status: response.status,
    message,
    async next() {
      for (;;) {
        const found = await message();
        if (found === undefined || found.event !== 'heartbeat') return found;
      }
    },
    close: () => abort.abort(),
  };
}

const rename = (name: string) => it.ask('PATCH', '/v1/records/users/1', { token: admin, body: { name } });

test('new events arrive in the order of seq, and a heartbeat says how far the log is', async () => {
  const stream = await follow('target=users:1&action=changed');
  assert.is((await stream.message())!.event, 'heartbeat');
  for (const name of ['A', 'B', 'C']) await rename(name);
  const seen = [await stream.next(), await stream.next(), await stream.next()];
  assert.equal(
    seen.map(message => JSON.parse(message!.data).changes.name.next),
    ['A', 'B', 'C'],
  );
  const seqs = seen.map(message => Number(message!.id));
  assert.equal(
    seqs,
    [...seqs].sort((a, b) => a - b),
  );
  stream.close();
});

test('a dropped follower goes on where it was, without loss or repeats', async () => {
  const first = await follow('target=users:1&action=changed');
  await rename('D');
  const seq = Number((await first.next())!.id);
  first.close();
  await rename('E');
  await rename('F');
  const second = await follow('target=users:1&action=changed', seq);
  assert.equal(
    [await second.next(), await second.next()].map(message => JSON.parse(message!.data).changes.name.next),
    ['E', 'F'],
  );
  second.close();
});

test('a follower never sees its own reading of the log, and sees that of others', async () => {
  const auditor = await it.person('Anna', 'auditor');
  const stream = await follow('eventName=audit.queried', undefined, auditor.token);
  await it.ask('GET', '/v1/audit/events?limit=7', { token: auditor.token });
  await it.ask('GET', '/v1/audit/events?limit=8', { token: admin });
  assert.is(JSON.parse((await stream.next())!.data).actorId, '1');
  stream.close();
});

test('a follower whose session ends is let go', async () => {
  const auditor = await it.person('Axel', 'auditor');
  const stream = await follow('eventName=session.ended', undefined, auditor.token);
  await it.ask('DELETE', '/v1/sessions/current', { token: auditor.token });
  let last = await stream.next();
  while (last !== undefined) last = await stream.next();
  assert.is(last, undefined);
});

test('a follower who may see the log no longer is let go', async () => {
  const auditor = await it.person('Alma', 'auditor');
  const stream = await follow('target=users:', undefined, auditor.token);
  await it.ask('PATCH', `/v1/records/users/${auditor.id}`, { token: admin, body: { role: 'viewer' } });
  let last = await stream.next();
  while (last !== undefined) {
    assert.not.match(last.data, 'users.role.changed');
    last = await stream.next();
  }
});

test('a user and their tokens have 20 streams, and others go on', async () => {
  const auditor = await it.person('Abel', 'auditor');
  const { body } = await it.ask('POST', '/v1/tokens', {
    token: auditor.token,
    body: { name: 'bot', role: 'auditor', expiresAt: Date.now() + 3_600_000 },
  });
  const streams = await Promise.all(
    Array.from({ length: 20 }, (_, n) => follow('limitless=', undefined, n % 2 ? body.token : auditor.token)),
  );
  assert.equal(
    streams.map(({ status }) => status),
    Array(20).fill(400),
    'a request that is refused takes no place',
  );
  const open = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      follow('action=deleted', undefined, n % 2 ? body.token : auditor.token),
    ),
  );
  const refused = await it.ask('GET', '/v1/audit/stream', { token: auditor.token });
  assert.equal([refused.status, refused.headers.get('retry-after')], [503, '10']);
  assert.match(refused.body.detail, '20 times already');
  const other = await follow('action=deleted');
  assert.is(other.status, 200);
  open.pop()!.close();
  let again = await follow('action=deleted', undefined, body.token);
  while (again.status === 503) again = await follow('action=deleted', undefined, body.token);
  assert.is(again.status, 200);
  for (const stream of [...open, other, again]) stream.close();
});

test('a viewer follows one object and nothing more', async () => {
  const viewer = await it.person('Vera', 'viewer');
  assert.is((await follow('', undefined, viewer.token)).status, 403);
  const stream = await follow('target=users:1', undefined, viewer.token);
  await rename('G');
  assert.is(JSON.parse((await stream.next())!.data).context, undefined);
  stream.close();
});

test.run();

// A token that is revoked while it reports: what came before is kept, nothing that comes after.
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

const BATCH = 1_000;

const lines = (from: number) =>
  Array.from({ length: BATCH }, (_, n) =>
    JSON.stringify({
      id: String(from + n),
      action: 'created',
      timestamp: 1_600_000_000_000,
      actorType: 'users',
      actorId: 'u1',
      targetType: 'files',
      targetId: 'stream',
    }),
  ).join('\n');

test('a token that is revoked in the middle of its report reports no further batch', async () => {
  const { body: made } = await it.ask('POST', '/v1/tokens', {
    token: admin,
    body: {
      name: 'ci',
      role: 'reporter',
      expiresAt: Date.now() + 3_600_000,
      actorTypes: ['users'],
      targetTypes: ['files'],
    },
  });
  let goOn: () => void = () => undefined;
  const revoked = new Promise<void>(resolve => {
    goOn = resolve;
  });
  async function* body() {
    yield Buffer.from(`${lines(0)}\n`);
    await revoked;
    yield Buffer.from(`${lines(BATCH)}\n`);
  }
  const answer = fetch(`${it.url}/v1/audit/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${made.token}`, 'content-type': 'application/x-ndjson' },
    body: body() as unknown as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  const stored = async () => (await it.events('target=files:stream')).length;
  while ((await stored()) < BATCH) await new Promise(resolve => setTimeout(resolve, 20));
  assert.is((await it.ask('DELETE', `/v1/tokens/${made.id}`, { token: admin })).status, 204);
  goOn();
  assert.is((await answer).status, 401);
  const summary = await it.ask('GET', '/v1/audit/summary?by=target&target=files:stream', { token: admin });
  assert.is(summary.body.data[0].count, BATCH);
});

test.run();

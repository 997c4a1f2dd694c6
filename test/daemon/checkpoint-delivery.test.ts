import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startCheckpointDelivery } from '#src/daemon/checkpoint-delivery.js';
import { temporaryDaemon } from './temporary-daemon.js';
import { temporaryDirectory } from './temporary-directory.js';

/** A witness that answers `status`, and what it was sent. */
async function witness() {
  const received: string[] = [];
  const it = { status: 200 };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    if (it.status === 200) received.push(body);
    response.writeHead(it.status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { it, received, url: `http://127.0.0.1:${port}/log`, close: () => server.close() };
}

test('each new checkpoint leaves once, and a witness that fails is told and tried again', async () => {
  const { it, received, url, close } = await witness();
  const file = join(temporaryDirectory(), 'checkpoints.txt');
  const logged: string[] = [];
  const log = {
    warn: (message: string) => void logged.push(message),
    info: (message: string) => void logged.push(message),
  };
  let note = 'one\n';
  const delivery = startCheckpointDelivery({
    audit: { checkpoint: async () => note },
    file,
    url,
    everyMs: 3_600_000,
    log,
  });
  await delivery.deliver();
  await delivery.deliver();
  assert.equal([received, readFileSync(file, 'utf8'), delivery.state()], [['one\n'], 'one\n\n', 'ok']);
  it.status = 500;
  note = 'two\n';
  await delivery.deliver();
  await delivery.deliver();
  assert.is(delivery.state(), `The newest checkpoint could not be sent to ${url}: it answered 500`);
  it.status = 200;
  await delivery.deliver();
  assert.equal(
    [received, readFileSync(file, 'utf8'), delivery.state()],
    [['one\n', 'two\n'], 'one\n\ntwo\n\n', 'ok'],
  );
  assert.equal(logged, ['A checkpoint could not leave.', 'Checkpoints leave again.']);
  delivery.stop();
  close();
});

test('the status says whether checkpoints leave, where they are to', async () => {
  const statusOf = async (env: Record<string, string>) => {
    const daemon = await temporaryDaemon(env);
    try {
      const { body } = await daemon.ask('GET', '/v1/status', { token: await daemon.login() });
      return { checkpoints: body.checkpoints, logged: daemon.logged };
    } finally {
      await daemon.stop();
    }
  };
  assert.is((await statusOf({})).checkpoints, undefined);
  const { checkpoints } = await statusOf({
    WHODID_AUDIT_CHECKPOINT_FILE: join(temporaryDirectory(), 'c.txt'),
  });
  assert.is(checkpoints, 'ok');
});

test.run();

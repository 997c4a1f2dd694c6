// Promise 4: a view is committed before the read answers; with relaxed views the read answers first.

import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDataLayer } from '#src/daemon/data/data-layer.js';
import { initializeData } from '#src/daemon/data/init-data.js';
import { temporaryDirectory } from '../temporary-directory.js';

/** A data layer with one user, whose events are all forgotten. */
async function open(views: 'durable' | 'relaxed') {
  const directory = temporaryDirectory();
  const dataFile = join(directory, 'data.db');
  const clock = { now: Date.now, monotonic: () => performance.now() };
  await initializeData({
    dataFile,
    directory,
    instance: 'instance',
    admin: { name: 'Ada', email: 'ada@example.com', passwordHash: 'none' },
    now: clock.now,
  });
  const data = await openDataLayer({
    file: dataFile,
    directory,
    backlogLimit: 1_000,
    minFreeBytes: 0,
    views,
    ...clock,
    log: {
      info: () => undefined,
      error: (message, fields) => assert.unreachable(`${message} ${JSON.stringify(fields)}`),
    },
  });
  await data.queue.forget(data.queue.head());
  const actor = data.as({ type: 'users', id: '1' });
  const { type } = await actor.types.find('users');
  return { data, look: () => actor.records.view(type, '1') };
}

test('durable: the view is in the outbox when the read answers', async () => {
  const { data, look } = await open('durable');
  const { body } = await look();
  assert.is(data.queue.backlog(), 1);
  assert.is(body.name, 'Ada');
  data.close();
});

test('relaxed: the read answers before, and views are committed together soon after', async () => {
  const { data, look } = await open('relaxed');
  const { body } = await look();
  assert.is(body.name, 'Ada');
  await nextTurn();
  assert.is(data.queue.backlog(), 0);
  await look();
  while (data.queue.backlog() === 0) await nextTurn();
  assert.is(data.queue.backlog(), 2);
  const [event] = [...data.queue.pending()];
  assert.equal([event?.action, event?.eventName, event?.targetId], ['viewed', 'users.viewed', '1']);
  data.close();
});

test('relaxed: a change takes the views before it along', async () => {
  const { data, look } = await open('relaxed');
  await look();
  await data.as({ type: 'users', id: '1' }).happened({
    action: 'created',
    target: { type: 'keys', id: 'k' },
    eventName: 'key.rotated',
  });
  assert.equal(
    [...data.queue.pending()].map(({ eventName }) => eventName),
    ['users.viewed', 'key.rotated'],
  );
  data.close();
});

test.run();

// Statistics over HTTP: what they say, who may ask, what asking leaves behind.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;
let viewer: { id: string; token: string };

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  viewer = await it.person('Vera', 'viewer');
});
test.after(() => it?.stop());

const asks = (token: string, query: string) => it.ask('GET', `/v1/audit/stats?${query}`, { token });

test('the whole log, an actor and a target are counted as their events are', async () => {
  for (const filter of ['', 'actor=users:1', 'target=users:1', 'actor=users:1&action=created']) {
    const { status, body } = await asks(admin, filter);
    assert.is(status, 200);
    const events = (await it.events(`${filter}&limit=1000`)).filter(
      ({ timestamp, eventName }) => timestamp <= (body.lastAt ?? 0) && eventName !== 'audit.queried',
    );
    const asked = body.actions.viewed.events;
    assert.is(body.events - asked, events.filter(({ action }) => action !== 'viewed').length, filter);
    assert.is(body.timeZone, 'UTC');
  }
});

test('asking is an event that says what was asked', async () => {
  await asks(admin, `target=users:${viewer.id}&timeZone=Europe/Berlin&limit=3`);
  const [event] = await it.events('eventName=audit.queried&limit=1');
  assert.is(event!.context?.query, `target=users:${viewer.id}&what=stats`);
});

test('the log is for those who may read it, and everybody sees an object and themselves', async () => {
  const status = async (query: string) => (await asks(viewer.token, query)).status;
  assert.equal(
    [await status(''), await status('actor=users:1'), await status('target=users:1')],
    [403, 403, 200],
  );
  assert.is(await status(`actor=users:${viewer.id}`), 200);
});

test('what is no time zone or no limit is refused by name', async () => {
  for (const [query, field] of [
    ['timeZone=Mars/Olympus', 'timeZone'],
    ['limit=0', 'limit'],
    ['order=asc', 'order'],
  ]) {
    const { status, body } = await asks(admin, query!);
    assert.equal([status, body.errors[0].field], [400, field]);
  }
});

test.run();

// Looking around in what a query found is recorded with the query; and nobody gets around being recorded, or around
// the roles, with what the daemon gives them for it.
import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataEvent } from '#src/shared/data-event.js';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

const DAY_MS = 24 * 3_600_000;
const MINIMAL = { prefer: 'return=minimal' };

let it: TemporaryDaemon;
let admin: string;
let viewer: { id: string; token: string };
let auditor: { id: string; token: string };
let other: { id: string; token: string };
/** Of a note that was created and changed twice, the newest first. */
let life: { seq: number; requestId: string; target: string }[];
let late = 0;

test.before(async () => {
  it = await temporaryDaemon({}, { now: () => Date.now() + late, monotonic: () => performance.now() });
  admin = await it.login();
  viewer = await it.person('Vera', 'viewer');
  auditor = await it.person('Anna', 'auditor');
  other = await it.person('Otto', 'auditor');
  const body = { targetType: 'users', targetId: '1', data: 'one' };
  const created = await it.ask('POST', '/v1/records/notes', { token: admin, body });
  for (const data of ['two', 'three'])
    await it.ask('PATCH', `/v1/records/notes/${created.body.id}`, {
      token: admin,
      body: { data },
      headers: MINIMAL,
    });
  const events = await it.events(`target=notes:${created.body.id}&not=action:viewed`);
  life = events.map(({ seq, requestId = '', targetType, targetId }) => ({
    seq,
    requestId,
    target: `${targetType}:${targetId}`,
  }));
});
test.after(() => it?.stop());

const asks = (token: string, path: string) => it.ask('GET', `/v1/audit/${path}`, { token });

/** The questions that somebody's work added to the log. */
async function recordedBy(who: { id: string }, work: () => Promise<unknown>): Promise<string[]> {
  const asked = async (): Promise<DataEvent[]> =>
    (await asks(admin, `events?limit=1000&eventName=audit.queried&actor=users:${who.id}&order=asc`)).body
      .data;
  const before = (await asked()).length;
  await work();
  return (await asked()).slice(before).map(({ context }) => context?.query ?? '');
}

async function browse(token: string, query: string): Promise<string> {
  const { status, body } = await asks(token, `events?browse=true&${query}`);
  assert.is(status, 200);
  return encodeURIComponent(body.within);
}

test('a query for browsing and what follows from it is one question in the log', async () => {
  const [newest, middle] = life;
  const recorded = await recordedBy(auditor, async () => {
    const within = await browse(auditor.token, 'action=changed&target=notes:');
    for (const { seq, target } of [newest!, middle!]) {
      const { status, body } = await asks(
        auditor.token,
        `state?target=${target}&seq=${seq}&within=${within}`,
      );
      assert.equal([status, body.seq], [200, seq]);
      const blame = await asks(auditor.token, `blame?target=${target}&seq=${seq}&within=${within}`);
      assert.is(blame.status, 200);
    }
    const request = await asks(
      auditor.token,
      `events?requestId=${newest!.requestId}&order=asc&within=${within}`,
    );
    assert.ok(request.body.data.length > 0);
    for (const path of ['summary?by=actor', 'summary?by=target', 'stats?limit=1']) {
      assert.is(
        (await asks(auditor.token, `${path}&action=changed&target=notes:&within=${within}`)).status,
        200,
      );
    }
  });
  assert.equal(recorded, ['target=notes:&action=changed&browse=true']);
});

test('what came after the query belongs to it as well', async () => {
  const within = await browse(auditor.token, 'target=users:2&limit=1');
  await it.ask('PATCH', '/v1/records/users/2', { token: admin, body: { name: 'Vera V.' }, headers: MINIMAL });
  const [event] = await it.events('target=users:2&action=changed&limit=1');
  const recorded = await recordedBy(auditor, () =>
    asks(auditor.token, `state?target=users:2&seq=${event!.seq}&within=${within}`),
  );
  assert.equal(recorded, []);
});

const strays: [what: string, path: (event: (typeof life)[number]) => string][] = [
  ['the state at an event that it did not find', ({ seq, target }) => `state?target=${target}&seq=${seq}`],
  ['a request that it found nothing of', ({ requestId }) => `events?requestId=${requestId}&order=asc`],
  ['counts of something else', () => 'summary?by=actor&target=notes:'],
  ['statistics of something else', () => 'stats?target=notes:'],
  ['another object at an event that it found', ({ target }) => `state?target=${target}&seq=1`],
];
for (const [what, path] of strays) {
  test(`${what} is a question of its own`, async () => {
    const within = await browse(auditor.token, 'target=users:1');
    const recorded = await recordedBy(auditor, async () => {
      const { status } = await asks(auditor.token, `${path(life[0]!)}&within=${within}`);
      assert.ok(status === 200 || status === 404, String(status));
    });
    assert.is(recorded.length, 1);
  });
}

test('it is good for whoever was given it, and as it is', async () => {
  const [{ seq, target } = { seq: 0, target: '' }] = life;
  const within = await browse(auditor.token, 'target=notes:');
  const forged = Buffer.from(JSON.stringify({ filter: { include: {}, exclude: {} }, since: Date.now() }));
  for (const [token, text] of [
    [other.token, within],
    [auditor.token, `x${within}`],
    [auditor.token, forged.toString('base64url')],
    [auditor.token, `${forged.toString('base64url')}.${within.split('.')[1]}`],
    [auditor.token, ''],
  ] as const) {
    const { status, body } = await asks(token, `state?target=${target}&seq=${seq}&within=${text}`);
    assert.equal([status, body.errors?.[0].field], [400, 'within'], text);
  }
});

test('it makes nothing visible that is not visible without it', async () => {
  const [{ seq, target, requestId } = { seq: 0, target: '', requestId: '' }] = life;
  const within = await browse(viewer.token, `target=${target}`);
  // The state of one object of a type that is kept here is everybody's; a request, and the whole log's counts, are not.
  assert.is((await asks(viewer.token, `state?target=${target}&seq=${seq}&within=${within}`)).status, 200);
  assert.is((await asks(viewer.token, `events?requestId=${requestId}&within=${within}`)).status, 403);
  assert.is((await asks(viewer.token, `summary?by=actor&within=${within}`)).status, 403);
  assert.is((await asks(viewer.token, 'events?browse=true')).status, 403);
});

test('it goes with three kinds of questions', async () => {
  const within = await browse(auditor.token, 'target=notes:');
  const { target } = life[0]!;
  for (const path of [
    `events?target=notes:&within=${within}`,
    `state?target=${target}&within=${within}`,
    `blame?target=${target}&within=${within}`,
    `history?target=${target}&within=${within}`,
    `stream?within=${within}`,
  ]) {
    const { status, body } = await asks(auditor.token, path);
    assert.equal([status, body.errors?.[0].field], [400, 'within'], path);
  }
});

test('a cursor of one’s own making, or of somebody else, is none: reading by it would leave no trace', async () => {
  const { body } = await asks(auditor.token, 'events?target=notes:&limit=1');
  const [text = ''] = String(body.next).split('.');
  assert.is((await asks(auditor.token, `events?target=notes:&limit=1&cursor=${body.next}`)).status, 200);
  const canonical = '{"filter":{"exclude":{},"include":{}},"order":"desc"}';
  const digest = createHash('sha256').update(canonical).digest('base64url').slice(0, 16);
  const made = Buffer.from(JSON.stringify([digest, 0, 1])).toString('base64url');
  for (const [token, query] of [
    [other.token, `target=notes:&limit=1&cursor=${body.next}`],
    [auditor.token, `target=notes:&limit=1&cursor=${text}`],
    [auditor.token, `cursor=${made}`],
    [auditor.token, `cursor=${made}.${String(body.next).split('.')[1]}`],
  ] as const) {
    const answer = await asks(token, `events?${query}`);
    assert.equal([answer.status, answer.body.errors?.[0].field], [400, 'cursor'], query);
  }
});

// The last of them: sessions end with the day.
test('after a day what is asked with it is recorded again', async () => {
  const { seq, target } = life[1]!;
  const within = await browse(auditor.token, 'target=notes:');
  const recorded = await recordedBy(auditor, async () => {
    late = DAY_MS + 1;
    admin = await it.login();
    const token = await it.login('anna@example.com', 'Anna-password');
    assert.is((await asks(token, `state?target=${target}&seq=${seq}&within=${within}`)).status, 200);
  });
  assert.equal(recorded, [`target=${target}&what=state&seq=${seq}`]);
});

test.run();

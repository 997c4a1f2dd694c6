// Records of nearly a mebibyte each: lists, and commits of many at once.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;
const COUNT = 10;

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
  const schema = { type: 'object', properties: { text: { type: 'string' } } };
  await it.ask('POST', '/v1/types', { token: admin, body: { name: 'docs', schema } });
});
test.after(() => it?.stop());

test('many that are created at once are all created', async () => {
  const answers = await Promise.all(
    Array.from({ length: COUNT }, (_, n) =>
      it.ask('POST', '/v1/records/docs', {
        token: admin,
        body: { text: String(n).padEnd(1_000_000, 'x') },
        headers: { prefer: 'return=minimal' },
      }),
    ),
  );
  assert.equal(
    answers.map(({ status }) => status),
    answers.map(() => 201),
  );
});

/** The ids on page after page, `from` a cursor. */
async function pages(query: string, way: 'next' | 'prev', from?: string) {
  const found: string[][] = [];
  let turned: string | null = null;
  let cursor: string | null = from ?? '';
  while (cursor !== null) {
    const path = `/v1/records/docs?${query}${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { status, body } = await it.ask('GET', path, { token: admin });
    assert.is(status, 200, JSON.stringify(body).slice(0, 200));
    found.push(body.data.map(({ id }: { id: string }) => id));
    turned = way === 'next' ? body.prev : body.next;
    cursor = body[way];
  }
  return { found, turned };
}

const ALL = Array.from({ length: COUNT }, (_, n) => String(n + 1));

test('a page of them is as long as fits, and the next ones have the rest, both ways', async () => {
  for (const order of ['asc', 'desc']) {
    const expected = order === 'asc' ? ALL : [...ALL].reverse();
    const { found, turned } = await pages(`limit=1000&order=${order}`, 'next');
    assert.equal(found.flat(), expected);
    assert.ok(found.length > 1 && found.every(({ length }) => length > 0));
    const back = await pages(`limit=1000&order=${order}`, 'prev', turned!);
    assert.equal(back.found.reverse().flat(), expected.slice(0, -found.at(-1)!.length));
  }
});

test('a filter that finds nothing comes to its end over empty pages', async () => {
  const { found, turned } = await pages('text=none', 'next');
  assert.equal(found.flat(), []);
  assert.ok(found.length > 1);
  const back = await pages('text=none', 'prev', turned!);
  assert.equal(back.found.flat(), []);
});

test('each is in the log', async () => {
  const { body } = await it.ask('GET', '/v1/audit/summary?by=target&target=docs:&action=created', {
    token: admin,
  });
  assert.is(body.data.length, COUNT);
});

test.run();

// Records and log are compared field by field: what the data layer did is never a difference, what was written around
// it always is.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareRecords } from '#src/daemon/agreement/record-differences.js';
import { allowWriting } from '#src/daemon/data/guard.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let token: string;

/** Types that keep something out of the log, now or at some time. */
const properties = { a: { type: 'integer' }, b: { type: ['string', 'null'] }, c: { type: 'object' } };
const TYPES: [name: string, first: object, later?: object][] = [
  ['plain', { schema: { type: 'object', properties } }],
  [
    'discreet',
    {
      schema: {
        type: 'object',
        properties: {
          ...properties,
          b: { type: 'string', 'x-whodid': { secret: true } },
          c: { 'x-whodid': { ignored: true } },
        },
      },
    },
  ],
  ['terse', { schema: { type: 'object', properties }, record: { changed: 'metadata' } }],
  [
    'silent',
    { schema: { type: 'object', properties }, record: { created: 'none', changed: 'none', deleted: 'none' } },
  ],
  [
    'unveiled',
    {
      schema: {
        type: 'object',
        properties: { ...properties, a: { type: 'integer', 'x-whodid': { ignored: true } } },
      },
    },
    { schema: { type: 'object', properties: { ...properties, d: { type: 'integer', default: 7 } } } },
  ],
];

async function ok(method: string, path: string, body?: unknown) {
  const answer = await it.ask(method, path, { token, ...(body === undefined ? {} : { body }) });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function compare(most?: number) {
  const data = openForReading(join(it.home, 'data.db'));
  const audit = openForReading(join(it.home, 'audit.db'));
  try {
    return await compareRecords({ data, audit }, most);
  } finally {
    data.close();
    audit.close();
  }
}

/** Writes to data.db with the guard's own function, as somebody who means it could. */
function writeAround(sql: string): void {
  const db = new Database(join(it.home, 'data.db'));
  allowWriting(db);
  db.exec(sql);
  db.close();
}

test.before(async () => {
  it = await temporaryDaemon();
  token = await it.login();
});
test.after(() => it.stop());

test('what people do, by types that record more and less, makes no difference', async () => {
  for (const [name, first] of TYPES) await ok('POST', '/v1/types', { name, ...first });
  for (const [name] of TYPES) {
    for (let n = 0; n < 4; n += 1) await ok('POST', `/v1/records/${name}`, { a: n, b: 'x', c: { n: [n] } });
    await ok('PATCH', `/v1/records/${name}/1`, { a: 9, c: { n: null, m: 1.5 } });
    await ok('PATCH', `/v1/records/${name}/2`, { b: 'y' });
    await ok('DELETE', `/v1/records/${name}/3`);
    await ok('GET', `/v1/records/${name}`);
    await it.ask('GET', `/v1/records/${name}/77`, { token });
  }
  for (const [name, , later] of TYPES) if (later !== undefined) await ok('PUT', `/v1/types/${name}`, later);
  await ok('PATCH', '/v1/records/unveiled/2', { a: 5 });
  await it.person('Grace', 'editor');
  const { differences, records } = await compare();
  assert.equal(differences, []);
  assert.is(records, 5 * 3 + 2);
});

test('nor does comparing while people work', async () => {
  let working = true;
  const worker = async (n: number) => {
    for (let k = 0; working; k += 1) {
      const { id } = await ok('POST', '/v1/records/plain', { a: n });
      await ok('PATCH', `/v1/records/plain/${id}`, { a: k, b: 'z' });
      if (k % 3 === 0) await ok('DELETE', `/v1/records/plain/${id}`);
    }
  };
  const workers = [worker(1), worker(2), worker(3)];
  try {
    for (let n = 0; n < 20; n += 1) assert.equal((await compare()).differences, []);
  } finally {
    working = false;
    await Promise.all(workers);
  }
});

test('what has not reached the log yet is not a difference, and is compared as well', async () => {
  const holder = new Database(join(it.home, 'audit.db'));
  holder.exec('BEGIN IMMEDIATE');
  try {
    const { id } = await ok('POST', '/v1/records/plain', { a: 1, c: { n: [1] } });
    await ok('PATCH', `/v1/records/plain/${id}`, { a: 2 });
    await ok('PATCH', '/v1/records/plain/1', { b: 'waits' });
    await ok('DELETE', '/v1/records/plain/4');
    const schema = { type: 'object', properties: { ...properties, e: { 'x-whodid': { ignored: true } } } };
    await ok('PUT', '/v1/types/plain', { schema });
    await ok('PATCH', `/v1/records/plain/${id}`, { a: 2, e: 'ignored' });
    assert.equal((await compare()).differences, []);
    writeAround(`UPDATE records SET body = json_set(body, '$.a', 3) WHERE type = 'plain' AND id = ${id}`);
    assert.equal(
      (await compare()).differences.map(({ changes }) => changes),
      [{ a: { prev: 2, next: 3 } }],
    );
    writeAround(`UPDATE records SET body = json_set(body, '$.a', 2) WHERE type = 'plain' AND id = ${id}`);
  } finally {
    holder.exec('ROLLBACK');
    holder.close();
  }
});

test('every way of writing around the data layer is found, and what differs is named', async () => {
  writeAround(`
    UPDATE records SET body = json_set(body, '$.a', 1000, '$.c.more', 1) WHERE type = 'plain' AND id = 1;
    DELETE FROM records WHERE type = 'plain' AND id = 2;
    INSERT INTO records (type, id, version, body) VALUES ('discreet', 900, 1, '{"a":1,"b":"s"}');
    UPDATE records SET body = json_set(body, '$.role', 'admin') WHERE type = 'users' AND id = 2;
    UPDATE records SET body = json_set(body, '$.b', 'around') WHERE type = 'terse' AND id = 4`);
  const { differences } = await compare();
  const few = await compare(2);
  assert.equal([few.differences.length, few.found], [2, 5], 'no more are kept than were asked for');
  const found = Object.fromEntries(
    differences.map(({ type, id, kind, changes }) => [`${type} ${id} ${kind}`, changes]),
  );
  assert.equal(found, {
    'plain 1 changed': {
      a: { prev: 9, next: 1000 },
      c: { prev: { m: 1.5 }, next: { m: 1.5, more: 1 } },
    },
    'plain 2 gone': {
      a: { prev: 1, next: null },
      b: { prev: 'y', next: null },
      c: { prev: { n: [1] }, next: null },
    },
    // What is secret is no more told than the layer would have.
    'discreet 900 unknown': { a: { prev: null, next: 1 } },
    'users 2 changed': { role: { prev: 'editor', next: 'admin' } },
    'terse 4 changed': { b: { prev: 'x', next: 'around' } },
  });
});

test.run();

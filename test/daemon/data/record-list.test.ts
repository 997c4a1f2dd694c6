// A page of records reads a bounded part of its type, and filters compare what was meant.
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allowWriting } from '#src/daemon/data/guard.js';
import { MAX_RECORDS_READ } from '#src/daemon/data/record-list.js';
import { temporaryData } from './temporary-data.js';

const SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    amount: { type: 'number' },
    rate: { type: 'number', 'x-whodid': { indexed: true } },
    code: { type: ['number', 'string'], 'x-whodid': { indexed: true } },
    tags: { type: 'array' },
  },
};

async function withStock() {
  const it = await temporaryData();
  const ada = it.data.as({ type: 'users', id: '1' });
  const { type } = await ada.types.define({ name: 'stock', schema: SCHEMA });
  const list = (where: Record<string, string>, more: object = {}) =>
    ada.records.list(type, { where, limit: 1_000, order: 'asc', minimal: true, ...more });
  const ids = async (where: Record<string, string>) => (await list(where)).records.map(({ id }) => id);
  return { ...it, data: it.data, ada, type, list, ids };
}

test('a filter without an index reads a window a page, and every record in the end', async () => {
  const { data, file, list } = await withStock();
  const records = MAX_RECORDS_READ * 2 + 5;
  const other = new Database(file);
  allowWriting(other);
  other.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${records})
    INSERT INTO records (type, id, version, body)
    SELECT 'stock', i, 1, json_object('name', CASE WHEN i = ${records} THEN 'last' ELSE 'other' END) FROM n`);
  other.close();
  const where = { name: 'last' };
  assert.equal(await list(where), { records: [], next: MAX_RECORDS_READ });
  assert.equal(await list(where, { after: MAX_RECORDS_READ }), { records: [], next: MAX_RECORDS_READ * 2 });
  const end = await list(where, { after: MAX_RECORDS_READ * 2 });
  assert.equal([end.records.map(({ id }) => id), end.next], [[String(records)], null]);
  const backwards = await list(where, { order: 'desc' });
  assert.equal([backwards.records.length, backwards.next], [1, 6 + MAX_RECORDS_READ]);
  data.close();
});

test('a page goes on exactly where there is more', async () => {
  const { data, ada, type, list } = await withStock();
  for (const name of ['a', 'b', 'a', 'c']) await ada.records.create(type, { name });
  const shape = async (where: Record<string, string>, limit: number) => {
    const { records, next } = await list(where, { limit });
    return [records.map(({ id }) => id).join(), next];
  };
  assert.equal(await shape({}, 4), ['1,2,3,4', null]);
  assert.equal(await shape({}, 3), ['1,2,3', 3]);
  assert.equal(await shape({ name: 'a' }, 2), ['1,3', null]);
  assert.equal(await shape({ name: 'a' }, 1), ['1', 2]);
  data.close();
});

test('numbers compare as numbers, however they are written', async () => {
  const { data, ada, type, ids } = await withStock();
  await ada.records.create(type, { amount: 1e21, rate: 1e21, code: 1e21 });
  await ada.records.create(type, { amount: 1.5, rate: 1.5, code: '1.50' });
  for (const text of ['1e21', '1e+21', '1E21', '1000000000000000000000']) {
    assert.equal(await ids({ amount: text }), ['1'], `amount=${text}`);
    assert.equal(await ids({ rate: text }), ['1'], `rate=${text}`);
    assert.equal(await ids({ code: text }), ['1'], `code=${text}`);
  }
  for (const field of ['amount', 'rate']) {
    assert.equal(await ids({ [field]: '1.50' }), ['2']);
    assert.equal(await ids({ [field]: '' }), []);
    assert.equal(await ids({ [field]: '0x2' }), []);
  }
  assert.equal(await ids({ code: '1.50' }), ['2']);
  data.close();
});

test('structured values compare as JSON, and null is no value', async () => {
  const { data, ada, type, ids } = await withStock();
  await ada.records.create(type, { tags: ['a', 1] });
  await ada.records.create(type, { name: 'null' });
  assert.equal(await ids({ tags: '["a",1]' }), ['1']);
  assert.equal(await ids({ tags: 'null' }), []);
  assert.equal(await ids({ name: 'null' }), ['2']);
  data.close();
});

test('an e-mail address is found whatever its case', async () => {
  const { data, ada } = await withStock();
  const { type } = await ada.types.find('users');
  const found = async (email: string) =>
    (await ada.records.list(type, { where: { email }, limit: 9, order: 'asc', minimal: true })).records
      .length;
  assert.equal(
    [await found('ADA@example.com'), await found('ada@EXAMPLE.com'), await found('da@')],
    [1, 1, 0],
  );
  data.close();
});

test.run();

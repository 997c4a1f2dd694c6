import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { committedRows } from '#src/daemon/data/committed-rows.js';

function open() {
  const sqlite = new Database(':memory:');
  sqlite.exec(
    "CREATE TABLE people (name TEXT PRIMARY KEY, age INTEGER); INSERT INTO people VALUES ('Ada', 36)",
  );
  const find = sqlite.prepare<[string], { age: number }>('SELECT age FROM people WHERE name = ?');
  let reads = 0;
  const rows = committedRows<{ age: number }>({
    sqlite,
    max: 2,
    read(name) {
      reads += 1;
      return find.get(name);
    },
  });
  const grow = (age: number) => {
    rows.drop('Ada');
    sqlite.prepare("UPDATE people SET age = ? WHERE name = 'Ada'").run(age);
  };
  return { sqlite, rows, grow, reads: () => reads };
}

test('a row is read once, and anew after a write', () => {
  const { rows, grow, reads } = open();
  assert.equal([rows.get('Ada')?.age, rows.get('Ada')?.age, reads()], [36, 36, 1]);
  grow(37);
  assert.equal([rows.get('Ada')?.age, reads()], [37, 2]);
});

test('what a transaction wrote and saw is forgotten when it is rolled back', () => {
  const { sqlite, rows, grow } = open();
  assert.is(rows.get('Ada')?.age, 36);
  const failing = sqlite.transaction(() => {
    grow(99);
    assert.is(rows.get('Ada')?.age, 99);
    throw new Error('rolled back');
  });
  assert.throws(failing, 'rolled back');
  assert.is(rows.get('Ada')?.age, 36);
});

test('somebody who is not there is looked for again', () => {
  const { sqlite, rows } = open();
  assert.is(rows.get('Grace'), undefined);
  sqlite.exec("INSERT INTO people VALUES ('Grace', 30)");
  assert.is(rows.get('Grace')?.age, 30);
});

test.run();

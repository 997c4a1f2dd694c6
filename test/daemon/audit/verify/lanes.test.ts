import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLaneKeys } from '#src/daemon/audit/verify/lanes.js';

test('a key with zeros behind it is another key', () => {
  const keys = createLaneKeys();
  const key = Buffer.from('0102030405060708090a0b0c0d0e0f1011', 'hex');
  const lanes = keys.ofTerm(key);
  assert.equal(keys.ofTerm(Buffer.from(key)), lanes);
  for (const zeros of [1, 2, 3]) {
    const { a, b } = keys.ofTerm(Buffer.concat([key, Buffer.alloc(zeros)]));
    assert.ok(a !== lanes.a && b !== lanes.b, `${zeros}`);
  }
});

test('every byte of a key counts', () => {
  const keys = createLaneKeys();
  const key = Buffer.alloc(17, 7);
  const { a, b } = keys.ofTerm(key);
  for (let at = 0; at < key.length; at += 1) {
    const other = Buffer.from(key);
    other[at] = 8;
    const lanes = keys.ofTerm(other);
    assert.ok(lanes.a !== a && lanes.b !== b, `byte ${at}`);
  }
});

test.run();

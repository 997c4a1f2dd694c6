import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hexToUuid, uuidToBytes, writeUuid } from '#src/daemon/audit/uuid-bytes.js';
import { uuidV7 } from '#src/shared/uuid-v7.js';

const UUID = '0189abcd-ef01-7345-8765-43210fedcba9';

test('a UUID is its sixteen bytes, and comes back', () => {
  assert.is(uuidToBytes(UUID)!.toString('hex'), '0189abcdef017345876543210fedcba9');
  for (let n = 0; n < 1_000; n += 1) {
    const uuid = uuidV7(n * 1_234_567_891);
    assert.is(hexToUuid(uuidToBytes(uuid)!.toString('hex')), uuid);
  }
});

test('it is written where it belongs, and nowhere else', () => {
  const bytes = Buffer.alloc(18, 0xee);
  assert.is(writeUuid(UUID, bytes, 1), true);
  assert.is(bytes.toString('hex'), 'ee0189abcdef017345876543210fedcba9ee');
});

test('what differs from a UUID in one character is none', () => {
  const others = ['g', 'A', 'F', '/', ':', '`', ' ', '\u0000', '\u0130', '\u8030', '\ud83d', '-'];
  for (let at = 0; at < UUID.length; at += 1) {
    const isDash = UUID[at] === '-';
    for (const other of isDash ? ['0', '_', '\u002e', '\u802d'] : others) {
      const text = UUID.slice(0, at) + other + UUID.slice(at + 1);
      assert.is(uuidToBytes(text), undefined, JSON.stringify(text));
    }
  }
  for (const text of ['', UUID.slice(1), `${UUID}0`, UUID.replaceAll('-', ''), UUID.toUpperCase()])
    assert.is(uuidToBytes(text), undefined, text);
});

test.run();

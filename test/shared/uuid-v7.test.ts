import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { uuidV7 } from '#src/shared/uuid-v7.js';

test('the bits are where RFC 9562 has them', () => {
  // Its example (appendix A.6): 2022-02-22 19:22:22 UTC.
  const id = uuidV7(0x017f22e279b0);
  assert.match(id, /^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(uuidV7(1), /^00000000-0001-7/);
});

test('each is another one, and a later one sorts behind', () => {
  const ids = Array.from({ length: 5_000 }, () => uuidV7(1_700_000_000_000));
  assert.is(new Set(ids).size, ids.length);
  const later = uuidV7(1_700_000_000_001);
  assert.ok(ids.every(id => id < later));
});

test.run();

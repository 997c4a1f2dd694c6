import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createCheckpointKey,
  finishRotation,
  openCheckpointKeys,
  openCheckpointSigning,
} from '#src/daemon/checkpoint-keys.js';
import { keysFrom } from '#src/shared/log/key-rotation.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryDirectory } from './temporary-directory.js';

const NOW = 1_700_000_000_000;

async function freshKeys() {
  const dir = join(temporaryDirectory(), 'checkpoints');
  await createCheckpointKey(dir, NOW);
  const file = (kid: string) => join(dir, `${kid}.json`);
  const stored = (kid: string) => JSON.parse(readFileSync(file(kid), 'utf8'));
  return { dir, file, stored, keys: openCheckpointKeys(dir, 'test') };
}

test('a new key signs, the old one leads to it and has no private part any more', async () => {
  const { dir, stored, keys } = await freshKeys();
  const old = keys.active();
  const { key, publicKey } = await keys.rotate(NOW + 1);
  assert.is(keys.active().key, publicKey);
  const { signer, rotations } = openCheckpointSigning(dir, 'test');
  assert.is(signer.verifier.key, publicKey);
  assert.equal(
    keysFrom(old, rotations).own.map(one => one.key),
    [old.key, publicKey],
  );
  assert.equal(
    keys
      .list()
      .map(({ kid, use, active }) => ({ kid, use, active }))
      .map(({ use, active }) => [use, active]),
    [
      ['checkpoints', true],
      ['checkpoints', false],
    ],
  );
  const [, replaced] = keys.list();
  assert.is(stored(key.kid).jwk.d.length > 0, true);
  assert.is(stored(replaced!.kid).jwk.d, undefined);
});

test('rotations at once follow each other, also when the clock goes back', async () => {
  const { dir, keys } = await freshKeys();
  const first = keys.active();
  await Promise.all([keys.rotate(NOW - 5_000), keys.rotate(NOW - 9_000), keys.rotate(0)]);
  const again = openCheckpointKeys(dir, 'test');
  assert.is(again.active().key, keys.active().key);
  assert.is(again.first().key, first.key);
  assert.is(keysFrom(first, again.rotations()).own.length, 4);
});

test('a rotation that was interrupted before the old key was forgotten comes to its end', async () => {
  const { dir, file, stored, keys } = await freshKeys();
  const [{ kid } = { kid: '' }] = keys.list();
  const before = stored(kid);
  await keys.rotate(NOW + 1);
  writeFileSync(file(kid), JSON.stringify(before));
  await finishRotation(dir, 'test');
  assert.is(stored(kid).jwk.d, undefined);
  assert.is(openCheckpointKeys(dir, 'test').active().key, keys.active().key);
});

test('a key that the one before it has not signed for is refused, and so is a chain with a link missing', async () => {
  const { dir, file, stored, keys } = await freshKeys();
  const { key } = await keys.rotate(NOW + 1);
  const { key: last } = await keys.rotate(NOW + 2);
  const { rotation, ...unsigned } = stored(last.kid);
  writeFileSync(file(last.kid), JSON.stringify(unsigned));
  assert.throws(
    () => openCheckpointKeys(dir, 'test'),
    (error: unknown) => error instanceof Problem && /does not follow the key before it/.test(error.message),
  );
  writeFileSync(file(last.kid), JSON.stringify({ ...unsigned, rotation: stored(key.kid).rotation }));
  assert.throws(() => openCheckpointKeys(dir, 'test'), /does not follow/);
  writeFileSync(file(last.kid), JSON.stringify({ ...unsigned, rotation }));
  assert.is(openCheckpointKeys(dir, 'test').rotations().length, 2);
  assert.is(readdirSync(dir).length, 3);
});

test.run();

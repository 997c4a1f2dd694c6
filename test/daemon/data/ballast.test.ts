import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBallast } from '#src/daemon/data/ballast.js';
import { temporaryDirectory } from '../temporary-directory.js';

const SIZE = 100_000;
const fresh = () => join(temporaryDirectory(), 'ballast');

test('it takes its whole size of the disk, and is found again by the next start', async () => {
  const file = fresh();
  const ballast = createBallast(file, SIZE);
  assert.is(ballast.isHeld(), false);
  await ballast.hold();
  const { size, blocks, mode } = statSync(file);
  assert.equal([ballast.isHeld(), size, blocks * 512 >= SIZE, mode & 0o777], [true, SIZE, true, 0o600]);
  assert.is(createBallast(file, SIZE).isHeld(), true);
});

test('freed it is gone, and can be made anew', async () => {
  const file = fresh();
  const ballast = createBallast(file, SIZE);
  await ballast.hold();
  ballast.free();
  assert.equal([ballast.isHeld(), existsSync(file)], [false, false]);
  await ballast.hold();
  assert.is(ballast.isHeld(), true);
});

test('one that was cut short, or is of another size, is removed', () => {
  for (const size of [SIZE - 1, SIZE + 1]) {
    const file = fresh();
    writeFileSync(file, Buffer.alloc(size));
    assert.is(createBallast(file, SIZE).isHeld(), false);
    assert.is(existsSync(file), false);
  }
});

test('where it cannot be made nothing of it stays', async () => {
  const file = join(temporaryDirectory(), 'missing', 'ballast');
  const ballast = createBallast(file, SIZE);
  await ballast.hold();
  assert.is(ballast.isHeld(), false);
});

test('without a size there is none', async () => {
  const file = fresh();
  const ballast = createBallast(file, 0);
  await ballast.hold();
  ballast.free();
  assert.equal([ballast.isHeld(), existsSync(file)], [false, false]);
});

test.run();

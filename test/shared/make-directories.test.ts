import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeDirectories } from '#src/shared/make-directories.js';
import { temporaryDirectory } from '../daemon/temporary-directory.js';

test('what is missing above it is made too, for its owner alone', () => {
  const top = temporaryDirectory();
  makeDirectories(join(top, 'a', 'b'));
  makeDirectories(join(top, 'a', 'b'));
  assert.is(statSync(join(top, 'a')).mode & 0o077, 0);
  assert.ok(statSync(join(top, 'a', 'b')).isDirectory());
});

test('where nothing can be made it ends, with the system’s reason', () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  assert.throws(
    () => makeDirectories(join(file, 'a')),
    (error: NodeJS.ErrnoException) => error.code === 'ENOTDIR',
  );
  if (process.platform === 'linux') {
    assert.throws(
      () => makeDirectories('/proc/whodid-test/a'),
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT' || error.code === 'EACCES',
    );
  }
});

test.run();

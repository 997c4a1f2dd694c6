import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { acquireLock, isLocked } from '#src/daemon/lock.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryDirectory } from './temporary-directory.js';

const LOCK_MODULE = import.meta.resolve('#src/daemon/lock.js');

const holders: ChildProcess[] = [];
test.after.each(() => {
  for (const child of holders.splice(0)) child.kill('SIGKILL');
});

/** Another process that holds the lock until it is killed. */
async function holder(lockDb: string) {
  const script = `
    const { acquireLock } = await import(${JSON.stringify(LOCK_MODULE)});
    acquireLock(${JSON.stringify(lockDb)});
    process.stdout.write('held');
    globalThis.gc();
    setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  holders.push(child);
  await once(child.stdout!, 'data');
  return child;
}

test('a second process is refused with one sentence, and a killed holder leaves nothing behind', async () => {
  const lockDb = join(temporaryDirectory(), 'lock.db');
  const child = await holder(lockDb);
  assert.ok(isLocked(lockDb));
  assert.throws(
    () => acquireLock(lockDb),
    (error: unknown) =>
      error instanceof Problem && error.code === 'conflict' && /already running/.test(error.message),
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.not(isLocked(lockDb));
  acquireLock(lockDb).release();
});

test('looking at the lock does not take it', async () => {
  const lockDb = join(temporaryDirectory(), 'lock.db');
  acquireLock(lockDb).release();
  assert.not(isLocked(lockDb));
  await holder(lockDb);
  assert.ok(isLocked(lockDb));
});

test.run();

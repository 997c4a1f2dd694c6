// One process at a time renews a session: a lock file beside sessions.json that names its owner, so that the
// lock of one that died is taken over.
import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientPaths } from '../shared/paths.js';
import { makeClientDir } from './session-file.js';

/** A lock that is older than this was left behind, whoever its owner is. */
const STALE_MS = 10_000;
const RETRY_MS = 20;

/** Runs `work` while holding the lock, and answers what it answers. */
export async function withSessionLock<T>(paths: ClientPaths, work: () => Promise<T>): Promise<T> {
  const file = join(paths.dir, 'sessions.lock');
  const mine = `${process.pid} ${randomUUID()}\n`;
  await makeClientDir(paths);
  while (!(await take(file, mine))) {
    if (await isLeftBehind(file)) await rm(file, { force: true });
    else await sleep(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    if ((await contents(file)) === mine) await rm(file, { force: true });
  }
}

async function take(file: string, mine: string): Promise<boolean> {
  try {
    await writeFile(file, mine, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Two that find the same stale lock can in theory remove each other's new one; both then renew, which the
 * daemon forgives (a rotated token stays good for a sibling for up to a minute).
 */
async function isLeftBehind(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) return false;
  // The age is measured by the clock that made it: the file system's and this process's are the same machine.
  if (Date.now() - info.mtimeMs > STALE_MS) return true;
  const pid = Number.parseInt((await contents(file)) ?? '', 10);
  return Number.isInteger(pid) && !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function contents(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

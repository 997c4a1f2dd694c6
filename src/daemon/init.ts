// Makes a data directory: keys, both databases, the first administrator. All of it or nothing: built beside its
// place and renamed into it.
import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Check } from 'typebox/value';
import { PasswordSchema } from '../shared/api.js';
import { syncDirectory } from '../shared/atomic-file.js';
import { faultProblem } from '../shared/field-faults.js';
import { makeDirectories } from '../shared/make-directories.js';
import type { InitAnswer, InitRequest } from '../shared/offline-process.js';
import { type DataPaths, dataPaths } from '../shared/paths.js';
import { Problem } from '../shared/problem.js';
import { openAuditForWriting } from './audit/database.js';
import { createCheckpointKey } from './checkpoint-keys.js';
import { hashPassword } from './core/password.js';
import { initializeData } from './data/init-data.js';
import { createKeys } from './keys.js';
import { acquireLock, isLocked } from './lock.js';

/** The one thing that may be in a data directory before `init`: settings that somebody wrote beforehand. */
const CONFIG = 'config.toml';

/**
 * Creates the data directory at `paths`.
 * @throws Problem `conflict` when there is one or a daemon runs on it, `invalid` for the administrator's fields.
 */
export async function initialize(
  paths: DataPaths,
  { name, email, password }: InitRequest,
  clock: () => number,
): Promise<InitAnswer> {
  refuseExisting(paths);
  if (!Check(PasswordSchema, password)) {
    throw faultProblem('invalid', [{ field: 'password', reason: 'must have 8 to 1024 characters' }]);
  }
  const place = existsSync(paths.dir) ? realpathSync(paths.dir) : paths.dir;
  const site = `${place}.init-${randomUUID()}`;
  const clear = () => rmSync(site, { recursive: true, force: true });
  process.once('exit', clear);
  try {
    const instance = randomUUID();
    const building = dataPaths({ WHODID_HOME: site });
    makeDirectories(building.logs);
    await createKeys(building.keys, clock());
    await createCheckpointKey(building.checkpointKeys, clock());
    await initializeData({
      dataFile: building.dataDb,
      directory: site,
      instance,
      admin: { name, email, passwordHash: await hashPassword(password) },
      now: clock,
    });
    openAuditForWriting(building.auditDb).close();
    acquireLock(building.lockDb).release();
    await syncDirectory(site);
    await moveIn(site, place);
    return { dir: paths.dir, instance };
  } finally {
    clear();
    process.off('exit', clear);
  }
}

/**
 * Whether a data directory can be made there, found out by trying, so that nobody is asked for anything in vain.
 * @throws Problem `conflict` as `initialize`; the system's error where nothing can be made
 */
export function checkPlace(paths: DataPaths): void {
  refuseExisting(paths);
  let place = dirname(existsSync(paths.dir) ? realpathSync(paths.dir) : paths.dir);
  while (lstatSync(place, { throwIfNoEntry: false }) === undefined) place = dirname(place);
  rmdirSync(mkdtempSync(join(place, '.whodid-init-')));
}

function refuseExisting(paths: DataPaths): void {
  if (lstatSync(paths.dir, { throwIfNoEntry: false }) === undefined) return;
  if (existsSync(paths.lockDb) && isLocked(paths.lockDb)) {
    throw new Problem('conflict', `A daemon is running on ${paths.dir}: there is nothing to create.`);
  }
  if (existsSync(paths.dataDb)) {
    throw new Problem(
      'conflict',
      `${paths.dir} is a data directory already. Start its daemon with \`whodid daemon start\`.`,
    );
  }
  const strangers = readdirSync(paths.dir).filter(entry => entry !== CONFIG);
  if (strangers.length > 0) throw occupied(paths.dir);
}

/** Puts the finished directory in its place; settings that lay there before come along. */
async function moveIn(site: string, place: string): Promise<void> {
  const written = join(place, CONFIG);
  const aside = `${site}.config`;
  const hasConfig = existsSync(written);
  if (hasConfig) {
    copyFileSync(written, join(site, CONFIG));
    await rename(written, aside);
  }
  try {
    // Goes over an empty directory and over nothing else, so of two that come at once one is refused.
    await rename(site, place);
  } catch (error) {
    if (hasConfig) await rename(aside, written);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw occupied(place);
    throw error;
  }
  rmSync(aside, { force: true });
  await syncDirectory(dirname(place));
}

function occupied(dir: string): Problem {
  return new Problem(
    'conflict',
    `${dir} holds other files. Empty it, or set WHODID_HOME to another directory.`,
  );
}

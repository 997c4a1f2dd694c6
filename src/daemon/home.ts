// The data directory from the outside: whether it is there, whose it is, and that nobody else can read it.
import { accessSync, constants, lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { DataPaths } from '../shared/paths.js';
import { Problem, type ProblemCode } from '../shared/problem.js';
import { isReplacing } from './backup/replacement.js';

/** One thing that is wrong with the data directory, and what to do about it. */
export interface HomeFault {
  code: ProblemCode;
  what: string;
  advice: string;
}

/** Makes every file that this process creates from now on private, also those that SQLite makes. */
export function keepNewFilesPrivate(): void {
  process.umask(0o077);
}

/**
 * Checks what a daemon needs before it touches anything.
 * @throws Problem `not_found` without an initialised directory, `forbidden` for a wrong owner or mode.
 */
export function requireHome(paths: DataPaths, uid = process.getuid?.()): void {
  const [fault] = homeFaults(paths, uid);
  if (fault !== undefined) throw new Problem(fault.code, `${fault.what} ${fault.advice}`);
}

/** Everything that is wrong with the data directory; empty when it can be used. */
export function homeFaults(paths: DataPaths, uid = process.getuid?.()): HomeFault[] {
  try {
    return accessibleFaults(paths, uid);
  } catch (error) {
    const { code, path = paths.dir } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') {
      const what = `A part of ${path} is a file, not a directory.`;
      return [{ code: 'not_found', what, advice: 'Set WHODID_HOME to where the data directory is.' }];
    }
    if (code !== 'EACCES') throw error;
    return [{ code: 'forbidden', what: `${path} is not yours: you may not look into it.`, advice: AS_OWNER }];
  }
}

const AS_OWNER = 'Run whodid as its owner, or set WHODID_HOME to a directory of your own.';

function accessibleFaults(paths: DataPaths, uid: number | undefined): HomeFault[] {
  const dir = look(paths.dir);
  if (dir === null || (look(paths.dataDb) === null && !isReplacing(paths))) {
    return [
      {
        code: 'not_found',
        what: `There is no whodid data directory at ${paths.dir}.`,
        advice: 'Create it with `whodid init`, or set WHODID_HOME to where it is.',
      },
    ];
  }
  const inside = privatePaths(paths).flatMap(path => faultsOf(path, look(path), uid));
  return [...faultsOf(paths.dir, dir, uid), ...inside, ...unwritable(paths.dir)];
}

function unwritable(dir: string): HomeFault[] {
  try {
    accessSync(dir, constants.W_OK | constants.X_OK);
    return [];
  } catch {
    return [
      {
        code: 'forbidden',
        what: `${dir} cannot be written.`,
        advice: `Make it writable, e.g. with \`chmod 700 ${dir}\`, or put it on a disk that is.`,
      },
    ];
  }
}

/** What inside the directory must be the owner's alone. config.toml holds no secret and is not in it. */
function privatePaths(paths: DataPaths): string[] {
  const databases = [paths.dataDb, paths.auditDb, paths.lockDb];
  return [...databases, paths.logs, paths.keys, ...filesBelow(paths.keys)];
}

function filesBelow(dir: string): string[] {
  if (look(dir)?.isDirectory() !== true) return [];
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).map(name => join(dir, name));
}

function faultsOf(path: string, stats: Stats | null, uid: number | undefined): HomeFault[] {
  if (stats === null) return [];
  if (uid !== undefined && stats.uid !== uid) {
    return [
      {
        code: 'forbidden',
        what: `${path} belongs to another user (uid ${stats.uid}; this is uid ${uid}).`,
        advice: AS_OWNER,
      },
    ];
  }
  if ((stats.mode & 0o077) === 0) return [];
  const wanted = stats.isDirectory() ? '700' : '600';
  return [
    {
      code: 'forbidden',
      what: `${path} is open to other users (mode ${(stats.mode & 0o777).toString(8)}).`,
      advice: `Close it with \`chmod ${wanted} ${path}\`.`,
    },
  ];
}

function look(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

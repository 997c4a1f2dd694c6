// Where a backup may go: an empty directory of the daemon's own, or one that is yet to be made.
import { chmodSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { makeDirectories } from '../../shared/make-directories.js';
import { Problem } from '../../shared/problem.js';
import { systemProblem } from '../system-problem.js';

export interface BackupPlace {
  directory: string;
  /** Takes away what was written there. */
  clear(): void;
}

/**
 * Takes `directory` for a backup of what is in `home`.
 * @throws Problem `conflict` for one that holds something or lies in `home`, `forbidden` for somebody else's,
 *   `bad_request` for a relative path
 */
export function takePlace(directory: string, home: string): BackupPlace {
  if (!isAbsolute(directory)) {
    throw new Problem('bad_request', `${directory} is no absolute path.`, {
      errors: [{ field: 'directory', reason: 'must be an absolute path' }],
    });
  }
  try {
    return take(directory, home);
  } catch (error) {
    throw (
      systemProblem(error, { place: directory, advice: 'Choose another directory for the backup.' }) ?? error
    );
  }
}

function take(directory: string, home: string): BackupPlace {
  const there = lstatSync(directory, { throwIfNoEntry: false });
  if (there === undefined) {
    makeDirectories(dirname(directory));
    mkdirSync(directory, { mode: 0o700 });
  } else if (!there.isDirectory()) {
    throw new Problem('conflict', `${directory} is not a directory. Choose another one for the backup.`);
  } else if (process.getuid !== undefined && there.uid !== process.getuid()) {
    throw new Problem('forbidden', `${directory} belongs to another user than the daemon's.`);
  } else if (readdirSync(directory).length > 0) {
    throw new Problem('conflict', `${directory} is not empty: a backup needs a directory of its own.`);
  }
  const made = there === undefined;
  if (`${realpathSync(directory)}${sep}`.startsWith(`${realpathSync(home)}${sep}`)) {
    if (made) rmSync(directory, { recursive: true });
    throw new Problem('conflict', `${directory} lies in the data directory itself. Choose a place outside.`);
  }
  chmodSync(directory, 0o700);
  return {
    directory,
    clear() {
      for (const name of readdirSync(directory))
        rmSync(join(directory, name), { recursive: true, force: true });
      if (made) rmSync(directory, { recursive: true });
    },
  };
}

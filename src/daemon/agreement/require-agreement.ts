// What stands between a start and the first write: both databases are of a version that is known, and belong together.
import { existsSync } from 'node:fs';
import { instanceOf, openCheckpoint } from '../../shared/log/checkpoint.js';
import { keysFrom } from '../../shared/log/key-rotation.js';
import type { DataPaths } from '../../shared/paths.js';
import { Problem } from '../../shared/problem.js';
import { openCheckpointKeys } from '../checkpoint-keys.js';
import { refuseNewer } from '../migrate.js';
import { naming, openForReading, type Sqlite } from '../sqlite.js';
import { type Mismatch, mismatchOf } from './mismatch.js';

/**
 * Reads both databases, and writes nothing.
 * @throws Problem `conflict` if they do not belong together, Error if one cannot be read or a newer version wrote it
 */
export function requireAgreement(paths: DataPaths): void {
  const mismatch = findMismatch(paths);
  if (mismatch !== undefined) throw new Problem('conflict', sentenceOf(mismatch));
}

/** What is wrong between the databases of a data directory on which no daemon runs. */
export function findMismatch({ dataDb, auditDb, checkpointKeys }: DataPaths): Mismatch | undefined {
  return reading(dataDb, data => {
    refuseNewer(data, 'data', dataDb);
    if (!existsSync(auditDb)) return mismatchOf(data, undefined);
    return reading(auditDb, audit => {
      refuseNewer(audit, 'audit', auditDb);
      return mismatchOf(data, audit, (note, origin) => haveSigned(checkpointKeys, note, origin));
    });
  });
}

/** Whether the keys in `dir` have signed the checkpoint of the log with this origin. */
function haveSigned(dir: string, note: string, origin: string): boolean {
  try {
    const keys = openCheckpointKeys(dir, instanceOf(origin));
    openCheckpoint(note, ...keysFrom(keys.first(), keys.rotations()).known);
    return true;
  } catch {
    // No keys, or others': then nothing is known of whose it is.
    return false;
  }
}

/** What was found and what to do about it. */
export function sentenceOf(mismatch: Mismatch): string {
  return `${mismatch.found} ${adviceOf(mismatch)}`;
}

export function adviceOf({ repair, foreign }: Mismatch): string {
  if (repair === undefined) {
    return 'Put the right data.db back, or restore a backup with `whodid restore DIR`.';
  }
  const right = repair === 'log' ? 'audit.db' : 'data.db';
  const loss =
    repair === 'log'
      ? `go on without what the log has lost${foreign === 'log' ? ', the foreign file put aside,' : ''}`
      : 'go on with data.db as it is, the log told what differs,';
  return `Put the right ${right} back if you have it, or ${loss} with \`whodid doctor --repair ${repair}\`.`;
}

function reading<T>(file: string, look: (db: Sqlite) => T): T {
  let db: Sqlite;
  try {
    db = openForReading(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    return look(db);
  } catch (error) {
    throw isDamage(error) ? unreadable(file, error) : naming(file, error);
  } finally {
    db.close();
  }
}

const isDamage = (error: unknown) =>
  /^SQLITE_(CORRUPT|NOTADB)/.test(String(Reflect.get(Object(error), 'code')));

function unreadable(file: string, error: unknown): Error {
  return new Error(
    `${file} cannot be read (${error instanceof Error ? error.message : String(error)}). Restore a backup with \`whodid restore DIR\`.`,
  );
}

// What stands between a start and the first write: both databases are of a version that is known, and belong together.
import { existsSync } from 'node:fs';
import type { DataPaths } from '../../shared/paths.js';
import { Problem } from '../../shared/problem.js';
import { refuseNewer } from '../migrate.js';
import { openForReading, type Sqlite } from '../sqlite.js';
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
export function findMismatch({ dataDb, auditDb }: DataPaths): Mismatch | undefined {
  return reading(dataDb, data => {
    refuseNewer(data, 'data', dataDb);
    if (!existsSync(auditDb)) return mismatchOf(data, undefined);
    return reading(auditDb, audit => {
      refuseNewer(audit, 'audit', auditDb);
      return mismatchOf(data, audit);
    });
  });
}

/** What was found and what to do about it. */
export function sentenceOf(mismatch: Mismatch): string {
  return `${mismatch.found} ${adviceOf(mismatch)}`;
}

export function adviceOf({ repair, isForeign }: Mismatch): string {
  if (repair === undefined) return 'Put the right file back.';
  const right = repair === 'log' ? 'audit.db' : 'data.db';
  const loss =
    repair === 'log'
      ? `go on without what the log has lost${isForeign === true ? ', the foreign file put aside,' : ''}`
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
    throw isDamage(error) ? unreadable(file, error) : error;
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

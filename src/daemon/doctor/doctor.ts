// `whodid doctor`: looks at everything that a daemon stands on, and says what is wrong and what to do about it.
// It reads and changes nothing, so it can be asked while a daemon runs.
import type { Check } from '../../shared/offline-process.js';
import type { DataPaths } from '../../shared/paths.js';
import { checkDaemon } from './check-daemon.js';
import { checkClock, checkDatabase, checkOutbox } from './check-databases.js';
import { checkRecords } from './check-records.js';
import { checkDisk, checkHome, checkKeyFiles, checkNode, checkSettings } from './check-surroundings.js';

/** What a check has to look at. */
export interface Patient {
  paths: DataPaths;
  env: Record<string, string | undefined>;
  clock: () => number;
}

/** What a check found. */
export type Finding = Omit<Check, 'name'>;

/** Every check, in the order in which a fault of one explains those below. */
const CHECKS: [name: string, check: (patient: Patient) => Finding | Promise<Finding>][] = [
  ['node', () => checkNode(process.versions.node)],
  ['directory', checkHome],
  ['settings', checkSettings],
  ['disk', checkDisk],
  ['keys', checkKeyFiles],
  ['daemon', checkDaemon],
  ['data.db', ({ paths }) => checkDatabase(paths.dataDb, 'data')],
  ['audit.db', ({ paths }) => checkDatabase(paths.auditDb, 'audit')],
  ['outbox', checkOutbox],
  ['records', checkRecords],
  ['clock', checkClock],
];

/** Runs every check. One that cannot be carried out has failed. */
export async function examine(patient: Patient): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [name, check] of CHECKS) {
    const finding = await attempt(() => check(patient));
    checks.push({ name, ...finding });
    // Without a data directory the rest would only say the same again.
    if (name === 'directory' && finding.status === 'fail') break;
  }
  return checks;
}

async function attempt(check: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return { status: 'fail', detail: error instanceof Error ? error.message : String(error) };
  }
}

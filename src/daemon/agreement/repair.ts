// The audited way out of a mismatch (`whodid doctor --repair`): goes on with what is there, begins a new epoch, and
// tells the log, as events of `system:doctor`, what was found and every record that is not as the log had it.
import { existsSync, renameSync } from 'node:fs';
import type { RepairAnswer, RepairTarget } from '../../shared/offline-process.js';
import type { DataPaths } from '../../shared/paths.js';
import { Problem } from '../../shared/problem.js';
import { readLife } from '../audit/history/life.js';
import { createStanding } from '../audit/history/replay.js';
import { createLogView } from '../audit/log-view.js';
import { finishReplacement } from '../backup/replacement.js';
import type { Happening } from '../data/happening.js';
import { openForRenewal, type Renewal } from '../data/renewal.js';
import { acquireLock } from '../lock.js';
import { openForReading } from '../sqlite.js';
import type { Mismatch, Repair } from './mismatch.js';
import { beginNewLife } from './new-life.js';
import { type Comparison, compareRecords, type RecordDifference } from './record-differences.js';
import { findMismatch, sentenceOf } from './require-agreement.js';

/** Longest reason of an event. */
const MAX_REASON = 512;

/**
 * Repairs `what`, under the lock. Begun anew after an interruption, it comes to its end.
 * @throws Problem `conflict` when a daemon runs or there is nothing of that kind to repair
 */
export async function repair(paths: DataPaths, what: RepairTarget, now: () => number): Promise<RepairAnswer> {
  const lock = acquireLock(paths.lockDb);
  try {
    finishReplacement(paths);
    const mismatch = findMismatch(paths);
    if (what === 'records') return await repairRecords(paths, mismatch, now);
    if (mismatch?.repair !== what) throw nothingToRepair(what, mismatch);
    return await repairMismatch(paths, { what, mismatch, now });
  } finally {
    lock.release();
  }
}

function nothingToRepair(what: RepairTarget, mismatch: Mismatch | undefined): Problem {
  const instead = mismatch === undefined ? 'the two databases belong together.' : sentenceOf(mismatch);
  return new Problem('conflict', `There is nothing to repair with --repair ${what}: ${instead}`);
}

interface Case {
  what: Repair;
  mismatch: Mismatch;
  now(): number;
}

async function repairMismatch(paths: DataPaths, { what, mismatch, now }: Case): Promise<RepairAnswer> {
  const asideFile = mismatch.foreign === 'log' ? putAside(paths.auditDb, now()) : undefined;
  const renewal = openForRenewal(paths.dataDb, now);
  try {
    beginNewLife(paths.auditDb, renewal, what);
    const { differences, lastIds } = await compared(paths);
    renewal.finish({
      happenings: [
        {
          action: 'changed',
          target: { type: 'audit', id: 'log' },
          eventName: what === 'log' ? 'log.repaired' : 'data.repaired',
          changes: { repaired: { prev: null, next: what } },
          reason: mismatch.found.slice(0, MAX_REASON),
          source: 'daemon',
        },
        ...differences.map(difference => correction(difference, mismatch.found)),
      ],
      lastIds,
      ...(what === 'data' ? { revokedTokens: await revokedTokens(paths, renewal), endSessions: true } : {}),
    });
    return {
      found: mismatch.found,
      corrected: differences.length,
      ...(asideFile === undefined ? {} : { putAside: asideFile }),
    };
  } finally {
    renewal.close();
  }
}

async function repairRecords(
  paths: DataPaths,
  mismatch: Mismatch | undefined,
  now: () => number,
): Promise<RepairAnswer> {
  if (mismatch !== undefined) throw nothingToRepair('records', mismatch);
  const { differences } = await compared(paths);
  if (differences.length === 0) {
    throw new Problem('conflict', 'There is nothing to repair: every record is what the log says it is.');
  }
  const found =
    differences.length === 1
      ? '1 record was not as the log had it.'
      : `${differences.length} records were not as the log had them.`;
  const renewal = openForRenewal(paths.dataDb, now);
  try {
    renewal.finish({
      happenings: [
        {
          action: 'changed',
          target: { type: 'audit', id: 'log' },
          eventName: 'records.repaired',
          changes: { repaired: { prev: null, next: 'records' } },
          reason: found,
          source: 'daemon',
        },
        ...differences.map(difference => correction(difference, found)),
      ],
    });
  } finally {
    renewal.close();
  }
  return { found, corrected: differences.length };
}

const ACTIONS = { unknown: 'created', gone: 'deleted', changed: 'changed' } as const;

/** Tells the log how a record is now, from how the log had it. */
function correction({ type, id, kind, changes }: RecordDifference, found: string): Happening {
  const action = ACTIONS[kind];
  const fields = Object.keys(changes);
  return {
    action,
    target: { type, id },
    eventName:
      kind === 'changed' && fields.length === 1 ? `${type}.${fields[0]}.changed` : `${type}.${action}`,
    ...(fields.length === 0 ? {} : { changes }),
    reason: found.slice(0, MAX_REASON),
  };
}

function putAside(file: string, now: number): string {
  const aside = `${file}.${now}.foreign`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${aside}${suffix}`);
  }
  return aside;
}

async function compared({ dataDb, auditDb }: DataPaths): Promise<Comparison> {
  const data = openForReading(dataDb);
  const audit = openForReading(auditDb);
  try {
    return await compareRecords({ data, audit });
  } finally {
    audit.close();
    data.close();
  }
}

/** API tokens that data.db still has and of which the log knows that they were revoked. */
async function revokedTokens({ auditDb }: DataPaths, renewal: Renewal): Promise<string[]> {
  const audit = openForReading(auditDb);
  try {
    const view = createLogView(audit);
    const revoked: string[] = [];
    for (const id of renewal.tokens()) {
      const replay = createStanding({ createdInFull: true });
      await readLife(view, { target: `tokens:${id}`, managed: false, moment: {} }, replay);
      if (replay.standing().last?.action === 'deleted') revoked.push(id);
    }
    return revoked;
  } finally {
    audit.close();
  }
}

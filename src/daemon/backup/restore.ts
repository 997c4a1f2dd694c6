// `whodid restore`: a backup takes the place of a data directory's files, under its lock. It is copied and verified
// whole before anything is replaced, begins a new life (epoch) with the restore as its first event, and what was
// there before is put aside.
import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupManifest, RestoreAnswer } from '../../shared/backup.js';
import { makeDirectories } from '../../shared/make-directories.js';
import type { RestoreRequest } from '../../shared/offline-process.js';
import { type DataPaths, dataPaths } from '../../shared/paths.js';
import { Problem } from '../../shared/problem.js';
import type { VerifyProgress } from '../../shared/verification.js';
import { beginNewLife } from '../agreement/new-life.js';
import { findMismatch } from '../agreement/require-agreement.js';
import { readInstance } from '../data/database.js';
import { openForRenewal } from '../data/renewal.js';
import { acquireLock } from '../lock.js';
import { openForReading } from '../sqlite.js';
import { syncFile } from './digest.js';
import { checkContents, copyChecked, readManifest } from './read-backup.js';
import { asideName, finishReplacement, isReplacing, replaceFiles, stagingName } from './replacement.js';

export interface RestoreTools {
  paths: DataPaths;
  now(): number;
  say(progress: VerifyProgress): void;
}

/**
 * Restores the backup in `directory`. Until all of it is verified nothing is changed.
 * @throws Problem `conflict` while a daemon runs, for a backup that is not whole, or of another installation than what
 *   is there; `not_found` for what is no backup
 */
export async function restore(
  { directory, pins }: RestoreRequest,
  { paths, now, say }: RestoreTools,
): Promise<RestoreAnswer> {
  const manifest = await readManifest(directory);
  const isNew = requirePlace(paths);
  makeDirectories(paths.logs);
  const lock = acquireLock(paths.lockDb);
  let isDone = false;
  try {
    finishReplacement(paths);
    const before = whatIsThere(paths);
    if (before.instance !== undefined && before.instance !== manifest.instance) {
      throw new Problem(
        'conflict',
        `${directory} is a backup of another installation (${manifest.instance}) than the one in ${paths.dir} (${before.instance}). Restore it into an empty data directory: set WHODID_HOME.`,
      );
    }
    const staging = stagingName(randomUUID());
    const staged = dataPaths({ WHODID_HOME: join(paths.dir, staging) });
    let seen: number | undefined;
    try {
      makeDirectories(staged.dir);
      await copyChecked(directory, manifest, staged.dir);
      const pin = Object.hasOwn(pins, manifest.instance) ? pins[manifest.instance] : undefined;
      seen = checkContents({ directory, manifest, paths: staged, pin, say });
      const revokedTokens = beginLife(staged, { manifest, before, now });
      for (const file of [staged.dataDb, staged.auditDb]) await syncFile(file);
      const aside = asideName(now());
      const hasOld = replaceFiles(paths, { staging, aside });
      isDone = true;
      return answer({ manifest, before, paths, revokedTokens, seen, aside: hasOld ? aside : undefined });
    } finally {
      rmSync(staged.dir, { recursive: true, force: true });
    }
  } finally {
    lock.release();
    if (isNew && !isDone) rmSync(paths.dir, { recursive: true, force: true });
  }
}

/** @returns whether there is no directory yet. @throws Problem `conflict` for one that is no data directory */
function requirePlace(paths: DataPaths): boolean {
  if (lstatSync(paths.dir, { throwIfNoEntry: false }) === undefined) return true;
  const isOurs = [paths.dataDb, paths.auditDb, paths.lockDb, paths.keys].some(path => existsSync(path));
  const strangers = readdirSync(paths.dir).filter(name => name !== 'config.toml');
  if (isOurs || isReplacing(paths) || strangers.length === 0) return false;
  throw new Problem(
    'conflict',
    `${paths.dir} holds other files and is no data directory. Empty it, or set WHODID_HOME to another directory.`,
  );
}

interface Before {
  instance?: string;
  /** Events of its log. */
  events?: number;
  /** The last id of each type, if it is known that none was given since. */
  lastIds?: Map<string, number>;
  /** API tokens that are good. */
  tokens?: Set<string>;
}

/** What can be read of the files that are to be replaced. Those that cannot are the reason for many a restore. */
function whatIsThere(paths: DataPaths): Before {
  try {
    const instance = readInstance(paths.dataDb);
    if (findMismatch(paths) !== undefined) return { instance };
    const data = openForReading(paths.dataDb);
    const audit = openForReading(paths.auditDb);
    try {
      return {
        instance,
        events: audit.prepare<[], number>('SELECT size FROM head').pluck().get() ?? 0,
        lastIds: new Map(
          data.prepare<[], [string, number]>('SELECT type, last_id FROM counters').raw().all(),
        ),
        tokens: new Set(data.prepare<[], string>('SELECT id FROM tokens').pluck().all()),
      };
    } finally {
      audit.close();
      data.close();
    }
  } catch {
    return {};
  }
}

/**
 * Where it is not known which ids were given since the backup, they go on behind as many as could have been: more for
 * each millisecond than a daemon makes records.
 */
const IDS_PER_MS = 10;
const LEAST_GAP = 1_000_000;

interface NewLife {
  manifest: BackupManifest;
  before: Before;
  now(): number;
}

/** A new epoch, ids that were never given, the restore recorded. @returns how many tokens stay revoked */
function beginLife(staged: DataPaths, { manifest, before, now }: NewLife): number {
  const renewal = openForRenewal(staged.dataDb, now);
  try {
    beginNewLife(staged.auditDb, renewal);
    const gap = LEAST_GAP + Math.max(0, now() - manifest.createdAt) * IDS_PER_MS;
    const lastIds =
      before.lastIds ?? new Map([...renewal.lastIds()].map(([type, id]) => [type, id + gap] as const));
    const revokedTokens =
      before.tokens === undefined ? [] : renewal.tokens().filter(id => !before.tokens!.has(id));
    renewal.finish({
      happenings: [
        {
          action: 'changed',
          target: { type: 'audit', id: 'log' },
          eventName: 'backup.restored',
          changes: {
            backup: { prev: null, next: manifest.id },
            events: { prev: before.events ?? null, next: manifest.events },
          },
          reason: `restored to ${new Date(manifest.createdAt).toISOString()}`,
          source: 'daemon',
        },
      ],
      lastIds,
      revokedTokens,
      endSessions: true,
    });
    return revokedTokens.length;
  } finally {
    renewal.close();
  }
}

interface Outcome {
  manifest: BackupManifest;
  before: Before;
  paths: DataPaths;
  revokedTokens: number;
  seen: number | undefined;
  aside: string | undefined;
}

const answer = ({ manifest, before, paths, revokedTokens, seen, aside }: Outcome): RestoreAnswer => ({
  id: manifest.id,
  dir: paths.dir,
  instance: manifest.instance,
  createdAt: manifest.createdAt,
  events: manifest.events,
  pending: manifest.pending,
  revokedTokens,
  idsKnown: before.lastIds !== undefined,
  ...(before.events === undefined ? {} : { eventsBefore: before.events }),
  ...(aside === undefined ? {} : { putAside: join(paths.dir, aside) }),
  ...(seen === undefined ? {} : { seen }),
});

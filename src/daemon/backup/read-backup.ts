// Reads a backup: copies its files to where they are looked at, each compared with the manifest, and then looks
// whether they are whole, belong together, and hold the log that was signed.
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import { BACKUP_FORMAT, type BackupManifest, MANIFEST_FILE } from '../../shared/backup.js';
import { readCheckpoint } from '../../shared/log/checkpoint.js';
import { keysFrom } from '../../shared/log/key-rotation.js';
import type { NoteVerifier } from '../../shared/log/signed-note.js';
import type { Pin } from '../../shared/offline-process.js';
import type { DataPaths } from '../../shared/paths.js';
import { Problem } from '../../shared/problem.js';
import { SEEN_CHECKPOINT, type VerifyProgress } from '../../shared/verification.js';
import { findMismatch } from '../agreement/require-agreement.js';
import { verifySigned } from '../audit/verify/verify-signed.js';
import { openCheckpointKeys } from '../checkpoint-keys.js';
import { readInstance } from '../data/database.js';
import { openForReading } from '../sqlite.js';
import { runToEnd } from '../verify-file.js';
import { fileFacts, syncFile } from './digest.js';

const ManifestSchema = Type.Object({
  format: Type.Literal(BACKUP_FORMAT),
  id: Type.String(),
  version: Type.String(),
  instance: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
  createdAt: Type.Integer({ minimum: 0 }),
  events: Type.Integer({ minimum: 0 }),
  pending: Type.Integer({ minimum: 0 }),
  checkpoint: Type.Union([Type.String(), Type.Null()]),
  files: Type.Array(
    Type.Object({
      // Nothing that leads out of the directory, and nothing that a backup does not have.
      path: Type.String({
        pattern: '^(data\\.db|audit\\.db|config\\.toml|keys(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+)$',
      }),
      bytes: Type.Integer({ minimum: 0 }),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
});

const unusable = (directory: string, why: string) =>
  new Problem('conflict', `${directory} is no backup that can be restored: ${why} Nothing was changed.`);

/** @throws Problem `not_found` without a manifest, `conflict` for one that is none */
export async function readManifest(directory: string): Promise<BackupManifest> {
  const file = join(directory, MANIFEST_FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw new Problem(
      'not_found',
      `${directory} is no complete backup: it has no ${MANIFEST_FILE}, which is written last.`,
    );
  });
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw unusable(directory, `${MANIFEST_FILE} is damaged.`);
  }
  const { format } = (manifest ?? {}) as { format?: unknown };
  if (typeof format === 'string' && format !== BACKUP_FORMAT && format.startsWith('whodid-backup/')) {
    throw unusable(directory, 'a newer version of whodid has written it.');
  }
  if (!Check(ManifestSchema, manifest)) throw unusable(directory, `${MANIFEST_FILE} is damaged.`);
  const { files } = manifest as Static<typeof ManifestSchema>;
  for (const needed of ['data.db', 'audit.db', 'keys/instance.secret']) {
    if (!files.some(({ path }) => path === needed)) throw unusable(directory, `it has no ${needed}.`);
  }
  return manifest as BackupManifest;
}

/** Copies the files of a backup to `to`, synced. @throws Problem `conflict` for one that is not as the manifest says */
export async function copyChecked(directory: string, { files }: BackupManifest, to: string): Promise<void> {
  for (const { path, bytes, sha256 } of files) {
    const copy = join(to, path);
    await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
    await copyFile(join(directory, path), copy).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? unusable(directory, `${path} is missing.`) : error;
    });
    await syncFile(copy);
    // Of the copy: it is what will be used.
    const facts = await fileFacts(to, path);
    if (facts.bytes !== bytes || facts.sha256 !== sha256) {
      throw unusable(directory, `${path} is not what it was when the backup was made.`);
    }
  }
}

export interface CheckOptions {
  /** How the backup is called. */
  directory: string;
  manifest: BackupManifest;
  /** Where its files are now. */
  paths: DataPaths;
  /** What this client has seen of the log. */
  pin: Pin | undefined;
  say(progress: VerifyProgress): void;
}

/**
 * Looks whether what was copied is whole.
 * @returns how many events this client has seen, if they are more than there are
 * @throws Problem `conflict` with the first thing that is not as it must be
 */
export function checkContents({ directory, manifest, paths, pin, say }: CheckOptions): number | undefined {
  for (const file of [paths.dataDb, paths.auditDb]) {
    const db = openForReading(file);
    try {
      const [first] = db.pragma('integrity_check(1)') as { integrity_check: string }[];
      if (first?.integrity_check !== 'ok') throw unusable(directory, `${first?.integrity_check}.`);
    } finally {
      db.close();
    }
  }
  const mismatch = findMismatch(paths);
  if (mismatch !== undefined) throw unusable(directory, mismatch.found);
  if (readInstance(paths.dataDb) !== manifest.instance) {
    throw unusable(directory, 'its databases are of another installation than its manifest says.');
  }
  return checkLog({ directory, manifest, paths, pin, say });
}

function checkLog({ directory, manifest, paths, pin, say }: CheckOptions): number | undefined {
  const keys = openCheckpointKeys(paths.checkpointKeys, manifest.instance);
  const verifier = keys.first();
  const rotations = keys.rotations();
  const seen = sizeSeen(pin, keysFrom(verifier, rotations).known);
  const isNewer = seen !== undefined && seen > manifest.events;
  const db = openForReading(paths.auditDb);
  try {
    const verdict = runToEnd(
      verifySigned({
        db,
        verifier,
        rotations,
        note: manifest.checkpoint ?? undefined,
        kept:
          pin === undefined || seen === undefined || isNewer
            ? []
            : [{ name: SEEN_CHECKPOINT, note: pin.checkpoint, isKept: true }],
      }),
      say,
    );
    if (!verdict.ok) {
      const [first] = verdict.findings;
      throw unusable(directory, `its log is not what it was. ${first?.sentence ?? ''}`);
    }
    if (verdict.size !== manifest.events) {
      throw unusable(
        directory,
        `its log has ${verdict.size} events, and its manifest says ${manifest.events}.`,
      );
    }
  } finally {
    db.close();
  }
  return isNewer ? seen : undefined;
}

function sizeSeen(pin: Pin | undefined, known: readonly NoteVerifier[]): number | undefined {
  const isOurs = pin !== undefined && known.some(({ key }) => key === pin.publicKey);
  return isOurs ? readCheckpoint(pin.checkpoint).size : undefined;
}

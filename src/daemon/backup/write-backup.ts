// Writes a backup into an empty directory while the daemon works: both databases of one moment by SQLite's backup API,
// keys, settings, and last the manifest. Runs on a thread of its own (backup-thread.ts).
import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory, writeFileAtomically } from '../../shared/atomic-file.js';
import {
  BACKUP_FORMAT,
  type BackupManifest,
  type BackupProgress,
  MANIFEST_FILE,
} from '../../shared/backup.js';
import type { DataPaths } from '../../shared/paths.js';
import { uuidV7 } from '../../shared/uuid-v7.js';
import type { Sqlite } from '../sqlite.js';
import { VERSION } from '../version.js';
import { fileFacts, syncFile } from './digest.js';
import { holdMoment, keyNames } from './snapshot.js';

/** Pages copied at a time (4 MiB): between two the thread hears that it shall end. */
const PAGES = 1_024;

export interface WriteBackupOptions {
  paths: Pick<DataPaths, 'dataDb' | 'auditDb' | 'keys' | 'config'>;
  /** Empty, and the daemon's own. */
  directory: string;
  now: () => number;
  say(progress: BackupProgress): void;
}

export async function writeBackup({
  paths,
  directory,
  now,
  say,
}: WriteBackupOptions): Promise<BackupManifest> {
  let keyFiles: string[] = [];
  let createdAt = now();
  const snapshot = await holdMoment(paths, async () => {
    createdAt = now();
    keyFiles = await copyKeys(paths.keys, join(directory, 'keys'));
  });
  let files: string[];
  try {
    await copyDatabases(snapshot, directory, say);
    const hasConfig = existsSync(paths.config);
    if (hasConfig) await copyFile(paths.config, join(directory, 'config.toml'));
    files = ['audit.db', 'data.db', ...(hasConfig ? ['config.toml'] : []), ...keyFiles];
  } finally {
    snapshot.close();
  }
  const facts = [];
  for (const path of files.sort()) {
    await syncFile(join(directory, path));
    facts.push(await fileFacts(directory, path));
  }
  for (const path of new Set(files.map(path => dirname(join(directory, path))))) await syncDirectory(path);
  const { instance, events, pending, checkpoint } = snapshot;
  const manifest: BackupManifest = {
    format: BACKUP_FORMAT,
    id: uuidV7(createdAt),
    version: VERSION,
    instance,
    createdAt,
    events,
    pending,
    checkpoint,
    files: facts,
  };
  await writeFileAtomically(join(directory, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  await syncDirectory(dirname(directory));
  return manifest;
}

async function copyKeys(from: string, to: string): Promise<string[]> {
  const names = keyNames(from);
  for (const name of names) {
    await mkdir(dirname(join(to, name)), { recursive: true, mode: 0o700 });
    await copyFile(join(from, name), join(to, name));
  }
  return names.map(name => `keys/${name}`);
}

async function copyDatabases(
  { data, audit }: Record<'data' | 'audit', Sqlite>,
  directory: string,
  say: (progress: BackupProgress) => void,
): Promise<void> {
  const pages = (db: Sqlite) => db.pragma('page_count', { simple: true }) as number;
  const total = pages(data) + pages(audit);
  let before = 0;
  for (const [db, name] of [
    [data, 'data.db'],
    [audit, 'audit.db'],
  ] as const) {
    await db.backup(join(directory, name), {
      progress({ totalPages, remainingPages }) {
        say({ done: before + totalPages - remainingPages, total });
        return PAGES;
      },
    });
    before += pages(db);
  }
  say({ done: total, total });
}

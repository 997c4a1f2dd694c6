// Puts a finished set of files into the place of those of a data directory, by renaming alone. A journal says how far
// that is, so that a crash at any moment is finished by whoever takes the lock next.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DataPaths } from '../../shared/paths.js';

const JOURNAL = 'restore.json';

/** What is replaced: all that a daemon's life is in. Settings stay, where there are any. */
const REPLACED = [
  ...['data.db', 'audit.db'].flatMap(file => ['', '-wal', '-shm'].map(suffix => `${file}${suffix}`)),
  'keys',
];
const PLACED = ['data.db', 'audit.db', 'keys', 'config.toml'];

interface Journal {
  /** `aside`: what is there is put aside. `place`: what is new is put there. */
  phase: 'aside' | 'place';
  /** Names in the data directory: where the new files are, and where the old ones go. */
  staging: string;
  aside: string;
}

const STAGING = 'restoring-';
const ASIDE = 'before-restore-';

export const stagingName = (id: string) => `${STAGING}${id}`;
export const asideName = (now: number) =>
  `${ASIDE}${new Date(now).toISOString().replaceAll(':', '').replace(/\.\d+/, '')}`;

/** Whether a replacement was begun and did not come to its end. */
export const isReplacing = (paths: Pick<DataPaths, 'dir'>) => existsSync(join(paths.dir, JOURNAL));

/** Begins and ends a replacement. The lock is held. @returns whether anything was put aside */
export function replaceFiles(paths: DataPaths, { staging, aside }: Omit<Journal, 'phase'>): boolean {
  writeJournal(paths.dir, { phase: 'aside', staging, aside });
  finishReplacement(paths);
  return existsSync(join(paths.dir, aside));
}

/** Ends a replacement that was begun, if any, and clears away what one left that never began. The lock is held. */
export function finishReplacement({ dir }: Pick<DataPaths, 'dir'>): void {
  let journal = readJournal(dir);
  if (journal?.phase === 'aside') {
    const aside = join(dir, journal.aside);
    const old = REPLACED.filter(name => existsSync(join(dir, name)));
    if (old.length > 0) mkdirSync(aside, { recursive: true, mode: 0o700 });
    for (const name of old) renameSync(join(dir, name), join(aside, name));
    if (old.length > 0) syncNames(aside);
    syncNames(dir);
    journal = { ...journal, phase: 'place' };
    writeJournal(dir, journal);
  }
  if (journal !== undefined) {
    const staging = join(dir, journal.staging);
    for (const name of PLACED) {
      const isSetting = name === 'config.toml' && existsSync(join(dir, name));
      if (!isSetting && existsSync(join(staging, name))) renameSync(join(staging, name), join(dir, name));
    }
    syncNames(dir);
    rmSync(join(dir, JOURNAL));
    syncNames(dir);
  }
  for (const name of readdirSync(dir)) {
    if (name.startsWith(STAGING)) rmSync(join(dir, name), { recursive: true, force: true });
  }
}

function readJournal(dir: string): Journal | undefined {
  if (!isReplacing({ dir })) return undefined;
  return JSON.parse(readFileSync(join(dir, JOURNAL), 'utf8')) as Journal;
}

/** There whole or not at all: written beside, synced, renamed. */
function writeJournal(dir: string, journal: Journal): void {
  const file = join(dir, JOURNAL);
  const descriptor = openSync(`${file}.tmp`, 'w', 0o600);
  try {
    writeFileSync(descriptor, JSON.stringify(journal));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.tmp`, file);
  syncNames(dir);
}

function syncNames(dir: string): void {
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

// `--checkpoint FILE`: where the last export ended, so that the next one goes on from there and each event is exported
// exactly once. The file is written before an export gets its name, with what is about to happen: whoever finds that
// left behind by a crash brings it to its end.
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { writeFileAtomically } from '../../shared/atomic-file.js';
import type { ExportManifest } from '../../shared/audit-export.js';
import { Problem } from '../../shared/problem.js';
import { nameExport } from './export-file.js';

/** Where an export ended. */
export interface ExportState {
  whodidExportState: 1;
  /** Which log it is, and what of it is exported. */
  origin: string;
  filter: string;
  /** The `seq` after which the next one begins. */
  after: number;
  /** An export that is complete and about to get its name; `after` is then where it began. */
  pending?: PendingExport;
}

export interface PendingExport {
  temporary: string;
  manifest: ExportManifest;
  /** The path of the file. */
  file: string;
}

export const manifestOf = (file: string) => `${file}.manifest.json`;

/** What was remembered; `undefined` before the first time. Finishes what a crash has interrupted. */
export async function readState(stateFile: string): Promise<ExportState | undefined> {
  const text = await readFile(stateFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const state = parseState(text, stateFile);
  if (state.pending === undefined) return state;
  return finishPending(stateFile, state, state.pending);
}

/** Remembers that the export is about to be named, names it with its manifest, and remembers where it ended. */
export async function finishExport(
  stateFile: string,
  state: ExportState,
  pending: PendingExport,
): Promise<void> {
  await writeState(stateFile, { ...state, pending });
  await finishPending(stateFile, state, pending);
}

export async function writeState(stateFile: string, state: ExportState): Promise<void> {
  await writeFileAtomically(stateFile, `${JSON.stringify(state, null, 2)}\n`);
}

/** A file that is no longer under its temporary name has its own, wherever somebody has taken it since. */
async function finishPending(
  stateFile: string,
  { pending: _, ...state }: ExportState,
  { temporary, file, manifest }: PendingExport,
): Promise<ExportState> {
  if (existsSync(temporary)) await nameWithManifest(temporary, file, manifest);
  const finished = { ...state, after: manifest.through };
  await writeState(stateFile, finished);
  return finished;
}

/** The manifest is there before the file is, so that no file is ever without. */
export async function nameWithManifest(
  temporary: string,
  file: string,
  manifest: ExportManifest,
): Promise<void> {
  await writeFileAtomically(manifestOf(file), `${JSON.stringify(manifest, null, 2)}\n`);
  await nameExport(temporary, file);
}

function parseState(text: string, stateFile: string): ExportState {
  const damaged = () =>
    new Problem('conflict', `${stateFile} is not what an export remembers. Name another file, or remove it.`);
  let state: Partial<ExportState> | null;
  try {
    state = JSON.parse(text) as Partial<ExportState> | null;
  } catch {
    throw damaged();
  }
  if (state?.whodidExportState !== 1 || !Number.isSafeInteger(state.after)) throw damaged();
  return state as ExportState;
}

/** Runs `work` while no other export uses the same file. @throws Problem `conflict` if one does */
export async function withStateLock<T>(stateFile: string, work: () => Promise<T>): Promise<T> {
  const lock = `${stateFile}.lock`;
  const owner = await readFile(lock, 'utf8').catch(() => undefined);
  if (owner !== undefined && isAlive(Number(owner))) {
    throw new Problem('conflict', `Another export (pid ${Number(owner)}) is using ${stateFile}.`);
  }
  if (owner !== undefined) await rm(lock, { force: true });
  await writeFile(lock, String(process.pid), { flag: 'wx', mode: 0o600 }).catch(error => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Problem('conflict', `Another export is using ${stateFile}.`);
  });
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

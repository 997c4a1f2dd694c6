// sessions.json in the client's directory: which daemon answers at which endpoint, and the session with each.
// A file of 0600 in a directory of 0700, replaced as a whole, so that a reader never sees half of it.
import { randomUUID } from 'node:crypto';
import { chmod, open, readFile, rename, rm } from 'node:fs/promises';
import { makeDirectories } from '../shared/make-directories.js';
import type { ClientPaths } from '../shared/paths.js';

/** What a log-in gave. Both are secrets. */
export interface StoredSession {
  accessToken: string;
  refreshToken: string;
}

export interface SessionFile {
  /** Endpoint name (`unix:/path`, `http://…`) → the id of the instance that was met there. */
  endpoints: Record<string, string>;
  /** Instance id → session. */
  sessions: Record<string, StoredSession>;
}

/** Hears where a file that could not be read was put. */
export type OnDamaged = (aside: string) => void;

/** Reads the file; an absent one is empty. A damaged one is set aside: it must not keep anybody from logging in. */
export async function readSessionFile(paths: ClientPaths, onDamaged: OnDamaged): Promise<SessionFile> {
  let text: string;
  try {
    text = await readFile(paths.sessions, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { endpoints: {}, sessions: {} };
    throw error;
  }
  const file = parsed(text);
  if (file !== undefined) return file;
  const aside = `${paths.sessions}.damaged`;
  await rename(paths.sessions, aside);
  onDamaged(aside);
  return { endpoints: {}, sessions: {} };
}

/** Replaces the file. Hold the lock (`withSessionLock`) from reading to writing. */
export async function writeSessionFile(paths: ClientPaths, file: SessionFile): Promise<void> {
  await makeClientDir(paths);
  const draft = `${paths.sessions}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, paths.sessions);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Makes the client's directory, for its owner alone. */
export async function makeClientDir({ dir }: ClientPaths): Promise<void> {
  makeDirectories(dir);
  await chmod(dir, 0o700);
}

function parsed(text: string): SessionFile | undefined {
  try {
    const file = JSON.parse(text) as Partial<SessionFile> | null;
    if (!isTable(file?.endpoints) || !isTable(file.sessions)) return undefined;
    return { endpoints: file.endpoints, sessions: file.sessions };
  } catch {
    return undefined;
  }
}

function isTable(value: unknown): value is Record<string, never> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

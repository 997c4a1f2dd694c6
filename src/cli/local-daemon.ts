// Whether a daemon lives on this machine's data directory, and which process it is.
import { createClient } from '../shared/client.js';
import { type DaemonNote, type Health, readDaemonNote } from '../shared/daemon-process.js';
import type { DataPaths } from '../shared/paths.js';
import { Problem } from '../shared/problem.js';
import type { Offline } from './offline.js';

/** How long a daemon that is well takes at most to say so, in milliseconds. */
const PATIENCE_MS = 3_000;

export type LocalDaemon =
  | { state: 'stopped' }
  /** Holds the lock and does not answer: starting, stopping or stuck. The process id is what its note says. */
  | { state: 'silent'; pid: number | null }
  | { state: 'running'; health: Health; note: DaemonNote | null };

/** Looks for the daemon of `data`. */
export async function findLocalDaemon(data: DataPaths, offline: Offline): Promise<LocalDaemon> {
  const health = await askHealth(data.socket);
  const note = readDaemonNote(data.dir);
  if (health !== null) return { state: 'running', health, note: note?.pid === health.pid ? note : null };
  const { held } = await offline('lock', { waitMs: 0 });
  return held ? { state: 'silent', pid: note?.pid ?? null } : { state: 'stopped' };
}

/** What the daemon behind the socket says of itself; `null` when nobody answers. */
async function askHealth(socket: string): Promise<Health | null> {
  const client = createClient({ endpoint: { kind: 'socket', path: socket }, silenceMs: PATIENCE_MS });
  try {
    return await client.request<Health>({ method: 'GET', path: '/healthz', anonymous: true });
  } catch (error) {
    const unanswered =
      error instanceof Problem && ['unreachable', 'interrupted'].includes(error.details.reason ?? '');
    // One that is stopping may say so: it is then on its way out, as one that has closed its socket.
    if (unanswered || (error instanceof Problem && error.code === 'unavailable')) return null;
    throw error;
  } finally {
    client.close();
  }
}

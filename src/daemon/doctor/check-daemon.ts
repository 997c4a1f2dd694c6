// Doctor's check of the process: whether a daemon holds the lock, and whether it answers.
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { readDaemonNote } from '../../shared/daemon-process.js';
import { isLocked } from '../lock.js';
import type { Finding, Patient } from './doctor.js';

/** How long a daemon may take to say that it is there, in milliseconds. */
const PATIENCE_MS = 3_000;

export async function checkDaemon({ paths }: Patient): Promise<Finding> {
  const note = readDaemonNote(paths.dir);
  if (!existsSync(paths.lockDb) || !isLocked(paths.lockDb)) {
    if (note === null) return { status: 'ok', detail: 'no daemon is running' };
    return {
      status: 'warn',
      detail: `no daemon is running; the last one (pid ${note.pid}) did not stop by itself`,
      advice:
        'Start it with `whodid daemon start`: it goes on where the log is. `whodid daemon logs` may say why.',
    };
  }
  const who = note === null ? 'a daemon' : `pid ${note.pid}`;
  const status = await healthStatus(paths.socket);
  if (status === 200) return { status: 'ok', detail: `${who} is running and answers` };
  return {
    status: 'fail',
    detail: `${who} holds the lock but does not answer on ${paths.socket}`,
    advice: 'Look at `whodid daemon logs`, then try `whodid daemon restart`.',
  };
}

/** The HTTP status of the daemon's health, or `null` when nobody answers. */
function healthStatus(socketPath: string): Promise<number | null> {
  return new Promise(resolve => {
    const request = get({ socketPath, path: '/healthz', timeout: PATIENCE_MS }, response => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}

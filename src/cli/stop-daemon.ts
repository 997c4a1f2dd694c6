// Stops the daemon of this machine's data directory and waits until it is gone.
import { readDaemonNote } from '../shared/daemon-process.js';
import type { DataPaths } from '../shared/paths.js';
import { Problem } from '../shared/problem.js';
import { findLocalDaemon } from './local-daemon.js';
import type { Offline } from './offline.js';

/** The daemon gives running requests and then its logger 10 s each; after that it goes. In milliseconds. */
const PATIENCE_MS = 25_000;

export type Stopped =
  /** There was none. */
  | 'absent'
  /** It ended and everything is in the log. */
  | 'clean'
  /** It ended and left events in the outbox, which the next one stores. */
  | 'undrained';

export interface StopOptions {
  data: DataPaths;
  offline: Offline;
  /** Sends a signal to a process. */
  kill: (pid: number, signal: 'SIGTERM') => void;
}

/**
 * Ends it with SIGTERM. The process is the one that answers on the socket, else the one that holds the lock.
 * @throws Problem `forbidden` for another user's, `internal` when it does not end.
 */
export async function stopDaemon({ data, offline, kill }: StopOptions): Promise<Stopped> {
  const daemon = await findLocalDaemon(data, offline);
  if (daemon.state === 'stopped') return 'absent';
  const pid = daemon.state === 'running' ? daemon.health.pid : daemon.pid;
  if (pid === null) {
    throw new Problem(
      'unavailable',
      'A daemon is just starting and has not said which process it is. Try again.',
    );
  }
  try {
    kill(pid, 'SIGTERM');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPERM')
      throw new Problem('forbidden', `The daemon (pid ${pid}) is another user's: stop it as they.`);
    // Gone meanwhile.
    if (code !== 'ESRCH') throw error;
  }
  const { held } = await offline('lock', { waitMs: PATIENCE_MS });
  if (held) {
    throw new Problem(
      'internal',
      `The daemon (pid ${pid}) has not ended after ${PATIENCE_MS / 1_000} s. Look at \`whodid daemon logs\`; nothing is lost if you end it with \`kill -9 ${pid}\`.`,
    );
  }
  return readDaemonNote(data.dir)?.pid === pid ? 'undrained' : 'clean';
}

// Starts the daemon in the background and waits until it says that it is ready, or why not.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  type DaemonFlags,
  daemonArguments,
  READY_FD_VARIABLE,
  type ReadyMessage,
} from '../shared/daemon-process.js';
import type { DataPaths } from '../shared/paths.js';
import { EXIT, Problem } from '../shared/problem.js';
import { Exit } from './exit.js';

export const DAEMON_PROGRAM = fileURLToPath(new URL('../daemon/main.js', import.meta.url));

/** The daemon's descriptor for its one line; 0 to 2 are the usual streams. */
const READY_FD = 3;

export interface StartOptions {
  data: DataPaths;
  env: Record<string, string | undefined>;
  flags: DaemonFlags;
  /** How long the start may take, in milliseconds. */
  timeoutMs: number;
  /** Ends the start, and the daemon with it. */
  signal: AbortSignal;
  /** The JavaScript file of the daemon. */
  program?: string;
}

/**
 * Starts it detached: it inherits none of our streams, so that `$(whodid daemon start)` ends, and outlives us.
 * What it could not log (a crash of Node itself) goes to logs/daemon.stderr.
 * @throws Problem `unavailable` when it is not ready in time, `internal` when it dies without a word;
 * DaemonRefused when it says why it cannot start.
 */
export async function startInBackground(
  options: StartOptions,
): Promise<Extract<ReadyMessage, { ready: true }>> {
  const { data, env, flags, program = DAEMON_PROGRAM } = options;
  const stderrFile = join(data.logs, 'daemon.stderr');
  mkdirSync(data.logs, { recursive: true, mode: 0o700 });
  const stderr = openSync(stderrFile, 'w', 0o600);
  const { WHODID_TOKEN: _notForTheDaemon, ...inherited } = env;
  const child = spawn(process.execPath, [program, ...daemonArguments({ ...flags, background: true })], {
    cwd: data.dir,
    detached: true,
    env: { ...inherited, WHODID_HOME: data.dir, [READY_FD_VARIABLE]: String(READY_FD) },
    stdio: ['ignore', stderr, stderr, 'pipe'],
  });
  closeSync(stderr);
  const pipe = child.stdio[READY_FD] as Readable;
  try {
    const message = await firstLine(child, pipe, options);
    if (message === null) throw silentDeath(child, stderrFile);
    const ready = JSON.parse(message) as ReadyMessage;
    if (!ready.ready) throw new DaemonRefused(ready.error, ready.exit);
    return ready;
  } finally {
    pipe.destroy();
    child.unref();
  }
}

/** The daemon said why it cannot start; `exit` is the status for it. */
export class DaemonRefused extends Error {
  readonly exit: number;

  constructor(message: string, exit: number) {
    super(message);
    this.name = 'DaemonRefused';
    this.exit = exit;
  }
}

/** The line that the daemon writes; `null` when it ends without. */
function firstLine(
  child: ChildProcess,
  pipe: Readable,
  { timeoutMs, signal, data }: StartOptions,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => {
      const seconds = timeoutMs / 1_000;
      reject(
        new Problem(
          'unavailable',
          `The daemon (pid ${child.pid}) is not ready after ${seconds} s and goes on starting. Watch ${data.logs}, or ask \`whodid daemon status\`.`,
        ),
      );
    }, timeoutMs);
    const interrupt = () => {
      child.kill('SIGTERM');
      reject(new Exit(EXIT.interrupted));
    };
    const settle = (line: string | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
      resolve(line);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    pipe.setEncoding('utf8').on('data', part => {
      text += part;
      const end = text.indexOf('\n');
      if (end >= 0) settle(text.slice(0, end));
    });
    child.on('error', reject);
    // Not 'exit': what it wrote before may still be on its way.
    child.on('close', () => settle(null));
  });
}

function silentDeath(child: ChildProcess, stderrFile: string): Problem {
  const how = child.signalCode === null ? `exit status ${child.exitCode}` : `signal ${child.signalCode}`;
  const lines = readFileSync(stderrFile, 'utf8').trim().split('\n');
  const cause = lines.find(line => /^\w*Error\b|^FATAL/.test(line)) ?? lines.at(-1);
  const words = cause === undefined || cause === '' ? '' : ` Its last words: ${cause}`;
  return new Problem('internal', `The daemon ended while it started (${how}).${words} See ${stderrFile}.`);
}

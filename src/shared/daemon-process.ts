// What the daemon's process and whoever starts it agree on: its arguments, the line by which it says that it is
// ready, and the note (daemon.json) that it leaves in the data directory while it lives.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from './problem.js';
import type { EffectiveSetting } from './settings.js';

/** How a daemon was told to run. */
export interface DaemonFlags {
  /** `HOST:PORT`; `false` without TCP. */
  listen?: string | false;
  allowRemote?: true;
  /** Logs to logs/daemon.log instead of stderr. */
  background?: true;
}

const OPTIONS = {
  listen: { type: 'string' },
  'no-tcp': { type: 'boolean' },
  'allow-remote': { type: 'boolean' },
  background: { type: 'boolean' },
} as const;

/** The arguments of `dist/daemon/main.js` for these flags. */
export function daemonArguments({ listen, allowRemote, background }: DaemonFlags): string[] {
  return [
    ...(listen === false ? ['--no-tcp'] : listen === undefined ? [] : [`--listen=${listen}`]),
    ...(allowRemote ? ['--allow-remote'] : []),
    ...(background ? ['--background'] : []),
  ];
}

/**
 * The reverse: what `main.js` was told.
 * @throws Problem `bad_request` for anything else.
 */
export function daemonFlags(args: string[]): DaemonFlags {
  const values = parsed(args);
  if (values.listen !== undefined && values['no-tcp']) {
    throw new Problem('bad_request', '--listen and --no-tcp contradict each other: give one of them.');
  }
  return {
    ...(values['no-tcp'] ? { listen: false } : values.listen === undefined ? {} : { listen: values.listen }),
    ...(values['allow-remote'] ? { allowRemote: true } : {}),
    ...(values.background ? { background: true } : {}),
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    throw new Problem('bad_request', (error as Error).message);
  }
}

/** Names the file descriptor on which the daemon says, in one line of JSON, what became of its start. */
export const READY_FD_VARIABLE = 'WHODID_READY_FD';

/** The line that a daemon writes to that descriptor, then closing it. */
export type ReadyMessage =
  | { ready: true; pid: number; socket: string; url: string | null }
  | { ready: false; error: string; exit: number };

/**
 * What a living daemon says of itself in daemon.json: a hint alone, to be checked against its answers. One that
 * stopped as it should has taken it away.
 */
export interface DaemonNote {
  pid: number;
  version: string;
  socket: string;
  /** `null` without TCP. */
  url: string | null;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  /** What it goes by, and where that came from. */
  settings: EffectiveSetting[];
}

/** Where the note is, in the data directory `dir`. */
export function daemonNoteFile(dir: string): string {
  return join(dir, 'daemon.json');
}

/** The note of the daemon that lives, or lived last, on the data directory `dir`; `null` without a usable one. */
export function readDaemonNote(dir: string): DaemonNote | null {
  try {
    const note = JSON.parse(readFileSync(daemonNoteFile(dir), 'utf8')) as Partial<DaemonNote> | null;
    const usable = Number.isSafeInteger(note?.pid) && note!.pid! > 0 && typeof note?.startedAt === 'number';
    return usable ? (note as DaemonNote) : null;
  } catch {
    return null;
  }
}

/** The answer of `GET /healthz`, which needs no token. */
export interface Health {
  status: 'ok';
  version: string;
  instance: string;
  pid: number;
}

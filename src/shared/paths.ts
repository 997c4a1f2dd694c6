// Where things are: the data directory that a daemon owns, and the client's own directory. Daemon and client
// both ask here, so that they agree on the Unix socket without a word between them.
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Everything in one data directory. Absolute paths. */
export interface DataPaths {
  dir: string;
  dataDb: string;
  auditDb: string;
  /** Locked exclusively for as long as a daemon lives. */
  lockDb: string;
  /** Holds disk space back (daemon/data/ballast.ts). */
  ballast: string;
  keys: string;
  /** The keys that sign checkpoints, apart from those of tokens. */
  checkpointKeys: string;
  logs: string;
  /** The Unix socket; not always inside `dir`, see `socketPath`. */
  socket: string;
  /** The daemon's settings (TOML). */
  config: string;
}

/** The client's own directory: never on the daemon's side. Absolute paths. */
export interface ClientPaths {
  dir: string;
  /** Log-in sessions, by instance. */
  sessions: string;
  /** The directory of what was seen of logs, a file for each instance. */
  pins: string;
}

/** Longest path of a Unix socket in bytes: `sun_path` less its NUL. Longer ones are cut silently by libuv. */
export const MAX_SOCKET_PATH_BYTES = process.platform === 'darwin' ? 103 : 107;

type Environment = Record<string, string | undefined>;

/** The data directory: `$WHODID_HOME`, else `$XDG_DATA_HOME/whodid`, else `~/.local/share/whodid`. */
export function dataPaths(env: Environment): DataPaths {
  const dir = env.WHODID_HOME
    ? resolve(env.WHODID_HOME)
    : join(xdgBase(env, 'XDG_DATA_HOME', ['.local', 'share']), 'whodid');
  return {
    dir,
    dataDb: join(dir, 'data.db'),
    auditDb: join(dir, 'audit.db'),
    lockDb: join(dir, 'lock.db'),
    ballast: join(dir, 'ballast'),
    keys: join(dir, 'keys'),
    checkpointKeys: join(dir, 'keys', 'checkpoints'),
    logs: join(dir, 'logs'),
    socket: socketPath(dir),
    config: join(dir, 'config.toml'),
  };
}

/** The client's directory: `$XDG_CONFIG_HOME/whodid`, else `~/.config/whodid`. */
export function clientPaths(env: Environment): ClientPaths {
  const dir = join(xdgBase(env, 'XDG_CONFIG_HOME', ['.config']), 'whodid');
  return { dir, sessions: join(dir, 'sessions.json'), pins: join(dir, 'checkpoints') };
}

/**
 * The socket of the daemon of one data directory: `whodid.sock` inside, or where that path is too long for a
 * socket, `/tmp/whodid-<uid>/<hash of the directory>.sock`. Not under `$XDG_RUNTIME_DIR` or `$TMPDIR`: a
 * client in a cron job has others than the shell that started the daemon, and both must come to one path. As
 * anybody can make a directory in `/tmp`, who uses that one checks first whose it is (`0700`, own uid).
 */
export function socketPath(dataDir: string): string {
  const inside = join(dataDir, 'whodid.sock');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH_BYTES) return inside;
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return join('/tmp', `whodid-${process.getuid?.() ?? 0}`, `${hash}.sock`);
}

/** A base directory of the XDG specification, by which an empty or relative value counts as unset. */
function xdgBase(env: Environment, variable: string, fallback: string[]): string {
  const value = env[variable];
  if (value !== undefined && isAbsolute(value)) return value;
  return join(env.HOME || homedir(), ...fallback);
}

// What every command works with, made once for a run from the environment and the options that go with any
// command.
import { type Client, createClient } from '../shared/client.js';
import { type Endpoint, endpointName, urlEndpoint } from '../shared/endpoint.js';
import { type ClientPaths, clientPaths, type DataPaths, dataPaths } from '../shared/paths.js';
import { Problem } from '../shared/problem.js';
import { hasData } from './data-state.js';
import type { Io } from './io.js';
import { escapeText } from './output/escape.js';
import { createSessionStore, type SessionStore } from './session.js';

/** Options that go with any command. */
export interface GlobalFlags {
  /** Where the daemon is, instead of the data directory's socket. */
  url?: string;
  /** Shows every exchange with the daemon, on stderr. */
  verbose?: boolean;
  /** False with `--no-interactive`. */
  interactive: boolean;
}

export interface CommandContext {
  io: Io;
  /** Now, in milliseconds since the Unix epoch. */
  clock: () => number;
  env: Record<string, string | undefined>;
  /** Of this program, e.g. `1.2.3`. */
  version: string;
  globals: GlobalFlags;
  data: DataPaths;
  config: ClientPaths;
  /** `--url`, else `WHODID_URL`, else the data directory's socket. @throws Problem for a malformed address */
  endpoint(): Endpoint;
  /** The session with the daemon at the endpoint. */
  session(): SessionStore;
  /** Speaks as whoever is logged in, or with `WHODID_TOKEN`. Its requests throw `unauthenticated` for nobody. */
  client(): Client;
  /** Speaks as the session even where `WHODID_TOKEN` is set. */
  sessionClient(): Client;
  /**
   * Whether this machine has a data directory with something in it.
   * @throws Problem `forbidden` for one that is somebody else's
   */
  hasData(): boolean;
}

export interface ContextParts {
  io: Io;
  clock: () => number;
  env: Record<string, string | undefined>;
  version: string;
  globals: GlobalFlags;
  /** How long the daemon may be silent, in milliseconds; a minute when left out. */
  silenceMs?: number;
}

export function createContext(parts: ContextParts): CommandContext {
  const { io, clock, env, version, globals, silenceMs } = parts;
  const data = dataPaths(env);
  const config = clientPaths(env);
  const url = globals.url ?? (env.WHODID_URL || undefined);
  const endpoint = () =>
    url === undefined ? { kind: 'socket' as const, path: data.socket } : urlEndpoint(url);
  const connect = (token?: SessionStore['token']) =>
    createClient({
      endpoint: endpoint(),
      headers: { 'user-agent': `whodid/${version}` },
      ...(token === undefined ? {} : { token }),
      ...(silenceMs === undefined ? {} : { silenceMs }),
      ...(globals.verbose
        ? {
            observe: ({ method, path, status, ms }) =>
              io.writeError(`${method} ${escapeText(path)} → ${status} in ${ms} ms\n`),
          }
        : {}),
    });
  const session = () =>
    createSessionStore({
      paths: config,
      endpoint: endpoint(),
      clock,
      refresh: refreshToken => connect().sessions.refresh(refreshToken),
      onDamaged: aside =>
        io.writeError(
          `${escapeText(config.sessions)} is damaged and was set aside as ${escapeText(aside)}.\n`,
        ),
    });
  const sessionClient = () => {
    const { token } = session();
    return connect(async rejected => (await token(rejected)) ?? notLoggedIn());
  };
  /** Whoever has no daemon must hear of that first; asking it for more would be recorded as a refusal. */
  const notLoggedIn = async (): Promise<never> => {
    await connect().request({ method: 'GET', path: '/healthz' });
    throw new Problem(
      'unauthenticated',
      `You are not logged in at ${endpointName(endpoint())}. Log in with \`whodid login\`.`,
    );
  };
  const apiToken = env.WHODID_TOKEN || undefined;

  return {
    io,
    clock,
    env,
    version,
    globals,
    data,
    config,
    endpoint,
    session,
    client: () => (apiToken === undefined ? sessionClient() : connect(async () => apiToken)),
    sessionClient,
    hasData: () => hasData(data),
  };
}

// The session with the daemon at one endpoint: kept between commands, renewed before it runs out, by one
// process at a time.
import { type Endpoint, endpointName } from '../shared/endpoint.js';
import type { TokenSource } from '../shared/exchange.js';
import type { ClientPaths } from '../shared/paths.js';
import { Problem } from '../shared/problem.js';
import { type OnDamaged, readSessionFile, type StoredSession, writeSessionFile } from './session-file.js';
import { withSessionLock } from './session-lock.js';

/** An access token that has less than this to live is renewed before it is used, in milliseconds. */
const RENEW_BEFORE_MS = 30_000;

export interface SessionDependencies {
  paths: ClientPaths;
  endpoint: Endpoint;
  /** Now, in milliseconds since the Unix epoch. */
  clock: () => number;
  /** Asks the daemon for a new pair of tokens. */
  refresh(refreshToken: string): Promise<StoredSession>;
  onDamaged: OnDamaged;
}

export interface SessionStore {
  /**
   * A good access token, renewed if need be (see `TokenSource`); `undefined` when nobody is logged in.
   * @throws Problem `unauthenticated` when the session turns out to have ended; it is then forgotten
   */
  token: TokenSource;
  /** Whether there is a session with the daemon at this endpoint. */
  exists(): Promise<boolean>;
  /** Keeps what a log-in gave, and which instance answers here. */
  save(session: StoredSession): Promise<void>;
  /** Forgets the session, whatever the daemon thinks of it. */
  forget(): Promise<void>;
}

export function createSessionStore(dependencies: SessionDependencies): SessionStore {
  const { paths, endpoint, clock, refresh, onDamaged } = dependencies;
  const name = endpointName(endpoint);

  async function current(): Promise<StoredSession | undefined> {
    const file = await readSessionFile(paths, onDamaged);
    const instance = file.endpoints[name];
    return instance === undefined ? undefined : file.sessions[instance];
  }

  /** Puts `session` in the place of what is stored for this endpoint; the lock is held. */
  async function replace(session: StoredSession | undefined): Promise<void> {
    const file = await readSessionFile(paths, onDamaged);
    const known = file.endpoints[name];
    if (session === undefined) {
      if (known === undefined) return;
      delete file.sessions[known];
    } else {
      const instance = instanceOf(session.accessToken);
      file.endpoints[name] = instance;
      file.sessions[instance] = session;
    }
    await writeSessionFile(paths, file);
  }

  const isGood = (session: StoredSession, rejected: string | undefined) =>
    session.accessToken !== rejected && expiresAt(session.accessToken) - clock() > RENEW_BEFORE_MS;

  async function renew(rejected: string | undefined): Promise<string | undefined> {
    return withSessionLock(paths, async () => {
      // Another process may have renewed it while this one waited for the lock.
      const session = await current();
      if (session === undefined || isGood(session, rejected)) return session?.accessToken;
      try {
        const renewed = await refresh(session.refreshToken);
        await replace(pair(renewed));
        return renewed.accessToken;
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'unauthenticated') throw error;
        await replace(undefined);
        throw error;
      }
    });
  }

  return {
    async token(rejected) {
      const session = await current();
      if (session === undefined || isGood(session, rejected)) return session?.accessToken;
      return renew(rejected);
    },
    exists: async () => (await current()) !== undefined,
    save: session => withSessionLock(paths, () => replace(pair(session))),
    forget: () => withSessionLock(paths, () => replace(undefined)),
  };
}

function pair({ accessToken, refreshToken }: StoredSession): StoredSession {
  return { accessToken, refreshToken };
}

/** The instance that made an access token: `iss` is `whodid:<instance id>`. Decoded, not verified: that is the daemon's. */
export function instanceOf(accessToken: string): string {
  const { iss } = claims(accessToken);
  if (typeof iss !== 'string' || !iss.startsWith('whodid:')) {
    throw new Problem('unavailable', 'The answer to the log-in is not whodid’s: is the address right?');
  }
  return iss.slice('whodid:'.length);
}

/** When an access token expires, in milliseconds; 0 when it does not say. */
function expiresAt(accessToken: string): number {
  const { exp } = claims(accessToken);
  return typeof exp === 'number' ? exp * 1000 : 0;
}

/** The claims of a JWT (RFC 7519); none when it is not one. */
function claims(token: string): Record<string, unknown> {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    return (JSON.parse(payload) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}

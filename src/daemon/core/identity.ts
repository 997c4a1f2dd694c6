// Who is it? From a bearer token to a principal, with revocation checked on every request.
import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from '../../shared/problem.js';
import type { Role } from '../../shared/vocabulary.js';
import { SYSTEM } from '../data/actor.js';
import type { DataLayer } from '../data/data-layer.js';
import type { Account } from '../data/users.js';
import type { AccessTokens } from './access-tokens.js';
import type { Principal } from './caller.js';

/** What API tokens look like: `whodid_<id>_<secret>`, so that a secret scanner can find one that leaked. */
export const API_TOKEN = /^whodid_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

/** The stored form of a secret that is random enough to need no salt. */
export const secretHash = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export interface Identity {
  /** @throws Problem `unauthenticated` */
  authenticate(bearer: string): Promise<Principal>;
}

export interface IdentityOptions {
  data: DataLayer;
  accessTokens: AccessTokens;
  now(): number;
}

export function createIdentity({ data, accessTokens, now }: IdentityOptions): Identity {
  const { users, sessions, tokens } = data.as(SYSTEM.daemon);
  const refused = (message: string) => new Problem('unauthenticated', message);

  async function enabledUser(id: string): Promise<Account> {
    const user = await users.find(id);
    if (user === undefined || user.disabled) throw refused('This account is disabled or no longer exists.');
    return user;
  }

  const principalUser = ({ id, name, email, role }: Account) => ({ id, name, email, role: role as Role });

  async function bySession(bearer: string): Promise<Principal> {
    const { userId, sessionId } = accessTokens.known(bearer) ?? (await accessTokens.verify(bearer));
    const session = await sessions.find(sessionId);
    if (session === undefined || session.userId !== userId) {
      throw refused('This session has ended. Log in again.');
    }
    return { user: principalUser(await enabledUser(userId)), sessionId, expiresAt: session.expiresAt };
  }

  async function byApiToken(bearer: string, id: string): Promise<Principal> {
    const token = await tokens.find(id);
    if (token === undefined || !timingSafeEqual(token.hash, secretHash(bearer))) {
      throw refused('The API token is not known, or was revoked.');
    }
    if (token.expiresAt <= now())
      throw refused('The API token has expired. Make a new one with `whodid tokens create`.');
    const { name, role, tenantId, actorTypes, targetTypes, expiresAt } = token;
    return {
      user: principalUser(await enabledUser(token.ownerId)),
      token: {
        id,
        name,
        role,
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(actorTypes === undefined ? {} : { actorTypes }),
        ...(targetTypes === undefined ? {} : { targetTypes }),
      },
      expiresAt,
    };
  }

  return {
    authenticate(bearer) {
      const apiToken = API_TOKEN.exec(bearer);
      return apiToken === null ? bySession(bearer) : byApiToken(bearer, apiToken[1]!);
    },
  };
}

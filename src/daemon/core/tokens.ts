// API tokens: made by their owner, shown once, revoked by the owner or an administrator.
import { randomBytes } from 'node:crypto';
import type { NewToken, Token, TokenRequest } from '../../shared/api.js';
import { Problem } from '../../shared/problem.js';
import type { DataLayer } from '../data/data-layer.js';
import type { StoredToken } from '../data/tokens.js';
import { actorOf, type Caller } from './caller.js';
import { secretHash } from './identity.js';
import { authorize, forbidden, may } from './policy.js';
import type { Recorded } from './recorded.js';

/** The longest life of an API token, in milliseconds: two years. */
const MAX_TOKEN_LIFE_MS = 2 * 366 * 24 * 60 * 60 * 1000;

/** What each role may hand to a token: what it may do itself. */
/** The roles that an owner can give to their tokens, by the role of the owner. */
export const GRANTS: Record<string, readonly string[]> = {
  admin: ['admin', 'editor', 'viewer', 'auditor', 'reporter'],
  editor: ['editor', 'viewer'],
  auditor: ['auditor', 'viewer'],
  viewer: ['viewer'],
};

function checked(request: TokenRequest, now: number): TokenRequest {
  const errors = [];
  if (request.expiresAt <= now) errors.push({ field: 'expiresAt', reason: 'is in the past' });
  if (request.expiresAt > now + MAX_TOKEN_LIFE_MS)
    errors.push({ field: 'expiresAt', reason: 'is more than two years away' });
  for (const field of ['actorTypes', 'targetTypes'] as const) {
    if (request.role === 'reporter' && request[field] === undefined) {
      errors.push({ field, reason: 'is required for a reporter: name the types that it may report' });
    }
    if (request.role !== 'reporter' && request.role !== 'admin' && request[field] !== undefined) {
      errors.push({ field, reason: 'is for tokens that report alone' });
    }
  }
  if (errors.length > 0) {
    throw new Problem('invalid', `The token cannot be made: ${errors[0]!.field} ${errors[0]!.reason}.`, {
      errors,
    });
  }
  return request;
}

const shown = ({ hash: _, ...token }: StoredToken): Token => token;

export function createTokens({ data, now }: { data: DataLayer; now(): number }) {
  return {
    /** One's own tokens; with `all`, as administrator, everybody's. */
    async list(caller: Caller, all: boolean): Promise<Token[]> {
      authorize(caller, all ? 'administer' : 'own.credentials');
      const { tokens } = data.as(actorOf(caller));
      return (all ? await tokens.all() : await tokens.ofOwner(caller.principal.user.id)).map(shown);
    },

    async create(caller: Caller, request: TokenRequest): Promise<Recorded<NewToken>> {
      authorize(caller, 'own.credentials');
      const { user } = caller.principal;
      if (!GRANTS[user.role]?.includes(request.role)) {
        throw forbidden(`the role ${user.role} may not make a token with the role ${request.role}`);
      }
      const id = randomBytes(16).toString('hex');
      const secret = `whodid_${id}_${randomBytes(32).toString('base64url')}`;
      const token: StoredToken = {
        ...checked(request, now()),
        id,
        hash: secretHash(secret),
        ownerId: user.id,
        createdAt: now(),
      };
      const scope = data.as(actorOf(caller));
      await scope.tokens.create(token);
      return { answer: { ...shown(token), token: secret }, eventIds: scope.eventIds };
    },

    /** @returns the ids of its events. @throws Problem `not_found`, also for a token of somebody else's. */
    async revoke(caller: Caller, id: string): Promise<string[]> {
      authorize(caller, 'own.credentials');
      const { principal } = caller;
      const scope = data.as(actorOf(caller));
      const mayRevoke = (token: StoredToken) =>
        token.ownerId === principal.user.id || may(principal, 'administer');
      await scope.tokens.revoke(id, mayRevoke);
      return scope.eventIds;
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;

// Access tokens: EdDSA JWTs (RFC 7519, RFC 8037) of at most ten minutes, every claim required and checked.
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { Problem } from '../../shared/problem.js';
import { uuidV7 } from '../../shared/uuid-v7.js';
import { type KeyRing, TOKEN_ALGORITHM } from '../keys.js';

const AUDIENCE = 'whodid';
const TOKEN_TYPE = 'at+jwt';

/** How far clocks may disagree, in seconds. */
const CLOCK_TOLERANCE_S = 5;

/** Longest life, in seconds. */
export const MAX_ACCESS_TOKEN_S = 600;

/** Verified tokens that are remembered: a verification costs about 200 µs. */
const MAX_REMEMBERED = 5_000;

/**
 * Whether base64url text is the one that its bytes have (RFC 4648 §3.5): a lenient decoder passes over padding and
 * over the unused bits of the last character, so that one token would have many spellings.
 */
const isCanonical = (text: string) => Buffer.from(text, 'base64url').toString('base64url') === text;

export interface AccessClaims {
  userId: string;
  sessionId: string;
  /** Milliseconds since the Unix epoch. */
  expiresAt: number;
}

export interface AccessTokens {
  issue(userId: string, sessionId: string): Promise<{ accessToken: string; expiresIn: number }>;
  /** @throws Problem `unauthenticated` for anything but a good token of ours. */
  verify(token: string): Promise<AccessClaims>;
  /** The claims of a token that was verified before; at once, as every request asks. @throws Problem as `verify` */
  known(token: string): AccessClaims | undefined;
  /** Forgets what was verified: after a key is gone. */
  forget(): void;
}

export interface AccessTokensOptions {
  keys: KeyRing;
  instance: string;
  lifetimeSeconds: number;
  now(): number;
}

export function createAccessTokens({
  keys,
  instance,
  lifetimeSeconds,
  now,
}: AccessTokensOptions): AccessTokens {
  const issuer = `whodid:${instance}`;
  const expiresIn = Math.min(lifetimeSeconds, MAX_ACCESS_TOKEN_S);
  // Keyed by the whole token, and only ever filled after a signature was checked.
  const verified = new LRUCache<string, AccessClaims>({ max: MAX_REMEMBERED });
  const refused = () =>
    new Problem('unauthenticated', 'The access token is not valid, or not valid any more. Log in again.');

  function claimsOf(payload: JWTPayload): AccessClaims {
    const { sub, sid, exp, iat } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string' || exp === undefined || iat === undefined)
      throw refused();
    if (exp - iat > MAX_ACCESS_TOKEN_S) throw refused();
    return { userId: sub, sessionId: sid, expiresAt: exp * 1000 };
  }

  function known(token: string): AccessClaims | undefined {
    const claims = verified.get(token);
    if (claims === undefined || claims.expiresAt > now()) return claims;
    verified.delete(token);
    throw refused();
  }

  return {
    async issue(userId, sessionId) {
      const { kid, key } = keys.active();
      const seconds = Math.floor(now() / 1000);
      const accessToken = await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: TOKEN_ALGORITHM, kid, typ: TOKEN_TYPE })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setJti(uuidV7(now()))
        .setIssuedAt(seconds)
        .setNotBefore(seconds)
        .setExpirationTime(seconds + expiresIn)
        .sign(key);
      return { accessToken, expiresIn };
    },
    known,
    async verify(token) {
      const claims = known(token);
      if (claims !== undefined) return claims;
      if (!token.split('.').every(isCanonical)) throw refused();
      try {
        const { payload } = await jwtVerify(
          token,
          ({ kid }) => {
            const key = kid === undefined ? undefined : keys.verificationKey(kid);
            if (key === undefined) throw refused();
            return key;
          },
          {
            algorithms: [TOKEN_ALGORITHM],
            typ: TOKEN_TYPE,
            issuer,
            audience: AUDIENCE,
            requiredClaims: ['sub', 'sid', 'jti', 'iat', 'nbf', 'exp'],
            maxTokenAge: MAX_ACCESS_TOKEN_S,
            clockTolerance: CLOCK_TOLERANCE_S,
            currentDate: new Date(now()),
          },
        );
        const claims = claimsOf(payload);
        if (claims.expiresAt <= now()) throw refused();
        verified.set(token, claims);
        return claims;
      } catch {
        throw refused();
      }
    },
    forget: () => verified.clear(),
  };
}

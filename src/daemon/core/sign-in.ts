// Sessions: signing in with a password, renewing, listing, ending.
import { randomBytes } from 'node:crypto';
import type { Static } from 'typebox';
import type { Credentials, PasswordChangeSchema, Session, SessionTokens } from '../../shared/api.js';
import { Problem } from '../../shared/problem.js';
import { uuidV7 } from '../../shared/uuid-v7.js';
import { type Actor, SYSTEM } from '../data/actor.js';
import type { DataLayer } from '../data/data-layer.js';
import type { AccessTokens } from './access-tokens.js';
import { actorOf, anonymousActor, type Caller, contextOf, type RequestFacts } from './caller.js';
import { secretHash } from './identity.js';
import type { PasswordChecker } from './password.js';
import { authorize, forbidden, may } from './policy.js';
import type { Recorded } from './recorded.js';
import type { Throttle } from './throttle.js';

export interface SignInOptions {
  data: DataLayer;
  accessTokens: AccessTokens;
  passwords: PasswordChecker;
  throttle: Throttle;
  /** How long a session lasts without being renewed, in milliseconds. */
  sessionIdleMs: number;
  now(): number;
}

const newRefreshToken = () => randomBytes(32).toString('base64url');

export function createSignIn(options: SignInOptions) {
  const { data, accessTokens, passwords, throttle, sessionIdleMs, now } = options;
  const daemon = data.as(SYSTEM.daemon);

  const requestActor = (actor: Actor, facts: RequestFacts, sessionId?: string): Actor => ({
    ...actor,
    requestId: facts.requestId,
    ...(facts.correlationId === undefined ? {} : { correlationId: facts.correlationId }),
    context: contextOf(facts, sessionId),
  });

  async function refuse(facts: RequestFacts, userId: string | undefined): Promise<never> {
    await data.as(anonymousActor(facts)).occurred({
      action: 'created',
      outcome: 'denied',
      target: { type: 'sessions', id: '-' },
      eventName: 'session.refused',
      ...(userId === undefined ? {} : { onBehalfOf: { type: 'users', id: userId } }),
    });
    // One sentence for every reason: it must not tell which accounts exist.
    throw new Problem(
      'unauthenticated',
      'The e-mail address or the password is wrong, or the account is disabled.',
    );
  }

  return {
    /** @throws Problem `unauthenticated`, or `too_many_attempts` for an account under attack. */
    async signIn({ email, password }: Credentials, facts: RequestFacts): Promise<Recorded<SessionTokens>> {
      throttle.admit(email);
      const user = await daemon.users.findByEmail(email);
      const hash = user === undefined ? undefined : await daemon.credentials.hash(user.id);
      // Counted before it is checked, so that guesses sent at once are slowed down as well.
      throttle.failed(email);
      const good = await passwords.check(hash, password);
      if (!good || user === undefined || user.disabled) return refuse(facts, user?.id);
      throttle.succeeded(email);
      const id = uuidV7(now());
      const refreshToken = newRefreshToken();
      const actor = requestActor({ type: 'users', id: user.id, name: user.name }, facts, id);
      const scope = data.as(actor);
      await scope.sessions.begin(
        {
          id,
          userId: user.id,
          createdAt: now(),
          lastUsedAt: now(),
          expiresAt: now() + sessionIdleMs,
          ...(facts.ip === undefined ? {} : { ip: facts.ip }),
          ...(facts.userAgent === undefined ? {} : { userAgent: facts.userAgent }),
        },
        secretHash(refreshToken),
        () => {
          // The account can have changed while the password was checked.
          if (daemon.users.requireNow(user.id).disabled || daemon.credentials.hashNow(user.id) !== hash) {
            throw new Problem('unauthenticated', 'This account has just changed. Log in again.');
          }
        },
      );
      const answer = { ...(await accessTokens.issue(user.id, id)), refreshToken };
      return { answer, eventIds: scope.eventIds };
    },

    /** @throws Problem `unauthenticated` for a token that is unknown, spent or of an ended session. */
    async renew(refreshToken: string, facts: RequestFacts): Promise<SessionTokens> {
      const next = newRefreshToken();
      const scope = data.as(requestActor(SYSTEM.daemon, facts));
      const renewal = await scope.sessions.renew(
        secretHash(refreshToken),
        secretHash(next),
        now() + sessionIdleMs,
      );
      if (renewal.kind !== 'renewed') {
        throw new Problem(
          'unauthenticated',
          renewal.kind === 'stolen'
            ? 'This session was ended, because a refresh token of it was used a second time. Log in again.'
            : 'This session has ended. Log in again.',
        );
      }
      const user = await daemon.users.find(renewal.session.userId);
      if (user === undefined || user.disabled) {
        throw new Problem('unauthenticated', 'This account is disabled or no longer exists.');
      }
      return { ...(await accessTokens.issue(user.id, renewal.session.id)), refreshToken: next };
    },

    /** One's own sessions, the one used last first. */
    async list(caller: Caller): Promise<Session[]> {
      authorize(caller, 'own.credentials');
      const { user, sessionId } = caller.principal;
      const sessions = await data.as(actorOf(caller)).sessions.ofUser(user.id);
      return sessions
        .reverse()
        .map(({ userId: _, ...session }) => ({ ...session, current: session.id === sessionId }));
    },

    /**
     * Ends a session: `current`, another of one's own, or as administrator anybody's.
     * @returns the ids of its events.
     * @throws Problem `not_found`
     */
    async end(caller: Caller, id: string): Promise<string[]> {
      authorize(caller, 'own.credentials');
      const { user, sessionId } = caller.principal;
      const current = id === 'current' || id === sessionId;
      const scope = data.as(actorOf(caller));
      await scope.sessions.end(
        current ? sessionId! : id,
        current ? 'session.ended' : 'session.revoked',
        session => session.userId === user.id || may(caller.principal, 'administer'),
      );
      return scope.eventIds;
    },

    /** Sets a password: one's own with the current one, or as administrator somebody's. @returns the ids of its events. */
    async setPassword(
      caller: Caller,
      userId: string,
      change: Static<typeof PasswordChangeSchema>,
    ): Promise<string[]> {
      const own = userId === caller.principal.user.id;
      authorize(caller, own ? 'own.credentials' : 'administer');
      const user = await daemon.users.find(userId);
      if (user === undefined) throw new Problem('not_found', `There is no users ${userId}.`);
      const before = await daemon.credentials.hash(userId);
      if (own) {
        throttle.admit(user.email);
        throttle.failed(user.email);
        const good = await passwords.check(before, change.currentPassword ?? '');
        if (!good) {
          throw forbidden('the current password is missing or wrong');
        }
        throttle.succeeded(user.email);
      }
      const hash = await passwords.hash(change.password);
      const scope = data.as(actorOf(caller));
      await scope.users.setPassword(user, hash, {
        ...(own && caller.principal.sessionId !== undefined
          ? { keepSession: caller.principal.sessionId }
          : {}),
        guard() {
          daemon.users.requireNow(userId);
          if (own && daemon.credentials.hashNow(userId) !== before) {
            throw new Problem('conflict', 'The password was changed meanwhile. Log in with the new one.');
          }
        },
      });
      return scope.eventIds;
    },
  };
}

export type SignIn = ReturnType<typeof createSignIn>;

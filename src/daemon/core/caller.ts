// Who sends a request: a user with a session, or an API token in the name of its owner.
import type { Context } from '../../shared/data-event.js';
import type { Role } from '../../shared/vocabulary.js';
import { type Actor, ANONYMOUS } from '../data/actor.js';
import type { Operation } from './policy.js';

/** Somebody who proved who they are. */
export interface Principal {
  /** The user, or the owner of the token. */
  user: { id: string; name: string; email: string; role: Role };
  /** The session that a user's request belongs to. */
  sessionId?: string;
  token?: {
    id: string;
    name: string;
    role: Role;
    tenantId?: string;
    actorTypes?: string[];
    targetTypes?: string[];
  };
  /** When the session (unless it is used) or the API token ends, in milliseconds since the Unix epoch. */
  expiresAt: number;
}

/** What is known of a request whoever sent it. */
export interface RequestFacts {
  requestId: string;
  correlationId?: string;
  ip?: string;
  userAgent?: string;
  /** The caller's own justification. */
  comment?: string;
}

/** A principal and the request that they sent. */
export interface Caller {
  principal: Principal;
  facts: RequestFacts;
  /** The operation that was last authorized for this request. */
  authorized?: Operation | undefined;
}

/** The circumstances of a request as events carry them. */
export function contextOf(facts: RequestFacts, sessionId?: string): Context {
  const context: Context = {};
  if (facts.ip !== undefined) context.ip = facts.ip;
  if (facts.userAgent !== undefined) context.userAgent = facts.userAgent;
  if (sessionId !== undefined) context.sessionId = sessionId;
  if (facts.comment !== undefined) context.comment = facts.comment;
  return context;
}

/**
 * The actor of a request that nobody proved to have sent. What a stranger can write at will (a comment, a
 * correlation id, which is indexed) is left out.
 */
export function anonymousActor({ requestId, ip, userAgent }: RequestFacts): Actor {
  return {
    ...ANONYMOUS,
    requestId,
    context: { ...(ip === undefined ? {} : { ip }), ...(userAgent === undefined ? {} : { userAgent }) },
  };
}

/** The actor of everything that a caller does. */
export function actorOf({ principal, facts }: Caller): Actor {
  const { user, token, sessionId } = principal;
  const actor: Actor =
    token === undefined
      ? { type: 'users', id: user.id, name: user.name }
      : { type: 'tokens', id: token.id, name: token.name, onBehalfOf: { type: 'users', id: user.id } };
  if (token?.tenantId !== undefined) actor.tenantId = token.tenantId;
  actor.requestId = facts.requestId;
  if (facts.correlationId !== undefined) actor.correlationId = facts.correlationId;
  actor.context = contextOf(facts, sessionId);
  return actor;
}

// What every route declares, and what every request carries. A route that declares nothing does not start.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ObjectRef } from '../../shared/object-ref.js';
import type { Action } from '../../shared/vocabulary.js';
import type { Caller, RequestFacts } from '../core/caller.js';
import type { Operation } from '../core/policy.js';

/** The operations of the roles table that a route can need, or `public`: log-in, refresh, JWKS, health. */
export type RouteOperation = readonly Operation[] | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    operations?: RouteOperation;
    /** Whether the route reads NDJSON, line by line. */
    takesLines?: boolean;
    /** The object that a request is about, as a refusal or a failure records it. */
    target?(request: FastifyRequest): ObjectRef;
  }
  interface FastifyRequest {
    /** Who sent it; set before any handler runs, except on public routes. */
    caller: Caller | undefined;
    facts: RequestFacts;
  }
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new Error(`${request.method} ${request.url} ran without a caller`);
  return request.caller;
}

const ACTION_BY_METHOD: Record<string, Action> = {
  GET: 'viewed',
  HEAD: 'viewed',
  POST: 'created',
  PUT: 'changed',
  PATCH: 'changed',
  DELETE: 'deleted',
};

/** What a request would have done, by its method. */
export const actionOf = (method: string): Action => ACTION_BY_METHOD[method] ?? 'viewed';

/** `GET /v1/records/:type`: the template, never what the client wrote. */
export const routeName = (request: FastifyRequest): string =>
  `${request.method} ${request.routeOptions.url ?? '*'}`;

/** The object of requests that concern no object of their own. */
export const SERVICE_TARGET = (request: FastifyRequest): ObjectRef => ({
  type: 'routes',
  id: routeName(request),
});

/** The log itself. */
export const LOG_TARGET = (): ObjectRef => ({ type: 'audit', id: 'log' });

/** Most event ids in one header; those of a larger change are found by its `X-Request-Id`. */
const MAX_EVENT_IDS = 20;

/** `Audit-Event-Id`: the events of a mutation. */
export function nameEvents(reply: FastifyReply, eventIds: readonly string[]): void {
  if (eventIds.length > 0) reply.header('audit-event-id', eventIds.slice(0, MAX_EVENT_IDS).join(', '));
}

/** Whether the client wants no body (RFC 7240). */
export function prefersMinimal(request: FastifyRequest): boolean {
  const { prefer } = request.headers;
  return prefer !== undefined && /(^|,)\s*return\s*=\s*"?minimal"?\s*(,|;|$)/i.test(String(prefer));
}

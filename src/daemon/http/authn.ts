// Every request says who sends it, or it is refused: a route that is not declared public never runs without a
// caller, and a route that declares nothing keeps the daemon from starting.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../../shared/problem.js';
import type { Core } from '../core/core.js';
import { OPERATIONS } from '../core/policy.js';
import { requestFacts } from './request-facts.js';
import { routeName } from './route.js';

/** The only addresses that answer without a token. */
export const PUBLIC_ROUTES: ReadonlySet<string> = new Set([
  'POST /v1/sessions',
  'POST /v1/sessions/refresh',
  'GET /.well-known/jwks.json',
  'GET /healthz',
]);

/** The token that a request carries. @throws Problem `unauthenticated` */
export function bearerOf(request: FastifyRequest): string {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw new Problem(
      'unauthenticated',
      'This needs an access or API token: send it as `Authorization: Bearer …`.',
      {
        reason: 'no token',
      },
    );
  }
  const match = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(header);
  if (match === null) {
    throw new Problem('unauthenticated', 'The Authorization header is not `Bearer` and a token.', {
      reason: 'bad token',
    });
  }
  return match[1]!;
}

/** Puts authentication in front of every route of `app`, and refuses routes without a declaration. */
export function authenticateEverything(app: FastifyInstance, core: Core): void {
  app.decorateRequest('caller', undefined);
  app.decorateRequest('facts', null as never);

  app.addHook('onRoute', route => {
    const operations = route.config?.operations;
    for (const method of [route.method].flat()) {
      const name = `${method} ${route.url}`;
      if (operations === undefined) throw new Error(`${name} does not declare the operation that it needs.`);
      if (operations === 'public') {
        if (!PUBLIC_ROUTES.has(name)) throw new Error(`${name} must not be public.`);
      } else if (operations.length === 0 || operations.some(operation => !OPERATIONS.includes(operation))) {
        throw new Error(`${name} declares an operation that the roles table does not know.`);
      }
    }
  });

  app.addHook('onRequest', async request => {
    request.facts = requestFacts(request);
    if (request.routeOptions.config.operations === 'public') return;
    const principal = await core.identity.authenticate(bearerOf(request));
    request.caller = { principal, facts: request.facts };
  });

  // The policy must have been asked before anything is answered, whatever a handler forgot.
  // With callbacks, as promises here would be a twentieth of what a read costs.
  app.addHook('preSerialization', (request, reply, payload, done) => {
    const fault = unauthorizedAnswer(request, reply.statusCode);
    if (fault === undefined) done(null, payload);
    else done(fault);
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const fault = unauthorizedAnswer(request, reply.statusCode);
    if (fault === undefined) done(null, payload);
    else done(fault);
  });
}

/** What is wrong with answering, if nobody has asked the policy. */
function unauthorizedAnswer(request: FastifyRequest, status: number): Error | undefined {
  if (status >= 400 || request.routeOptions.config.operations === 'public') return undefined;
  if (request.caller?.authorized !== undefined) return undefined;
  return new Error(`${routeName(request)} answered without having asked the policy.`);
}

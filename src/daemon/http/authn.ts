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

  // With callbacks, here and below: promises would be a twentieth of what a read costs.
  app.addHook('onRequest', (request, _reply, done) => {
    const facts = requestFacts(request);
    request.facts = facts;
    if (isPublic(request)) {
      done();
      return;
    }
    core.identity.authenticate(bearerOf(request)).then(principal => {
      request.caller = { principal, facts, authorized: undefined };
      done();
    }, done);
  });

  // The policy must have been asked before anything is answered, whatever a handler forgot.
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

const isPublic = (request: FastifyRequest) => request.routeOptions.config.operations === 'public';

/** What is wrong with answering, if nobody has asked the policy. */
function unauthorizedAnswer(request: FastifyRequest, status: number): Error | undefined {
  if (request.caller?.authorized !== undefined) return undefined;
  if (status >= 400 || isPublic(request)) return undefined;
  return new Error(`${routeName(request)} answered without having asked the policy.`);
}

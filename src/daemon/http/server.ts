// The HTTP API: what stands in front of the routes, and the routes. It holds no logic of its own.
import Fastify, { type FastifyInstance } from 'fastify';
import { Problem } from '../../shared/problem.js';
import { uuidV7 } from '../../shared/uuid-v7.js';
import type { Core } from '../core/core.js';
import { authenticateEverything } from './authn.js';
import { BODY_LIMIT, readBodies, refuseEncodedBody, schemaCompiler } from './bodies.js';
import { describeApi, openApiRoute } from './openapi.js';
import { refuseMalformedQuery } from './page.js';
import { createErrorHandler, fastifyProblem, type ProblemLog, sendProblem } from './problems.js';
import { auditRoutes } from './routes/audit.js';
import { backupRoutes } from './routes/backups.js';
import { erasureRoutes } from './routes/erasures.js';
import { evidenceRoutes } from './routes/evidence.js';
import { exportRoutes } from './routes/exports.js';
import { historyRoutes } from './routes/history.js';
import { recordRoutes } from './routes/records.js';
import { reportRoutes } from './routes/reports.js';
import { retentionRoutes } from './routes/retention.js';
import { revertRoutes } from './routes/reverts.js';
import { serviceRoutes } from './routes/service.js';
import { sessionRoutes } from './routes/sessions.js';
import { statsRoutes } from './routes/stats.js';
import { type Streams, streamRoutes } from './routes/stream.js';
import { tokenRoutes } from './routes/tokens.js';
import { typeRoutes } from './routes/types.js';

export interface ServerOptions {
  core: Core;
  version: string;
  log: ProblemLog;
}

/** Longest part of an address: an id of 512 characters, percent-encoded. */
const MAX_PARAM_LENGTH = 512 * 12;

/** Builds the API; it listens nowhere yet. @throws Error if a route does not declare what it needs. */
export async function createServer({ core, version, log }: ServerOptions) {
  const handleError = createErrorHandler(core, log);
  const app: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    genReqId: () => uuidV7(Date.now()),
    // Errors before routing (an address that is malformed or too long) still answer as problems.
    frameworkErrors(error, request, reply) {
      const problem = fastifyProblem(error) ?? new Problem('bad_request', 'The request is malformed.');
      sendProblem(reply.header('x-request-id', request.id), problem, request.id);
    },
  });
  app.setValidatorCompiler(schemaCompiler());
  app.setSerializerCompiler(() => value => JSON.stringify(value));
  app.setErrorHandler(handleError);
  readBodies(app);
  await describeApi(app, version);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  authenticateEverything(app, core);
  app.addHook('onRequest', (request, _reply, done) => {
    refuseMalformedQuery(request.url);
    refuseEncodedBody(request);
    done();
  });

  const templates = knownTemplates(app);
  sessionRoutes(app, core);
  tokenRoutes(app, core);
  typeRoutes(app, core);
  recordRoutes(app, core);
  auditRoutes(app, core);
  statsRoutes(app, core);
  exportRoutes(app, core);
  historyRoutes(app, core);
  revertRoutes(app, core);
  erasureRoutes(app, core);
  retentionRoutes(app, core);
  evidenceRoutes(app, core);
  reportRoutes(app, core);
  const streams: Streams = streamRoutes(app, core);
  backupRoutes(app, core, log);
  serviceRoutes(app, core);
  openApiRoute(app, core);

  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0]!;
    const methods = templates.methodsOf(path);
    if (methods.length === 0) throw new Problem('not_found', `There is nothing at ${path.slice(0, 200)}.`);
    reply.header('allow', methods.join(', '));
    throw new Problem(
      'method_not_allowed',
      `${request.method} is not possible here; ${methods.join(', ')} is.`,
    );
  });
  await app.ready();
  return { app, streams };
}

/** Which methods each address takes, to tell a wrong method from a wrong address. */
function knownTemplates(app: FastifyInstance) {
  const known: { pattern: RegExp; method: string }[] = [];
  app.addHook('onRoute', route => {
    const pattern = new RegExp(`^${route.url.replace(/[.]/g, '\\.').replace(/:[a-z]+/g, '[^/]+')}$`);
    for (const method of [route.method].flat()) known.push({ pattern, method });
  });
  return {
    methodsOf: (path: string) =>
      known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method),
  };
}

export type Server = Awaited<ReturnType<typeof createServer>>;

// From whatever went wrong to an RFC 9457 answer, and to the event that it is. The one place where errors end.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { idFault, type ObjectRef, TYPE_NAME } from '../../shared/object-ref.js';
import { PROBLEMS, Problem, type ProblemCode, problemBody } from '../../shared/problem.js';
import type { Core } from '../core/core.js';
import { actionOf, routeName, SERVICE_TARGET } from './route.js';

export interface ProblemLog {
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Fastify's own errors, by code. */
const FASTIFY_PROBLEMS: Record<string, { code: ProblemCode; message: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'too_large', message: 'The body is larger than 1 MiB.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'The body has a media type that is not understood here. Send application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'bad_request',
    message: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'bad_request', message: 'The body is empty. Send a JSON value.' },
  FST_ERR_BAD_URL: { code: 'bad_request', message: 'The address is not well-formed (percent-encoding).' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'uri_too_long', message: 'A part of the address is too long.' },
};

/** The problem that a complaint of Fastify's about a request is. */
export function fastifyProblem({ code, statusCode }: Partial<FastifyError>): Problem | undefined {
  const known = code === undefined ? undefined : FASTIFY_PROBLEMS[code];
  if (known !== undefined) return new Problem(known.code, known.message);
  const isClients = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return isClients ? new Problem('bad_request', 'The request is malformed.') : undefined;
}

/** The problem that an error is to a client. Unexpected ones are logged whole and shown as one sentence. */
function problemOf(error: unknown, request: FastifyRequest, log: ProblemLog): Problem {
  if (error instanceof Problem) return error;
  const problem = fastifyProblem(error as Partial<FastifyError>);
  if (problem !== undefined) return problem;
  log.error('A request failed unexpectedly.', {
    requestId: request.id,
    route: routeName(request),
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  return new Problem(
    'internal',
    `Something went wrong on our side; the daemon's log tells more under ${request.id}.`,
  );
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): FastifyReply {
  const { retryAfterSeconds } = problem.details;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  if (problem.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="whodid"');
  return reply
    .code(PROBLEMS[problem.code].status)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(problem, requestId)));
}

/** What a request was about; what cannot be the name of an object is told by its route alone. */
function targetOf(request: FastifyRequest): ObjectRef {
  const target = (request.routeOptions.config.target ?? SERVICE_TARGET)(request);
  const { type, id } = target;
  return TYPE_NAME.test(type) && idFault(id) === undefined ? target : SERVICE_TARGET(request);
}

/** The error handler: records what the log wants to know, then answers. */
export function createErrorHandler(core: Core, log: ProblemLog) {
  return async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    let problem = problemOf(error, request, log);
    try {
      await core.refusals.record(
        problem,
        {
          action: actionOf(request.method),
          target: problem.details.target ?? targetOf(request),
          route: routeName(request),
        },
        request.facts ?? { requestId: request.id },
        request.caller,
      );
    } catch (failure) {
      // Without its event the refusal cannot be given either: say that work is refused at the moment.
      problem = failure instanceof Problem ? failure : problemOf(failure, request, log);
    }
    return sendProblem(reply, problem, request.id);
  };
}

// Following the log: server-sent events (WHATWG HTML, section 9.2), `id:` is `seq`, `Last-Event-ID` resumes.
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Problem } from '../../../shared/problem.js';
import type { Core } from '../../core/core.js';
import { AuditFilterQuerySchema } from '../audit-parameters.js';
import { bearerOf } from '../authn.js';
import { follow } from '../follow.js';
import { createFollowers, FOLLOWERS } from '../followers.js';
import { single } from '../page.js';
import { parseAuditQuery } from '../query-filter.js';
import { callerOf, LOG_TARGET } from '../route.js';

/** Where a follower wants to go on: after this `seq`, or `undefined` for from now on. */
function startOf(request: FastifyRequest): number | undefined {
  const query = request.query as Record<string, unknown>;
  const text = request.headers['last-event-id'] ?? single(query, 'after');
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(String(text))) {
    const reason = 'must be the seq of an event';
    throw new Problem('bad_request', `Last-Event-ID ${reason}.`, {
      errors: [{ field: 'Last-Event-ID', reason }],
    });
  }
  return Number(text);
}

const beyondTheEnd = (seq: number, size: number) =>
  new Problem('bad_request', `The log has ${size} events, so none can follow seq ${seq}.`, {
    errors: [{ field: 'Last-Event-ID', reason: 'is beyond the end of the log' }],
  });

export interface Streams {
  /** Ends all streams, so that the daemon can stop. */
  close(): void;
  /** How many there are, and how many there may be. */
  places(): { count: number; limit: number };
}

export function streamRoutes(app: FastifyInstance, core: Core): Streams {
  const open = new Set<ServerResponse>();
  const followers = createFollowers();

  app.get(
    '/v1/audit/stream',
    {
      config: { operations: ['audit.log', 'audit.object', 'own'], target: LOG_TARGET },
      schema: {
        summary: 'Follow the log: server-sent events in the order of seq',
        tags: ['audit'],
        querystring: Type.Object(
          {
            ...AuditFilterQuerySchema.properties,
            after: Type.Optional(Type.String({ description: 'Begin after this seq; Last-Event-ID wins.' })),
          },
          { additionalProperties: true },
        ),
        response: {
          200: {
            description: 'Events as they are stored.',
            content: { 'text/event-stream': { schema: Type.String() } },
          },
        },
      },
    },
    async (request, reply) => {
      const { after: _, ...query } = request.query as Record<string, string | string[]>;
      const { filter } = parseAuditQuery(query, []);
      const start = startOf(request);
      const caller = callerOf(request);
      const leave = followers.join(caller.principal.user.id);
      try {
        await core.audit.fresh();
        const begin = start ?? core.audit.size();
        const feed = await core.audit.follow(caller, filter);
        if (begin > feed.size()) throw beyondTheEnd(begin, feed.size());
        const bearer = bearerOf(request);
        reply.hijack();
        const response = reply.raw;
        open.add(response);
        response.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-request-id': request.id,
        });
        await follow({
          response,
          feed,
          begin,
          async stillWelcome() {
            const principal = await core.identity.authenticate(bearer);
            await feed.look({ principal, facts: request.facts });
          },
        });
      } finally {
        open.delete(reply.raw);
        leave();
      }
    },
  );

  return {
    close() {
      for (const response of open) response.end();
    },
    places: () => ({ count: open.size, limit: FOLLOWERS.inAll }),
  };
}

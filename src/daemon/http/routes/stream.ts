// Following the log: server-sent events (WHATWG HTML, section 9.2), `id:` is `seq`, `Last-Event-ID` resumes.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Problem } from '../../../shared/problem.js';
import type { Core } from '../../core/core.js';
import { AuditFilterQuerySchema } from '../audit-parameters.js';
import { single } from '../page.js';
import { parseAuditQuery } from '../query-filter.js';
import { callerOf, LOG_TARGET } from '../route.js';

/** How often a heartbeat is sent and the follower's token is looked at again, in milliseconds. */
const HEARTBEAT_MS = 5_000;

/** Most streams at once. */
export const MAX_STREAMS = 200;

/** Most events read for one write. */
const CHUNK = 200;

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

export interface Streams {
  /** Ends all streams, so that the daemon can stop. */
  close(): void;
  count(): number;
}

export function streamRoutes(app: FastifyInstance, core: Core): Streams {
  const open = new Set<ServerResponse>();

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
      if (open.size >= MAX_STREAMS) {
        throw new Problem(
          'unavailable',
          `${MAX_STREAMS} programs are following the log already. Try again later.`,
          {
            retryAfterSeconds: 10,
          },
        );
      }
      await core.audit.fresh();
      const begin = start ?? core.audit.size();
      const feed = await core.audit.follow(callerOf(request), filter);
      if (begin > feed.size()) {
        throw new Problem(
          'bad_request',
          `The log has ${feed.size()} events, so none can follow seq ${begin}.`,
          {
            errors: [{ field: 'Last-Event-ID', reason: 'is beyond the end of the log' }],
          },
        );
      }
      const bearer = request.headers.authorization?.slice('Bearer '.length) ?? '';
      reply.hijack();
      const response = reply.raw;
      open.add(response);
      response.once('close', () => open.delete(response));
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-request-id': request.id,
      });
      await follow(response, feed, begin, async () => {
        const principal = await core.identity.authenticate(bearer);
        await feed.look({ principal, facts: request.facts });
      });
    },
  );

  return {
    close() {
      for (const response of open) response.end();
    },
    count: () => open.size,
  };
}

type Feed = Awaited<ReturnType<Core['audit']['follow']>>;

/** Writes what comes until the follower goes away or may follow no longer. */
async function follow(
  response: ServerResponse,
  feed: Feed,
  begin: number,
  stillWelcome: () => Promise<unknown>,
): Promise<void> {
  let position = begin;
  let wake = () => {};
  let more = true;
  let beat = false;
  const stop = feed.onAppended(() => {
    more = true;
    wake();
  });
  const heartbeat = setInterval(() => {
    beat = true;
    wake();
  }, HEARTBEAT_MS);
  response.once('close', () => wake());

  async function write(text: string): Promise<void> {
    if (!response.write(text) && !response.writableEnded) {
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
  }

  try {
    await write(`event: heartbeat\ndata: {"storedSeq":${position}}\n\n`);
    while (!response.destroyed && !response.writableEnded) {
      await stillWelcome();
      if (more) {
        more = false;
        while (position < feed.size() && !response.destroyed && !response.writableEnded) {
          const { lines, scannedThrough } = await feed.next(position, CHUNK);
          position = scannedThrough;
          if (lines.length > 0)
            await write(lines.map(({ seq, json }) => `id: ${seq}\ndata: ${json}\n\n`).join(''));
        }
      }
      if (beat) {
        beat = false;
        await write(`event: heartbeat\ndata: {"storedSeq":${position}}\n\n`);
      }
      if (more || response.destroyed || response.writableEnded) continue;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  } catch {
    // The follower's session ended, or reading failed: it is told by the end of the stream and asks again.
  } finally {
    stop();
    clearInterval(heartbeat);
    response.end();
  }
}

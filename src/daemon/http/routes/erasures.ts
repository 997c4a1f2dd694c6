// Erasing what the log holds of somebody, on request.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { type ErasureRequest, ErasureRequestSchema, ErasureSchema } from '../../../shared/erasure.js';
import type { Core } from '../../core/core.js';
import { callerOf, LOG_TARGET, nameEvents } from '../route.js';

export function erasureRoutes(app: FastifyInstance, core: Core): void {
  const config = { operations: ['administer'], target: LOG_TARGET } as const;

  app.post(
    '/v1/audit/erasures',
    {
      config,
      schema: {
        summary:
          'Erase values, names, context and metadata of an event, or of all about an object or an actor',
        tags: ['audit'],
        body: ErasureRequestSchema,
        response: { 200: ErasureSchema },
      },
    },
    async (request, reply) => {
      const done = await core.erasures.erase(callerOf(request), request.body as ErasureRequest);
      nameEvents(reply, done.eventIds);
      return done;
    },
  );

  app.get(
    '/v1/audit/erasures',
    {
      config,
      schema: {
        summary: 'Erasures that are under way, and those that lately were',
        tags: ['audit'],
        response: { 200: Type.Object({ data: Type.Array(ErasureSchema) }, { additionalProperties: false }) },
      },
    },
    async request => ({ data: core.erasures.list(callerOf(request)) }),
  );
}

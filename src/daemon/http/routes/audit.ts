// Audit queries: search, one event, counts.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { DataEventSchema } from '../../../shared/data-event.js';
import { Problem } from '../../../shared/problem.js';
import { SUMMARY_KEYS, type SummaryKey } from '../../../shared/vocabulary.js';
import type { Core } from '../../core/core.js';
import { pageOf } from '../answers.js';
import { AuditCountQuerySchema, AuditQuerySchema } from '../audit-parameters.js';
import { pageBytes, single } from '../page.js';
import { parseAuditQuery } from '../query-filter.js';
import { callerOf, LOG_TARGET } from '../route.js';

const SummarySchema = Type.Object({
  data: Type.Array(
    Type.Object({
      key: Type.String(),
      count: Type.Integer({ description: 'Occurrences.' }),
      firstAt: Type.Integer({ description: 'Milliseconds since the Unix epoch.' }),
      lastAt: Type.Integer({ description: 'Milliseconds since the Unix epoch.' }),
    }),
  ),
  partial: Type.Optional(
    Type.Literal(true, { description: 'Counted so far: the whole would read too much.' }),
  ),
  stale: Type.Optional(
    Type.Literal(true, { description: 'Something that was acknowledged is not in the log yet.' }),
  ),
});

const EventPageSchema = Type.Object({
  ...pageOf(DataEventSchema).properties,
  within: Type.Optional(
    Type.String({
      description: 'With `browse`: what questions that follow from the events are asked with, for a day.',
    }),
  ),
});

export function auditRoutes(app: FastifyInstance, core: Core): void {
  const operations = ['audit.log', 'audit.object', 'own'] as const;

  app.get(
    '/v1/audit/events',
    {
      config: { operations, target: LOG_TARGET },
      schema: {
        summary: 'Who did what to which object, and when',
        tags: ['audit'],
        querystring: AuditQuerySchema,
        response: { 200: EventPageSchema },
      },
    },
    async (request, reply) => {
      const page = await core.audit.search(
        callerOf(request),
        parseAuditQuery(request.query as Record<string, string | string[]>),
      );
      return reply.type('application/json').send(pageBytes(page));
    },
  );

  app.get(
    '/v1/audit/events/:id',
    {
      config: {
        operations,
        target: request => ({ type: 'events', id: (request.params as { id: string }).id || '-' }),
      },
      schema: {
        summary: 'One event',
        tags: ['audit'],
        params: Type.Object({ id: Type.String({ description: 'Its id, or its `seq`.' }) }),
        response: { 200: DataEventSchema },
      },
    },
    async (request, reply) =>
      reply
        .type('application/json')
        .send(Buffer.from(await core.audit.event(callerOf(request), (request.params as { id: string }).id))),
  );

  app.get(
    '/v1/audit/summary',
    {
      config: { operations, target: LOG_TARGET },
      schema: {
        summary: 'Counts, the most frequent first, under the filters of every query',
        tags: ['audit'],
        querystring: Type.Object(
          { ...AuditCountQuerySchema.properties, by: Type.String({ description: SUMMARY_KEYS.join(', ') }) },
          { additionalProperties: true },
        ),
        response: { 200: SummarySchema },
      },
    },
    async request => {
      const { by: _, ...query } = request.query as Record<string, string | string[]>;
      const by = single(request.query as Record<string, unknown>, 'by') as SummaryKey;
      if (!SUMMARY_KEYS.includes(by)) {
        const reason = `must be one of ${SUMMARY_KEYS.join(', ')}`;
        throw new Problem('bad_request', `by ${reason}.`, { errors: [{ field: 'by', reason }] });
      }
      const { order: _order, ...asked } = parseAuditQuery(query, ['limit', 'within']);
      const { rows, partial, stale } = await core.audit.summary(callerOf(request), { ...asked, by });
      return {
        data: rows,
        ...(partial ? { partial: true as const } : {}),
        ...(stale ? { stale: true as const } : {}),
      };
    },
  );
}

// Statistics of the log, an actor or a target.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { StatsSchema } from '../../../shared/audit-stats.js';
import { Problem } from '../../../shared/problem.js';
import type { Core } from '../../core/core.js';
import { AuditCountQuerySchema } from '../audit-parameters.js';
import { single } from '../page.js';
import { parseAuditQuery } from '../query-filter.js';
import { callerOf, LOG_TARGET } from '../route.js';

export function statsRoutes(app: FastifyInstance, core: Core): void {
  app.get(
    '/v1/audit/stats',
    {
      config: { operations: ['audit.log', 'audit.object', 'own'], target: LOG_TARGET },
      schema: {
        summary: 'Who and what is busiest, what was done and when: at once for the log, an actor or a target',
        tags: ['audit'],
        querystring: Type.Object(
          {
            ...AuditCountQuerySchema.properties,
            limit: Type.Optional(
              Type.String({ description: 'Of the busiest, 1 to 1000; 50 when left out.' }),
            ),
            timeZone: Type.Optional(
              Type.String({ description: 'IANA name for days and hours; UTC when left out.' }),
            ),
          },
          { additionalProperties: true },
        ),
        response: { 200: StatsSchema },
      },
    },
    async request => {
      const { timeZone: _, ...query } = request.query as Record<string, string | string[]>;
      const timeZone = timeZoneOf(single(request.query as Record<string, unknown>, 'timeZone'));
      const { order: _order, ...asked } = parseAuditQuery(query, ['limit', 'within']);
      return core.audit.stats(callerOf(request), { ...asked, timeZone });
    },
  );
}

/** @throws Problem `bad_request` for what is no time zone */
function timeZoneOf(name = 'UTC'): string {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    const reason = 'must be a time zone like UTC or Europe/Berlin';
    throw new Problem('bad_request', `timeZone ${reason}.`, { errors: [{ field: 'timeZone', reason }] });
  }
}

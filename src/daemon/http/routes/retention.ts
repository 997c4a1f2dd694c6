// What retention would remove and erase now.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { RetentionPreviewSchema, type RetentionQuestion } from '../../../shared/retention.js';
import type { Core } from '../../core/core.js';
import { refuseUnknown, single } from '../page.js';
import { callerOf, LOG_TARGET } from '../route.js';

const QuerySchema = Type.Object(
  {
    retention: Type.Optional(
      Type.String({ description: 'As if `audit.retention` were this; what it is when left out.' }),
    ),
    rules: Type.Optional(
      Type.String({
        description: 'As if `audit.retentionRules` were this, as JSON; what they are when left out.',
      }),
    ),
  },
  { additionalProperties: true },
);

type Query = Record<string, string | string[]>;

export function retentionRoutes(app: FastifyInstance, core: Core): void {
  app.get(
    '/v1/audit/retention',
    {
      config: { operations: ['administer'], target: LOG_TARGET },
      schema: {
        summary: 'What retention would remove and erase now',
        tags: ['audit'],
        querystring: QuerySchema,
        response: { 200: RetentionPreviewSchema },
      },
    },
    async request => {
      const query = request.query as Query;
      refuseUnknown(query, Object.keys(QuerySchema.properties));
      const retention = single(query, 'retention');
      const rules = single(query, 'rules');
      const question: RetentionQuestion = {
        ...(retention === undefined ? {} : { retention }),
        ...(rules === undefined ? {} : { rules }),
      };
      return core.retention.preview(callerOf(request), question);
    },
  );
}

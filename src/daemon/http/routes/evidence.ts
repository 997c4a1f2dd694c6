// Tamper evidence: the checkpoint of the log, and proofs that an event is in it and that it has only grown.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CheckpointSchema, EventProofSchema, GrowthProofSchema } from '../../../shared/api.js';
import type { Core } from '../../core/core.js';
import { callerOf, LOG_TARGET } from '../route.js';

export function evidenceRoutes(app: FastifyInstance, core: Core): void {
  app.get(
    '/v1/audit/checkpoint',
    {
      config: { operations: ['service.read'], target: LOG_TARGET },
      schema: {
        summary: 'What the log is at the moment, signed',
        tags: ['audit'],
        response: { 200: CheckpointSchema },
      },
    },
    async request => core.evidence.checkpoint(callerOf(request)),
  );

  app.get(
    '/v1/audit/proofs/inclusion',
    {
      config: { operations: ['audit.log'], target: LOG_TARGET },
      schema: {
        summary: 'That an event is in the log',
        tags: ['audit'],
        querystring: Type.Object(
          { event: Type.String({ minLength: 1, description: 'The id of the event.' }) },
          { additionalProperties: false },
        ),
        response: { 200: EventProofSchema },
      },
    },
    async request => core.evidence.eventProof(callerOf(request), (request.query as { event: string }).event),
  );

  app.get(
    '/v1/audit/proofs/consistency',
    {
      config: { operations: ['audit.log'], target: LOG_TARGET },
      schema: {
        summary: 'That the log has only grown',
        tags: ['audit'],
        querystring: Type.Object(
          {
            from: Type.String({
              pattern: '^(0|[1-9][0-9]{0,15})$',
              description: 'How many events the log had at an earlier checkpoint.',
            }),
          },
          { additionalProperties: false },
        ),
        response: { 200: GrowthProofSchema },
      },
    },
    async request =>
      core.evidence.growthProof(callerOf(request), Number((request.query as { from: string }).from)),
  );
}

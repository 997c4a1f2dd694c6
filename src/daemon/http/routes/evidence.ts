// Tamper evidence: the checkpoint of the log, and proofs that an event is in it and that it has only grown.
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CheckpointSchema, EventProofSchema, GrowthProofSchema } from '../../../shared/api.js';
import type { Core } from '../../core/core.js';
import { callerOf, LOG_TARGET } from '../route.js';

const SIZE = '^(0|[1-9][0-9]{0,15})$';

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
              pattern: SIZE,
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

  app.get(
    '/v1/audit/verification',
    {
      config: { operations: ['audit.log'], target: LOG_TARGET },
      schema: {
        summary: 'Recompute the whole log: lines that say how far it is, the last one what was found',
        tags: ['audit'],
        querystring: Type.Object(
          {
            since: Type.Optional(
              Type.String({
                pattern: `${SIZE.slice(0, -1)}:[A-Za-z0-9+/]{43}=$`,
                description: 'Up to where it was verified before: SIZE:ROOT, as in a checkpoint.',
              }),
            ),
            resume: Type.Optional(
              Type.String({
                pattern: '^[0-9a-f-]{36}$',
                description:
                  'A verification of the same caller that was interrupted in the last ten minutes, as its first line named it.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description:
              'Each line a JSON object: the first one `verification`, then `progress`, the last one `verdict`.',
            content: { 'application/x-ndjson': { schema: Type.String() } },
          },
        },
      },
    },
    async (request, reply) => {
      const { since, resume } = request.query as { since?: string; resume?: string };
      const [size, root] = since?.split(':') ?? [];
      const verified = root === undefined ? undefined : { size: Number(size), root };
      const lines = await core.verification.begin(callerOf(request), {
        ...(verified === undefined ? {} : { since: verified }),
        ...(resume === undefined ? {} : { resume }),
      });
      reply.header('content-type', 'application/x-ndjson').header('cache-control', 'no-store');
      return reply.send(Readable.from(ndjson(lines)));
    },
  );
}

async function* ndjson(lines: AsyncGenerator<unknown>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

// The service itself: health, status, keys, and what this API is.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { type KeyInfo, KeySchema, StatusSchema } from '../../../shared/api.js';
import type { Core } from '../../core/core.js';
import { pageOf } from '../answers.js';
import { callerOf, nameEvents } from '../route.js';

export function serviceRoutes(app: FastifyInstance, core: Core): void {
  app.get(
    '/healthz',
    {
      config: { operations: 'public' },
      schema: {
        summary: 'Whether it is there',
        tags: ['service'],
        response: {
          200: Type.Object({
            status: Type.Literal('ok'),
            version: Type.String(),
            instance: Type.String(),
            pid: Type.Integer(),
          }),
        },
      },
    },
    async () => core.service.health(),
  );

  app.get(
    '/.well-known/jwks.json',
    {
      config: { operations: 'public' },
      schema: {
        summary: 'The public keys of access tokens (RFC 7517)',
        tags: ['service'],
        response: { 200: Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) }) },
      },
    },
    async () => core.service.jwks() as never,
  );

  app.get(
    '/v1/status',
    {
      config: { operations: ['service.read'] },
      schema: { summary: 'How the daemon is doing', tags: ['service'], response: { 200: StatusSchema } },
    },
    async request => core.service.status(callerOf(request)),
  );

  app.get(
    '/metrics',
    {
      config: { operations: ['service.inspect'] },
      schema: {
        summary: 'The same for a monitor: Prometheus text format 0.0.4',
        tags: ['service'],
        response: { 200: { description: 'Metrics.', content: { 'text/plain': { schema: Type.String() } } } },
      },
    },
    async (request, reply) => {
      const text = core.service.metrics(callerOf(request));
      return reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(text);
    },
  );

  app.get(
    '/v1/keys',
    {
      config: { operations: ['administer'] },
      schema: {
        summary: 'The keys of access tokens and of checkpoints',
        tags: ['service'],
        response: { 200: pageOf(KeySchema) },
      },
    },
    async request => ({ data: core.service.listKeys(callerOf(request)), next: null, prev: null }),
  );

  app.post(
    '/v1/keys/rotate',
    {
      config: { operations: ['administer'], target: () => ({ type: 'keys', id: '-' }) },
      schema: {
        summary: 'Make a new key for access tokens, or for checkpoints',
        tags: ['service'],
        querystring: Type.Object(
          {
            use: Type.Optional(
              Type.Union([Type.Literal('tokens'), Type.Literal('checkpoints')], {
                description: 'What it signs; access tokens when left out.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 201: KeySchema },
      },
    },
    async (request, reply) => {
      const { use } = request.query as { use?: KeyInfo['use'] };
      const caller = callerOf(request);
      const { answer, eventIds } = await (use === 'checkpoints'
        ? core.service.rotateCheckpointKey(caller)
        : core.service.rotateKeys(caller));
      nameEvents(reply, eventIds);
      return reply.code(201).send(answer);
    },
  );
}

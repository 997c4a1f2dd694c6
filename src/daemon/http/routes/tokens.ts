// API tokens for CI and for programs that report.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { NewTokenSchema, type TokenRequest, TokenRequestSchema, TokenSchema } from '../../../shared/api.js';
import type { Core } from '../../core/core.js';
import { nothing, pageOf } from '../answers.js';
import { flagOf, refuseUnknown } from '../page.js';
import { callerOf, nameEvents } from '../route.js';

export function tokenRoutes(app: FastifyInstance, core: Core): void {
  app.get(
    '/v1/tokens',
    {
      config: { operations: ['own.credentials', 'administer'] },
      schema: {
        summary: "One's own API tokens; with `all=true`, as administrator, everybody's",
        tags: ['tokens'],
        querystring: Type.Object({ all: Type.Optional(Type.String()) }),
        response: { 200: pageOf(TokenSchema) },
      },
    },
    async request => {
      const query = request.query as Record<string, unknown>;
      refuseUnknown(query, ['all']);
      return {
        data: await core.tokens.list(callerOf(request), flagOf(query, 'all')),
        next: null,
        prev: null,
      };
    },
  );

  app.post(
    '/v1/tokens',
    {
      config: { operations: ['own.credentials'], target: () => ({ type: 'tokens', id: '-' }) },
      schema: {
        summary: 'Make an API token; its secret is shown this once',
        tags: ['tokens'],
        body: TokenRequestSchema,
        response: { 201: NewTokenSchema },
      },
    },
    async (request, reply) => {
      const { answer, eventIds } = await core.tokens.create(callerOf(request), request.body as TokenRequest);
      nameEvents(reply, eventIds);
      return reply.code(201).send(answer);
    },
  );

  app.delete(
    '/v1/tokens/:id',
    {
      config: {
        operations: ['own.credentials', 'administer'],
        target: request => ({ type: 'tokens', id: (request.params as { id: string }).id || '-' }),
      },
      schema: {
        summary: 'Revoke an API token',
        tags: ['tokens'],
        params: Type.Object({ id: Type.String() }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      nameEvents(reply, await core.tokens.revoke(callerOf(request), (request.params as { id: string }).id));
      return reply.code(204).send();
    },
  );
}

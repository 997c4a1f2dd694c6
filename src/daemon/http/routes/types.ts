// The types of records: the built-in ones and the user's own.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import {
  type TypeDefinition,
  TypeDefinitionSchema,
  type TypeRevision,
  TypeRevisionSchema,
  TypeSchema,
} from '../../../shared/api.js';
import type { Core } from '../../core/core.js';
import { nothing, pageOf } from '../answers.js';
import { flagOf, refuseUnknown } from '../page.js';
import { callerOf, nameEvents } from '../route.js';

const params = Type.Object({ name: Type.String() });
const nameOf = (request: FastifyRequest) => (request.params as { name: string }).name;
const target = (request: FastifyRequest) => ({ type: 'types', id: nameOf(request) || '-' });

export function typeRoutes(app: FastifyInstance, core: Core): void {
  app.get(
    '/v1/types',
    {
      config: { operations: ['service.read'] },
      schema: { summary: 'Every type', tags: ['types'], response: { 200: pageOf(TypeSchema) } },
    },
    async request => ({ data: await core.types.list(callerOf(request)), next: null, prev: null }),
  );

  app.get(
    '/v1/types/:name',
    {
      config: { operations: ['service.read'], target },
      schema: { summary: 'One type', tags: ['types'], params, response: { 200: TypeSchema } },
    },
    async request => core.types.show(callerOf(request), nameOf(request)),
  );

  app.post(
    '/v1/types',
    {
      config: { operations: ['administer'], target: () => ({ type: 'types', id: '-' }) },
      schema: {
        summary: 'Define a type by a JSON Schema (2020-12)',
        tags: ['types'],
        querystring: Type.Object({
          allowReported: Type.Optional(
            Type.String({ description: 'Also if other programs report events of it.' }),
          ),
        }),
        body: TypeDefinitionSchema,
        response: { 201: TypeSchema },
      },
    },
    async (request, reply) => {
      const query = request.query as Record<string, unknown>;
      refuseUnknown(query, ['allowReported']);
      const { answer, eventIds } = await core.types.define(
        callerOf(request),
        request.body as TypeDefinition,
        flagOf(query, 'allowReported'),
      );
      nameEvents(reply, eventIds);
      return reply.code(201).header('location', `/v1/types/${answer.name}`).send(answer);
    },
  );

  app.put(
    '/v1/types/:name',
    {
      config: { operations: ['administer'], target },
      schema: {
        summary: 'A new version of a type, which every record must fit',
        tags: ['types'],
        params,
        body: TypeRevisionSchema,
        response: { 200: TypeSchema },
      },
    },
    async (request, reply) => {
      const revision = request.body as TypeRevision;
      const { answer, eventIds } = await core.types.revise(callerOf(request), nameOf(request), revision);
      nameEvents(reply, eventIds);
      return answer;
    },
  );

  app.delete(
    '/v1/types/:name',
    {
      config: { operations: ['administer'], target },
      schema: {
        summary: 'Delete a type: an empty one, or with `purge=true` its records too',
        tags: ['types'],
        params,
        querystring: Type.Object({ purge: Type.Optional(Type.String()) }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const query = request.query as Record<string, unknown>;
      refuseUnknown(query, ['purge']);
      nameEvents(reply, await core.types.delete(callerOf(request), nameOf(request), flagOf(query, 'purge')));
      return reply.code(204).send();
    },
  );
}

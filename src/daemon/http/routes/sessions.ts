// Log in, renew, list, log out, who am I; passwords.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import {
  type Credentials,
  CredentialsSchema,
  MeSchema,
  PasswordChangeSchema,
  RefreshSchema,
  SessionSchema,
  SessionTokensSchema,
} from '../../../shared/api.js';
import type { Core } from '../../core/core.js';
import { nothing, pageOf } from '../answers.js';
import { callerOf, nameEvents } from '../route.js';

const id = Type.Object({ id: Type.String() });

export function sessionRoutes(app: FastifyInstance, core: Core): void {
  app.post(
    '/v1/sessions',
    {
      config: { operations: 'public' },
      schema: {
        summary: 'Log in',
        tags: ['sessions'],
        body: CredentialsSchema,
        response: { 201: SessionTokensSchema },
      },
    },
    async (request, reply) => {
      const { answer, eventIds } = await core.signIn.signIn(request.body as Credentials, request.facts);
      nameEvents(reply, eventIds);
      return reply.code(201).send(answer);
    },
  );

  app.post(
    '/v1/sessions/refresh',
    {
      config: { operations: 'public' },
      schema: {
        summary: 'Renew a session',
        tags: ['sessions'],
        body: RefreshSchema,
        response: { 200: SessionTokensSchema },
      },
    },
    async request =>
      core.signIn.renew((request.body as { refreshToken: string }).refreshToken, request.facts),
  );

  app.get(
    '/v1/sessions',
    {
      config: { operations: ['own.credentials'] },
      schema: { summary: "One's own sessions", tags: ['sessions'], response: { 200: pageOf(SessionSchema) } },
    },
    async request => ({ data: await core.signIn.list(callerOf(request)), next: null, prev: null }),
  );

  app.delete(
    '/v1/sessions/:id',
    {
      config: {
        operations: ['own.credentials'],
        target: request => ({ type: 'sessions', id: (request.params as { id: string }).id || '-' }),
      },
      schema: {
        summary: 'End a session (`current`: log out)',
        tags: ['sessions'],
        params: id,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      nameEvents(reply, await core.signIn.end(callerOf(request), (request.params as { id: string }).id));
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/me',
    {
      config: { operations: ['service.read'] },
      schema: { summary: 'Who am I', tags: ['sessions'], response: { 200: MeSchema } },
    },
    async request => core.service.me(callerOf(request)),
  );

  app.put(
    '/v1/users/:id/password',
    {
      config: {
        operations: ['own.credentials', 'administer'],
        target: request => ({ type: 'users', id: (request.params as { id: string }).id || '-' }),
      },
      schema: {
        summary: "Set a password: one's own with the current one, or as administrator anybody's",
        tags: ['sessions'],
        params: id,
        body: PasswordChangeSchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id: userId } = request.params as { id: string };
      nameEvents(reply, await core.signIn.setPassword(callerOf(request), userId, request.body as never));
      return reply.code(204).send();
    },
  );
}

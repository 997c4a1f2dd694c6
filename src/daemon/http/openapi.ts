// The API document (OpenAPI 3.1), made from the very schemas that validate.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { PROBLEMS } from '../../shared/problem.js';
import type { Core } from '../core/core.js';
import { POLICY } from '../core/policy.js';
import { callerOf } from './route.js';

const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.Enum(Object.keys(PROBLEMS)),
    requestId: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), reason: Type.String() }))),
  },
  { description: 'RFC 9457.' },
);

/** Begins the document; to be called before any route is declared. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'whodid',
        version,
        description: 'Who did what to which object, and when.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: 'http://127.0.0.1:4180', description: 'The default TCP listener.' }],
      tags: [
        { name: 'sessions', description: 'Logging in and out.' },
        { name: 'records', description: 'Records of every type.' },
        { name: 'types', description: 'The types of records.' },
        { name: 'tokens', description: 'API tokens.' },
        { name: 'audit', description: 'The audit log.' },
        { name: 'service', description: 'The service itself.' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An access or API token.' },
        },
      },
      security: [{ bearer: [] }],
    },
    transform({ schema, url, route }) {
      const { operations } = route.config ?? {};
      const method = String(Array.isArray(route.method) ? route.method[0] : route.method).toLowerCase();
      const needs = Array.isArray(operations)
        ? `Needs: ${operations.map(operation => `\`${operation}\` (${POLICY[operation as keyof typeof POLICY].roles.join(', ')})`).join(' or ')}.`
        : 'Needs no token.';
      return {
        url,
        schema: {
          ...schema,
          operationId: `${method}${url.replace(/[^A-Za-z]+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '')}`,
          description: needs,
          ...(operations === 'public' ? { security: [] } : {}),
          response: {
            ...(schema?.response as object),
            '4XX': {
              description: 'A problem.',
              content: { 'application/problem+json': { schema: ProblemSchema } },
            },
          },
        },
      };
    },
  });
}

export function openApiRoute(app: FastifyInstance, core: Core): void {
  app.get(
    '/v1/openapi.json',
    {
      config: { operations: ['service.read'] },
      schema: {
        summary: 'This document',
        tags: ['service'],
        response: { 200: Type.Object({}, { additionalProperties: true }) },
      },
    },
    async request => {
      core.service.see(callerOf(request));
      return app.swagger() as never;
    },
  );
}

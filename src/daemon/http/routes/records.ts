// Records of every type: create, read, list, update, delete.
import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import Type from 'typebox';
import { Problem } from '../../../shared/problem.js';
import type { Core } from '../../core/core.js';
import type { RecordBody, StoredRecord, WriteRequest, Written } from '../../core/records.js';
import { nothing, pageOf, RecordSchema } from '../answers.js';
import { etag, ifMatch, isKnown } from '../conditions.js';
import {
  formatListCursor,
  type ListDirection,
  limitOf,
  listIdentity,
  orderOf,
  parseListCursor,
  single,
} from '../page.js';
import { callerOf, nameEvents, prefersMinimal } from '../route.js';

interface RecordParams {
  type: string;
  id: string;
}

/** Parameters of a list that are not filters on fields. */
const LIST_PARAMETERS = ['limit', 'cursor', 'order'];

const MAX_KEY_LENGTH = 255;

const shown = ({ id, body }: StoredRecord) => ({ id, ...body });
const typeParams = Type.Object({ type: Type.String() });
const recordParams = Type.Object({ type: Type.String(), id: Type.String() });

const recordTarget = (request: FastifyRequest) => {
  const { type, id } = request.params as Partial<RecordParams>;
  return { type: type || 'routes', id: id || '-' };
};

/** The key of a create that can be sent again, and what it is bound to. */
function idempotency(request: FastifyRequest, secret: Uint8Array): Pick<WriteRequest, 'idempotency'> {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return {};
  const key = String(header);
  if (key.length === 0 || key.length > MAX_KEY_LENGTH || !/^[\x21-\x7e]+$/.test(key)) {
    const reason = `must be 1 to ${MAX_KEY_LENGTH} visible ASCII characters`;
    throw new Problem('bad_request', `Idempotency-Key ${reason}.`, {
      errors: [{ field: 'Idempotency-Key', reason }],
    });
  }
  const fingerprint = createHmac('sha256', secret)
    .update(JSON.stringify([request.method, request.url, request.body]))
    .digest();
  return { idempotency: { key, fingerprint } };
}

function bodyOf(request: FastifyRequest): RecordBody {
  const { body } = request;
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw new Problem('invalid', 'The body must be a JSON object with the fields of the record.');
  }
  return body as RecordBody;
}

/** What is answered, with the headers that go with it; a handler that returns a value costs less than one that sends. */
function writtenAnswer(
  reply: FastifyReply,
  { record, eventIds }: Written,
  minimal: boolean,
): RecordBody | undefined {
  reply.header('etag', etag(record.version));
  nameEvents(reply, eventIds);
  if (!minimal) return shown(record);
  reply.header('preference-applied', 'return=minimal');
  return undefined;
}

export function recordRoutes(app: FastifyInstance, core: Core): void {
  /** A GET and its HEAD, which the API document does not name apart. */
  function readable(route: Omit<RouteOptions, 'method'>): void {
    app.route({ ...route, method: 'GET' });
    app.route({ ...route, method: 'HEAD', schema: { ...route.schema, hide: true } });
  }

  readable({
    url: '/v1/records/:type',
    config: {
      operations: ['records.read'],
      target: request => ({ type: 'types', id: (request.params as RecordParams).type || '-' }),
    },
    schema: {
      summary: 'List records, by id; equality filters on any declared field',
      tags: ['records'],
      params: typeParams,
      querystring: Type.Object(
        {
          limit: Type.Optional(Type.String({ description: '1 to 1000; 50 when left out.' })),
          cursor: Type.Optional(Type.String()),
          order: Type.Optional(Type.String({ description: 'asc or desc, by id.' })),
        },
        { additionalProperties: true },
      ),
      response: { 200: pageOf(RecordSchema) },
    },
    async handler(request, reply) {
      const { type } = request.params as RecordParams;
      const query = request.query as Record<string, unknown>;
      const limit = limitOf(query);
      const order = orderOf(query);
      // From entries, which make a field of whatever name they have: `__proto__` is refused like any other.
      const where: Record<string, string> = Object.fromEntries(
        Object.keys(query)
          .filter(field => !LIST_PARAMETERS.includes(field))
          .map(field => [field, single(query, field)!]),
      );
      const minimal = prefersMinimal(request) || request.method === 'HEAD';
      const identity = listIdentity(type, where, order);
      const cursorText = single(query, 'cursor');
      const cursor = cursorText === undefined ? undefined : parseListCursor(cursorText, identity);
      const caller = callerOf(request);
      const page = (after: number | undefined, direction: ListDirection, quiet: boolean, most = limit) =>
        core.records.list(caller, type, {
          where,
          limit: most,
          order: (order === 'asc') === (direction === 'next') ? 'asc' : 'desc',
          minimal: quiet,
          ...(after === undefined ? {} : { after }),
        });
      const direction = cursor?.direction ?? 'next';
      const { records, next: beyond } = await page(cursor?.after, direction, minimal);
      if (direction === 'prev') records.reverse();
      const onward = beyond === null ? null : formatListCursor({ after: beyond, direction }, identity);

      /** A cursor the other way from where this page began, if there is anything. Looking shows nobody a record. */
      async function back(): Promise<string | null> {
        if (cursor === undefined) return null;
        const opposite = direction === 'next' ? 'prev' : 'next';
        // The page before ended with the record of the cursor.
        const upwards = (order === 'asc') === (direction === 'next');
        const after = cursor.after + (upwards ? 1 : -1);
        const { records: found, next: more } = await page(after, opposite, true, 1);
        return found.length === 0 && more === null
          ? null
          : formatListCursor({ after, direction: opposite }, identity);
      }

      if (prefersMinimal(request)) reply.header('preference-applied', 'return=minimal');
      const [next, prev] = direction === 'next' ? [onward, await back()] : [await back(), onward];
      return { data: minimal ? records.map(({ id }) => ({ id })) : records.map(shown), next, prev };
    },
  });

  app.post(
    '/v1/records/:type',
    {
      config: { operations: ['records.write', 'administer'], target: recordTarget },
      schema: {
        summary: 'Create a record',
        tags: ['records'],
        params: typeParams,
        body: Type.Object({}, { additionalProperties: true, description: 'The fields of the type.' }),
        response: { 201: RecordSchema },
      },
    },
    async (request, reply) => {
      const { type } = request.params as RecordParams;
      const minimal = prefersMinimal(request);
      const written = await core.records.create(callerOf(request), type, bodyOf(request), {
        minimal,
        ...idempotency(request, core.secret),
      });
      reply.code(201).header('location', `/v1/records/${encodeURIComponent(type)}/${written.record.id}`);
      return writtenAnswer(reply, written, minimal);
    },
  );

  readable({
    url: '/v1/records/:type/:id',
    config: { operations: ['records.read'], target: recordTarget },
    schema: {
      summary: 'One record',
      tags: ['records'],
      params: recordParams,
      response: { 200: RecordSchema, 304: nothing },
    },
    async handler(request, reply) {
      const { type, id } = request.params as RecordParams;
      const caller = callerOf(request);
      if (request.method === 'HEAD' || request.headers['if-none-match'] !== undefined) {
        const version = await core.records.version(caller, type, id);
        reply.header('etag', etag(version));
        if (isKnown(request, version)) return reply.code(304).send();
        if (request.method === 'HEAD') return reply.type('application/json').send();
      }
      const record = await core.records.view(caller, type, id);
      reply.header('etag', etag(record.version));
      return shown(record);
    },
  });

  app.patch(
    '/v1/records/:type/:id',
    {
      config: { operations: ['records.write', 'administer', 'own'], target: recordTarget },
      schema: {
        summary: 'Change a record by a JSON merge patch (RFC 7396)',
        tags: ['records'],
        params: recordParams,
        body: Type.Object(
          {},
          { additionalProperties: true, description: 'The fields to change; null removes one.' },
        ),
        response: { 200: RecordSchema, 204: nothing },
      },
    },
    async (request, reply) => {
      const { type, id } = request.params as RecordParams;
      const minimal = prefersMinimal(request);
      const written = await core.records.update(callerOf(request), type, id, bodyOf(request), {
        minimal,
        ...ifMatch(request),
      });
      if (minimal) reply.code(204);
      return writtenAnswer(reply, written, minimal);
    },
  );

  app.delete(
    '/v1/records/:type/:id',
    {
      config: { operations: ['records.write', 'administer'], target: recordTarget },
      schema: {
        summary: 'Delete a record',
        tags: ['records'],
        params: recordParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { type, id } = request.params as RecordParams;
      const eventIds = await core.records.delete(callerOf(request), type, id, {
        minimal: true,
        ...ifMatch(request),
      });
      nameEvents(reply, eventIds);
      return reply.code(204).send();
    },
  );
}

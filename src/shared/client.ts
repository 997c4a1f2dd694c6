// A typed client of the daemon's HTTP API: what the command line, the demo and the tests speak through. Schemas
// are not loaded here, only their types, so that a command starts as fast as node does.
//
//   const client = createClient({ endpoint: { kind: 'socket', path }, token: async () => accessToken });
//   const page = await client.audit.events({ include: { target: ['notes:17'] } });
import type { KeyInfo, NewToken, ReportSummary, SessionTokens, TypeInfo } from './api.js';
import { CHECKPOINT_HEADER, THROUGH_HEADER } from './audit-export.js';
import { auditParams } from './audit-query.js';
import type { Client, RecordObject, WriteOptions, Written, WrittenRecord } from './client-api.js';
import type { Erasure } from './erasure.js';
import { followEvents } from './event-stream.js';
import { createExchanger, type ExchangeOptions, segment } from './exchange.js';
import { makeBackup } from './make-backup.js';
import { formatRef, type ObjectRef } from './object-ref.js';
import { Problem } from './problem.js';
import type { Revert } from './revert.js';
import { type Call, readText } from './transport.js';
import { verifyLog } from './verify-log.js';

export type * from './client-api.js';

export type ClientOptions = ExchangeOptions;

/** A client of the daemon at one endpoint. */
export function createClient(options: ClientOptions): Client {
  const exchanger = createExchanger(options);

  async function ask<T>(call: Call): Promise<{ body: T; headers: Record<string, string | undefined> }> {
    const answer = await exchanger.send(call);
    const text = await readText(answer.body);
    const header = (name: string) => {
      const value = answer.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    };
    return {
      body: parseAnswer<T>(text),
      headers: { etag: header('etag'), location: header('location'), events: header('audit-event-id') },
    };
  }
  const get = async <T>(path: string, query?: URLSearchParams, headers?: Record<string, string>) =>
    (await ask<T>({ method: 'GET', path, query, headers })).body;
  const send = <T>(method: Call['method'], path: string, body: unknown, extra: Partial<Call> = {}) =>
    ask<T>({ method, path, ...extra, ...jsonBody(body, extra.headers) });
  const written = ({ headers }: { headers: Record<string, string | undefined> }): Written => ({
    eventIds: headers.events?.split(/[ ,]+/).filter(id => id !== '') ?? [],
  });
  const recordPath = (type: string, id: string) => `/v1/records/${segment(type)}/${segment(id)}`;

  async function writeRecord(
    call: { method: 'POST' | 'PATCH'; path: string; id?: string; contentType: string },
    body: string | object,
    write: WriteOptions,
  ): Promise<WrittenRecord> {
    const answer = await ask<RecordObject | undefined>({
      method: call.method,
      path: call.path,
      headers: { ...writeHeaders(write), 'content-type': call.contentType },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const record = write.minimal ? undefined : answer.body;
    const located = answer.headers.location?.split('/').at(-1);
    const id = call.id ?? answer.body?.id ?? (located === undefined ? '' : decodeURIComponent(located));
    return {
      id,
      ...written(answer),
      ...(record === undefined ? {} : { record }),
      ...(answer.headers.etag === undefined ? {} : { etag: answer.headers.etag }),
    };
  }

  return {
    status: () => get('/v1/status'),
    me: () => get('/v1/me'),
    setPassword: async (user, change) =>
      written(await send('PUT', `/v1/users/${segment(user)}/password`, change)),
    sessions: {
      create: async credentials =>
        (await send<SessionTokens>('POST', '/v1/sessions', credentials, { anonymous: true })).body,
      refresh: async refreshToken =>
        (await send<SessionTokens>('POST', '/v1/sessions/refresh', { refreshToken }, { anonymous: true }))
          .body,
      list: () => get('/v1/sessions'),
      end: async id => written(await ask({ method: 'DELETE', path: `/v1/sessions/${segment(id)}` })),
    },
    tokens: {
      list: flags => get('/v1/tokens', trueParams(flags)),
      create: async request => (await send<NewToken>('POST', '/v1/tokens', request)).body,
      revoke: async id => written(await ask({ method: 'DELETE', path: `/v1/tokens/${segment(id)}` })),
    },
    types: {
      list: () => get('/v1/types'),
      get: name => get(`/v1/types/${segment(name)}`),
      define: async (definition, flags) =>
        (await send<TypeInfo>('POST', '/v1/types', definition, { query: trueParams(flags) })).body,
      revise: async (name, revision, flags) =>
        (await send<TypeInfo>('PUT', `/v1/types/${segment(name)}`, revision, { query: trueParams(flags) }))
          .body,
      delete: async (name, flags) =>
        written(
          await ask({ method: 'DELETE', path: `/v1/types/${segment(name)}`, query: trueParams(flags) }),
        ),
    },
    records: {
      list(type, query = {}) {
        const params = new URLSearchParams(query.where);
        if (query.limit !== undefined) params.set('limit', String(query.limit));
        if (query.cursor !== undefined) params.set('cursor', query.cursor);
        return get(`/v1/records/${segment(type)}`, params, query.minimal ? MINIMAL : undefined);
      },
      async get(type, id) {
        const answer = await ask<RecordObject>({ method: 'GET', path: recordPath(type, id) });
        const { etag } = answer.headers;
        return { record: answer.body, ...(etag === undefined ? {} : { etag }) };
      },
      create: (type, body, write = {}) =>
        writeRecord(
          { method: 'POST', path: `/v1/records/${segment(type)}`, contentType: 'application/json' },
          body,
          write,
        ),
      update: (type, id, patch, write = {}) =>
        writeRecord(
          { method: 'PATCH', path: recordPath(type, id), id, contentType: 'application/merge-patch+json' },
          patch,
          write,
        ),
      delete: async (type, id, write = {}) =>
        written(await ask({ method: 'DELETE', path: recordPath(type, id), headers: writeHeaders(write) })),
    },
    audit: {
      events: query => get('/v1/audit/events', auditParams(query ?? {})),
      event: id => get(`/v1/audit/events/${segment(id)}`),
      stats({ timeZone, ...query } = {}) {
        const params = auditParams(query);
        if (timeZone !== undefined) params.set('timeZone', timeZone);
        return get('/v1/audit/stats', params);
      },
      summary(query, by) {
        const params = auditParams(query);
        params.set('by', by);
        return get('/v1/audit/summary', params);
      },
      async export({ format, after, through, proofs, signal, ...filter }) {
        const params = auditParams(filter);
        params.set('format', format);
        params.set('after', String(after));
        if (through !== undefined) params.set('through', String(through));
        if (proofs) params.set('proofs', 'true');
        const { headers, body } = await exchanger.send({
          method: 'GET',
          path: '/v1/audit/export',
          query: params,
          ...(signal === undefined ? {} : { signal }),
        });
        return {
          through: Number(headers[THROUGH_HEADER]),
          checkpoint: Buffer.from(String(headers[CHECKPOINT_HEADER]), 'base64').toString(),
          bytes: body,
        };
      },
      history: (target, query) => get('/v1/audit/history', objectParams(target, query)),
      blame: (target, moment) => get('/v1/audit/blame', objectParams(target, moment)),
      state: (target, moment) => get('/v1/audit/state', objectParams(target, moment)),
      revert: async (request, write = {}) =>
        (await send<Revert>('POST', '/v1/audit/reverts', request, { headers: writeHeaders(write) })).body,
      erase: async (request, write = {}) =>
        (await send<Erasure>('POST', '/v1/audit/erasures', request, { headers: writeHeaders(write) })).body,
      erasures: () => get('/v1/audit/erasures'),
      retention: question => get('/v1/audit/retention', new URLSearchParams({ ...question })),
      report: async (ndjson, { signal } = {}) =>
        (
          await ask<ReportSummary>({
            method: 'POST',
            path: '/v1/audit/events',
            headers: { 'content-type': 'application/x-ndjson' },
            body: ndjson,
            ...(signal === undefined ? {} : { signal }),
          })
        ).body,
      checkpoint: () => get('/v1/audit/checkpoint'),
      prove: id => get('/v1/audit/proofs/inclusion', new URLSearchParams({ event: id })),
      growth: from => get('/v1/audit/proofs/consistency', new URLSearchParams({ from: String(from) })),
      verify: options => verifyLog(exchanger, options),
      follow: (query, follow) => followEvents(exchanger, query, follow),
    },
    backup: (directory, options) => makeBackup(exchanger, directory, options),
    keys: {
      list: () => get('/v1/keys'),
      rotate: async (use = 'tokens') => {
        const query = new URLSearchParams({ use });
        return (await ask<KeyInfo>({ method: 'POST', path: '/v1/keys/rotate', query })).body;
      },
    },
    request: async <T>(call: Call) => (await ask<T>(call)).body,
    close: () => exchanger.close(),
  };
}

const MINIMAL = { prefer: 'return=minimal' };

function jsonBody(body: unknown, headers?: Record<string, string>): Pick<Call, 'body' | 'headers'> {
  return { body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } };
}

function writeHeaders(options: WriteOptions): Record<string, string> {
  return {
    ...(options.minimal ? MINIMAL : {}),
    ...(options.ifMatch === undefined ? {} : { 'if-match': options.ifMatch }),
    ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
    ...(options.comment === undefined ? {} : { 'x-audit-comment': headerText(options.comment) }),
  };
}

/** Text as a header carries it: its UTF-8 bytes, which node:http takes as Latin-1 characters. */
function headerText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function objectParams({ type, id }: ObjectRef, more: object = {}): URLSearchParams {
  const params = new URLSearchParams({ target: formatRef(type, id) });
  for (const [name, value] of Object.entries(more)) if (value !== undefined) params.set(name, String(value));
  return params;
}

function trueParams(flags: Record<string, boolean | undefined> = {}): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, on] of Object.entries(flags)) if (on) params.set(name, 'true');
  return params;
}

function parseAnswer<T>(text: string): T {
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Problem('unavailable', 'The answer is not the JSON that whodid sends: is the address right?');
  }
}

// Exports of the log: a stream of lines in the order of seq, as fast as the reader takes them.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import {
  CHECKPOINT_HEADER,
  EXPORT_FORMATS,
  type ExportFormat,
  isExportFormat,
  THROUGH_HEADER,
} from '../../../shared/audit-export.js';
import { Problem } from '../../../shared/problem.js';
import type { Core } from '../../core/core.js';
import type { ExportRequest } from '../../core/exports.js';
import { AuditFilterQuerySchema } from '../audit-parameters.js';
import { flagOf, single } from '../page.js';
import { parseAuditQuery } from '../query-filter.js';
import { callerOf, LOG_TARGET } from '../route.js';

const { limit: _limit, ...filters } = AuditFilterQuerySchema.properties;
const OWN_PARAMETERS = ['format', 'after', 'through', 'proofs'];

type Query = Record<string, string | string[]>;

export function exportRoutes(app: FastifyInstance, core: Core): void {
  app.get(
    '/v1/audit/export',
    {
      config: { operations: ['audit.log'], target: LOG_TARGET },
      schema: {
        summary: 'The events that match as a stream of lines, in the order of seq',
        tags: ['audit'],
        querystring: Type.Object(
          {
            ...filters,
            format: Type.Optional(
              Type.String({ description: `${Object.keys(EXPORT_FORMATS).join(', ')}; jsonl when left out.` }),
            ),
            after: Type.Optional(Type.String({ description: 'Begin after this seq.' })),
            through: Type.Optional(Type.String({ description: 'End with this seq.' })),
            proofs: Type.Optional(
              Type.String({ description: 'true: each line a proof against the checkpoint of `through`.' }),
            ),
          },
          { additionalProperties: true },
        ),
        response: {
          200: {
            description: `Lines, as they are made; ${THROUGH_HEADER} says up to which seq they go, ${CHECKPOINT_HEADER} (base64) is a checkpoint that covers it.`,
            content: Object.fromEntries(
              [...new Set(Object.values(EXPORT_FORMATS))].map(type => [type, { schema: Type.String() }]),
            ),
          },
        },
      },
    },
    async (request, reply) => {
      const wanted = requestOf(request.query as Query);
      const { through, checkpoint, head, parts } = await core.exports.open(callerOf(request), wanted);
      return reply
        .type(EXPORT_FORMATS[wanted.format])
        .header(THROUGH_HEADER, String(through))
        .header(CHECKPOINT_HEADER, Buffer.from(checkpoint).toString('base64'))
        .header('cache-control', 'no-store')
        .send(Readable.from(bytesOf(head, parts(welcome(core, request))), { objectMode: false }));
    },
  );
}

/** The caller's token is looked at again for each part: an export can outlast it. */
function welcome(core: Core, request: FastifyRequest): () => Promise<unknown> {
  const bearer = request.headers.authorization?.slice('Bearer '.length) ?? '';
  return () => core.identity.authenticate(bearer);
}

async function* bytesOf(
  head: string,
  parts: AsyncIterable<{ data: Uint8Array }>,
): AsyncGenerator<Uint8Array> {
  if (head !== '') yield Buffer.from(head);
  for await (const { data } of parts) if (data.length > 0) yield data;
}

const bad = (field: string, reason: string) =>
  new Problem('bad_request', `${field} ${reason}.`, { errors: [{ field, reason }] });

/** @throws Problem `bad_request` */
function requestOf(query: Query): ExportRequest {
  const rest = Object.fromEntries(Object.entries(query).filter(([name]) => !OWN_PARAMETERS.includes(name)));
  const { filter } = parseAuditQuery(rest, []);
  const format = formatOf(single(query, 'format') ?? 'jsonl');
  const proofs = flagOf(query, 'proofs');
  if (proofs && format !== 'jsonl') throw bad('proofs', 'can be had with the format jsonl alone');
  const after = seqOf(query, 'after') ?? 0;
  const through = seqOf(query, 'through');
  if (through !== undefined && through < after) throw bad('through', 'is before after');
  return { filter, format, proofs, after, ...(through === undefined ? {} : { through }) };
}

function formatOf(text: string): ExportFormat {
  if (isExportFormat(text)) return text;
  throw bad('format', `must be one of ${Object.keys(EXPORT_FORMATS).join(', ')}`);
}

function seqOf(query: Query, name: string): number | undefined {
  const text = single(query, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw bad(name, 'must be the seq of an event');
  return Number(text);
}

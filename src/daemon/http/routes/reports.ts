// Events that other programs report: one, an array, or NDJSON that is stored as it arrives.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ReportSummarySchema } from '../../../shared/api.js';
import { ReportedEventSchema } from '../../../shared/data-event.js';
import { Problem } from '../../../shared/problem.js';
import type { Core } from '../../core/core.js';
import type { ReportResult } from '../../core/report-result.js';
import { MAX_REPORT_BATCH, type ReportLine } from '../../core/reports.js';
import { bearerOf } from '../authn.js';
import { CHECKED_BY_HANDLER } from '../bodies.js';
import { readLines } from '../lines.js';
import { callerOf, LOG_TARGET, nameEvents } from '../route.js';

function summary({ stored, repeated, refused, lastRefused: last }: ReportResult) {
  const named = refused.map(({ line, reason }) => ({ line, reason }));
  if (last !== undefined) {
    const { line, between, reason } = last;
    named.push({
      line,
      reason: between === 0 ? reason : `and ${between} more lines before this one; ${reason}`,
    });
  }
  return { stored, repeated, refused: named };
}

async function* inBatches(
  lines: AsyncIterable<ReportLine> | Iterable<ReportLine>,
): AsyncGenerator<ReportLine[]> {
  let batch: ReportLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length === MAX_REPORT_BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

export function reportRoutes(app: FastifyInstance, core: Core): void {
  app.post(
    '/v1/audit/events',
    {
      config: { operations: ['events.report'], target: LOG_TARGET, takesLines: true },
      schema: {
        summary: 'Report events of another program: one, an array, or NDJSON',
        tags: ['audit'],
        body: {
          content: {
            'application/json': {
              schema: {
                ...Type.Union([ReportedEventSchema, Type.Array(ReportedEventSchema)]),
                [CHECKED_BY_HANDLER]: true,
              },
            },
            'application/x-ndjson': {
              schema: { ...Type.String({ description: 'One event a line.' }), [CHECKED_BY_HANDLER]: true },
            },
          },
        },
        response: { 200: ReportSummarySchema },
      },
    },
    async (request, reply) => {
      const report = core.reports.begin(callerOf(request));
      const { body } = request;
      const single = !isStream(body) && !Array.isArray(body);
      const lines = isStream(body)
        ? readLines(body)
        : (Array.isArray(body) ? body : [body]).map((value, index) => ({
            line: index + 1,
            parsed: { value },
          }));
      const bearer = bearerOf(request);
      for await (const batch of inBatches(lines)) {
        // A report can last: who may not report any more is stopped at the next batch.
        const principal = await core.identity.authenticate(bearer);
        await report.take({ principal, facts: request.facts }, batch);
      }
      const result = report.result();
      if (single && result.refused.length > 0) {
        const { reason, errors } = result.refused[0]!;
        throw new Problem(
          'invalid',
          `The event was refused: ${reason}.`,
          errors === undefined ? {} : { errors },
        );
      }
      nameEvents(reply, result.eventIds);
      return summary(result);
    },
  );
}

const isStream = (body: unknown): body is AsyncIterable<Buffer> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

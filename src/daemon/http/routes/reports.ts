// Events that other programs report: one, an array, or NDJSON that is stored as it arrives.
import { Readable } from 'node:stream';
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
import { LineTooLong, readLines } from '../lines.js';
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

/** A report that ends at a line which is too long: what became of those before it. */
function cutShort({ line, reason }: LineTooLong, result: ReportResult) {
  const { stored, repeated, refused } = summary(result);
  const counts = `${stored} stored, ${repeated} known already, ${refused.length + (result.lastRefused?.between ?? 0)} refused`;
  return new Problem(
    'too_large',
    `Line ${line} ${reason}, so the report ends before it: ${counts}. Shorten or leave out that line and send it again; what is stored is recognised.`,
    {
      errors: [...refused, { line, reason }].map(({ line, reason }) => ({ field: `line ${line}`, reason })),
    },
  );
}

/** Batches of lines; what came before an error of reading them is a batch too. */
async function* inBatches(
  lines: AsyncIterable<ReportLine> | Iterable<ReportLine>,
): AsyncGenerator<ReportLine[]> {
  let batch: ReportLine[] = [];
  let failure: { error: unknown } | undefined;
  try {
    for await (const line of lines) {
      batch.push(line);
      if (batch.length === MAX_REPORT_BATCH) {
        yield batch;
        batch = [];
      }
    }
  } catch (error) {
    failure = { error };
  }
  if (batch.length > 0) yield batch;
  if (failure !== undefined) throw failure.error;
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
      try {
        for await (const batch of inBatches(lines)) {
          // A report can last: who may not report any more is stopped at the next batch.
          const principal = await core.identity.authenticate(bearer);
          await report.take({ principal, facts: request.facts }, batch);
        }
      } catch (error) {
        throw error instanceof LineTooLong ? cutShort(error, report.result()) : error;
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

const isStream = (body: unknown): body is Readable => body instanceof Readable;

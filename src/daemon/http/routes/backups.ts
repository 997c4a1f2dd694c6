// Making a backup: lines of JSON that say how far it is, the last one what came of it.
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { BackupRequestSchema } from '../../../shared/api.js';
import { Problem } from '../../../shared/problem.js';
import type { Core } from '../../core/core.js';
import type { ProblemLog } from '../problems.js';
import { callerOf, LOG_TARGET } from '../route.js';

export function backupRoutes(app: FastifyInstance, core: Core, log: ProblemLog): void {
  app.post(
    '/v1/backups',
    {
      config: { operations: ['administer'], target: LOG_TARGET },
      schema: {
        summary: 'Write a backup into a directory of the daemon’s machine, while it works',
        tags: ['service'],
        body: BackupRequestSchema,
        response: {
          200: {
            description: 'Each line a JSON object: `progress`, the last one `backup`, or `problem`.',
            content: { 'application/x-ndjson': { schema: Type.String() } },
          },
        },
      },
    },
    async (request, reply) => {
      const { directory } = request.body as { directory: string };
      const lines = core.backups.begin(callerOf(request), directory);
      reply.header('content-type', 'application/x-ndjson').header('cache-control', 'no-store');
      return reply.send(Readable.from(ndjson(lines, log, request.id)));
    },
  );
}

/** The answer has begun when something goes wrong, so what it is stands in the last line. */
async function* ndjson(
  lines: AsyncGenerator<unknown>,
  log: ProblemLog,
  requestId: string,
): AsyncGenerator<string> {
  try {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  } catch (error) {
    if (!(error instanceof Problem)) log.error('A backup failed.', { error, requestId });
    const { code, message } =
      error instanceof Problem
        ? error
        : new Problem('internal', `The backup failed. The daemon's log has the reason under ${requestId}.`);
    yield `${JSON.stringify({ problem: { code, message } })}\n`;
  }
}

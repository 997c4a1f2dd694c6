// Undoing one event, and bringing an object back to how it stood.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Moment } from '../../../shared/object-history.js';
import { parseRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import { type RevertRequest, RevertRequestSchema, RevertSchema } from '../../../shared/revert.js';
import type { Core } from '../../core/core.js';
import { ifMatch } from '../conditions.js';
import { callerOf, LOG_TARGET, nameEvents } from '../route.js';

const invalid = (field: string, reason: string) =>
  new Problem('invalid', `${field} ${reason}.`, { errors: [{ field, reason }] });

/** The object and the moment that a request names. @throws Problem `invalid` */
function restoration({ target = '', time, seq }: RevertRequest) {
  const ref = parseRef(target);
  if (ref === undefined || ref.id === '') throw invalid('target', 'must be one object, TYPE:ID');
  if ((time === undefined) === (seq === undefined))
    throw invalid('time', 'or seq must be given beside target');
  const moment: Moment = time === undefined ? { seq: seq! } : { time };
  return { ref, moment };
}

/** Of an event that is to be undone only the core knows what it is about. */
function restoredTarget(request: FastifyRequest) {
  const { target } = (request.body ?? {}) as { target?: unknown };
  const ref = typeof target === 'string' ? parseRef(target) : undefined;
  return ref === undefined || ref.id === '' ? LOG_TARGET() : ref;
}

export function revertRoutes(app: FastifyInstance, core: Core): void {
  app.post(
    '/v1/audit/reverts',
    {
      config: {
        operations: ['records.write', 'administer', 'own', 'audit.object', 'audit.log'],
        target: restoredTarget,
      },
      schema: {
        summary: 'Undo one event, or bring an object back to how it stood at a moment',
        tags: ['audit'],
        body: RevertRequestSchema,
        response: { 200: RevertSchema },
      },
    },
    async (request, reply) => {
      const body = request.body as RevertRequest;
      const { event, preview = false } = body;
      const options = { preview, ...ifMatch(request) };
      const caller = callerOf(request);
      if (event !== undefined && (body.target ?? body.time ?? body.seq) !== undefined) {
        throw invalid('event', 'cannot be given beside target, time or seq');
      }
      const restored = event === undefined ? restoration(body) : undefined;
      const done =
        restored === undefined
          ? await core.reverts.event(caller, event!, options)
          : await core.reverts.object(caller, restored.ref, restored.moment, options);
      nameEvents(reply, done.eventIds);
      return done;
    },
  );
}

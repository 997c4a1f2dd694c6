// What is derived from the events about one object: its history, who set each field, its state at a moment.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import {
  BlameSchema,
  HistoryLineSchema,
  type Moment,
  ObjectStateSchema,
} from '../../../shared/object-history.js';
import { type ObjectRef, parseRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import type { Core } from '../../core/core.js';
import { pageOf } from '../answers.js';
import { within } from '../audit-parameters.js';
import { pageBytes, refuseUnknown, single } from '../page.js';
import { parseAuditQuery, parseTime } from '../query-filter.js';
import { callerOf, LOG_TARGET } from '../route.js';

const optional = (description: string) => Type.Optional(Type.String({ description }));

const target = Type.String({ description: 'TYPE:ID' });
const momentParameters = {
  time: optional('As of this time, inclusive; milliseconds or RFC 3339. Now when left out.'),
  seq: optional('As of this event, instead of a time.'),
};

const HistoryQuerySchema = Type.Object(
  {
    target,
    field: optional('Changes of this field alone.'),
    since: optional('Inclusive; milliseconds or RFC 3339.'),
    until: optional('Exclusive; milliseconds or RFC 3339.'),
    limit: optional('Lines, 1 to 1000; 50 when left out.'),
    order: optional('desc (newest first) or asc.'),
    cursor: optional('`next` or `prev` of an earlier page of the same query.'),
  },
  { additionalProperties: true },
);
const HISTORY_PARAMETERS = Object.keys(HistoryQuerySchema.properties);

const MomentQuerySchema = Type.Object(
  { target, ...momentParameters, within },
  { additionalProperties: true },
);
const MOMENT_PARAMETERS = Object.keys(MomentQuerySchema.properties);

const historyPage = Type.Object({
  ...pageOf(HistoryLineSchema).properties,
  removedThrough: Type.Optional(
    Type.Integer({
      description:
        'On the page that goes back furthest: the events up to this `seq` were removed from the log, as retention has it.',
    }),
  ),
});

type Query = Record<string, string | string[]>;

const bad = (field: string, reason: string) =>
  new Problem('bad_request', `${field} ${reason}.`, { errors: [{ field, reason }] });

function namedTarget({ target }: Query): ObjectRef | undefined {
  const ref = typeof target === 'string' ? parseRef(target) : undefined;
  return ref?.id === '' ? undefined : ref;
}

function targetOf(query: Query): ObjectRef {
  single(query, 'target');
  const ref = namedTarget(query);
  if (ref === undefined) throw bad('target', 'must be one object, TYPE:ID');
  return ref;
}

/** @throws Problem `bad_request` for both at once, or for what is neither */
function momentOf(query: Query): Moment {
  const time = single(query, 'time');
  const seq = single(query, 'seq');
  if (time !== undefined && seq !== undefined) throw bad('seq', 'cannot be given beside time');
  if (seq !== undefined && !/^[1-9]\d{0,14}$/.test(seq)) throw bad('seq', 'must be a whole number from 1');
  return {
    ...(time === undefined ? {} : { time: parseTime('time', time) }),
    ...(seq === undefined ? {} : { seq: Number(seq) }),
  };
}

function asked(request: FastifyRequest): { target: ObjectRef; moment: Moment; within: string | undefined } {
  const query = request.query as Query;
  refuseUnknown(query, MOMENT_PARAMETERS);
  return { target: targetOf(query), moment: momentOf(query), within: single(query, 'within') };
}

export function historyRoutes(app: FastifyInstance, core: Core): void {
  const config = {
    operations: ['audit.log', 'audit.object'],
    target: (request: FastifyRequest) => namedTarget(request.query as Query) ?? LOG_TARGET(),
  } as const;

  app.get(
    '/v1/audit/history',
    {
      config,
      schema: {
        summary: 'The life of one object: a line for each request, views folded',
        tags: ['audit'],
        querystring: HistoryQuerySchema,
        response: { 200: historyPage },
      },
    },
    async (request, reply) => {
      const query = request.query as Query;
      refuseUnknown(query, HISTORY_PARAMETERS);
      const { target: _, ...rest } = query;
      const page = await core.history.history(callerOf(request), targetOf(query), parseAuditQuery(rest));
      return reply.type('application/json').send(pageBytes(page));
    },
  );

  app.get(
    '/v1/audit/blame',
    {
      config,
      schema: {
        summary: 'For each field of one object, who set it, and when',
        tags: ['audit'],
        querystring: MomentQuerySchema,
        response: { 200: Type.Array(BlameSchema) },
      },
    },
    async request => {
      const { target, moment, within } = asked(request);
      return core.history.blame(callerOf(request), target, moment, within);
    },
  );

  app.get(
    '/v1/audit/state',
    {
      config,
      schema: {
        summary: 'One object as it stood at a moment, rebuilt from the log',
        tags: ['audit'],
        querystring: MomentQuerySchema,
        response: { 200: ObjectStateSchema },
      },
    },
    async request => {
      const { target, moment, within } = asked(request);
      return core.history.state(callerOf(request), target, moment, within);
    },
  );
}

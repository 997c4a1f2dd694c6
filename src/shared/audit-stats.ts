// Statistics of the log, of an actor or of a target: the shape of the answer, for the daemon's schema and the
// client's type.
import Type, { type Static } from 'typebox';
import { TimestampSchema } from './data-event.js';

const closed = { additionalProperties: false };

const events = Type.Integer({ description: 'Events.' });
const occurrences = Type.Integer({ description: 'What they stand for: the sum of their `count`.' });

export const CountSchema = Type.Object({ events, occurrences }, closed);

const BusySchema = Type.Object({ key: Type.String({ description: 'TYPE:ID' }), events, occurrences }, closed);

export const DaySchema = Type.Object(
  {
    day: Type.String({ description: 'YYYY-MM-DD in the time zone of the answer.' }),
    events,
    occurrences,
    viewed: Type.Integer({ description: 'Occurrences.' }),
    created: Type.Integer({ description: 'Occurrences.' }),
    changed: Type.Integer({ description: 'Occurrences.' }),
    deleted: Type.Integer({ description: 'Occurrences.' }),
  },
  closed,
);
export type DayCount = Static<typeof DaySchema>;

const moment = (description: string) => Type.Union([TimestampSchema, Type.Null()], { description });

export const StatsSchema = Type.Object(
  {
    events,
    occurrences,
    firstAt: moment('When the first was; null for none.'),
    lastAt: moment('When the last was.'),
    actions: Type.Object(
      { viewed: CountSchema, created: CountSchema, changed: CountSchema, deleted: CountSchema },
      closed,
    ),
    outcomes: Type.Object({ success: CountSchema, failure: CountSchema, denied: CountSchema }, closed),
    actors: Type.Array(BusySchema, { description: 'The busiest, the most occurrences first.' }),
    targets: Type.Array(BusySchema, { description: 'The busiest, the most occurrences first.' }),
    days: Type.Array(DaySchema, { description: 'Every day on which something happened, in order.' }),
    hours: Type.Array(Type.Array(Type.Integer()), {
      description: 'Occurrences by weekday (Monday first) and hour, 7 lists of 24, in the time zone.',
    }),
    timeZone: Type.String(),
    removed: Type.Optional(
      Type.Object(
        {
          events: Type.Integer({
            description: 'Events that the whole log had before those that are counted.',
          }),
          occurrences: Type.Integer({ description: 'What they stood for.' }),
          before: Type.Unsafe<number>({
            ...TimestampSchema,
            description: 'All of them were stored before this moment.',
          }),
        },
        {
          ...closed,
          description: 'What retention has removed from the log; not counted here. Absent if nothing.',
        },
      ),
    ),
    partial: Type.Optional(
      Type.Literal(true, {
        description:
          'Counted so far, the newest first, or the busiest of those compared: all would be too much.',
      }),
    ),
    stale: Type.Optional(Type.Literal(true)),
  },
  { ...closed, description: 'Who and what is busiest, what was done and when.' },
);
export type Stats = Static<typeof StatsSchema>;
export type BusyObject = Static<typeof BusySchema>;

// What is derived from the events about one object: its history, who set each field, its state at a moment. The
// shapes of the answers, for the daemon's schemas and the client's types.
import Type, { type Static } from 'typebox';
import { DataEventSchema, RedactionSchema, TimestampSchema } from './data-event.js';

const closed = { additionalProperties: false };

const seq = Type.Integer({ minimum: 1, description: 'Of the event, in the log.' });

export const BlameSchema = Type.Object(
  {
    field: Type.String(),
    value: Type.Unknown({
      description: 'Its value; null where the object has none, or the log does not hold it.',
    }),
    hidden: Type.Optional(
      Type.Enum(['secret', 'erased', 'unrecorded'], { description: 'Why the log does not hold the value.' }),
    ),
    actorType: Type.String({ description: 'Who set it last.' }),
    actorId: Type.String(),
    actorName: Type.Optional(Type.String()),
    timestamp: TimestampSchema,
    eventId: Type.String({ format: 'uuid', description: 'The event that set it last.' }),
    seq,
    changes: Type.Integer({ description: 'How many events named the field, its creation among them.' }),
    stale: Type.Optional(
      Type.Literal(true, { description: 'In every field while the log is catching up: there may be more.' }),
    ),
  },
  { ...closed, description: 'Who set a field, and when.' },
);
export type Blame = Static<typeof BlameSchema>;

export const ObjectStateSchema = Type.Object(
  {
    type: Type.String(),
    id: Type.String(),
    exists: Type.Boolean({ description: 'Whether the object existed at that moment.' }),
    state: Type.Record(Type.String(), Type.Unknown(), {
      description: 'The fields as they stood, as far as the log tells; absent is null.',
    }),
    seq: Type.Union([seq, Type.Null()], {
      description: 'The last event that had happened to the object; null before the first.',
    }),
    timestamp: Type.Union([TimestampSchema, Type.Null()], { description: 'When that was.' }),
    complete: Type.Boolean({
      description: 'Whether the log reaches back to where the object began, without a gap.',
    }),
    notRecorded: Type.Array(Type.String(), {
      description: 'Fields whose values the log does not hold: secret, erased, ignored or never recorded.',
    }),
    redactions: Type.Optional(
      Type.Array(RedactionSchema, { description: 'Which of them are secret or erased.' }),
    ),
    knownSince: Type.Optional(
      Type.Integer({ description: 'When the first event of the object in the log was, if not complete.' }),
    ),
    eventId: Type.Optional(Type.String({ format: 'uuid', description: 'The event of seq.' })),
    stale: Type.Optional(Type.Literal(true)),
  },
  { ...closed, description: 'An object as it stood at a moment.' },
);
export type ObjectState = Static<typeof ObjectStateSchema>;

export const ViewsSchema = Type.Object(
  {
    count: Type.Integer({ description: 'Occurrences.' }),
    actors: Type.Integer({ description: 'How many looked.' }),
    firstAt: TimestampSchema,
    lastAt: TimestampSchema,
  },
  closed,
);

export const HistoryLineSchema = Type.Object(
  {
    timestamp: TimestampSchema,
    seq,
    requestId: Type.Optional(Type.String()),
    events: Type.Array(DataEventSchema, {
      description: 'What one request did to the object, views aside. Empty where it was only looked at.',
    }),
    views: Type.Optional(ViewsSchema),
  },
  { ...closed, description: 'One request, or the views between two, in the life of an object.' },
);
export type HistoryLine = Static<typeof HistoryLineSchema>;

/** A moment in the life of an object: a time (inclusive, milliseconds since the Unix epoch) or a place in the log. */
export interface Moment {
  time?: number;
  /** The event with this seq is the last that counts. */
  seq?: number;
}

// The data event: the one definition of what travels from producer to logger, is stored and is returned.
// Schemas are TypeBox (JSON Schema 2020-12), types are derived from them.
import Type, { type Static, type TSchema } from 'typebox';
import { MAX_ID_LENGTH, TYPE_NAME } from './object-ref.js';
import { ACTIONS, OUTCOMES } from './vocabulary.js';

/** The version that this build writes into `schemaVersion`. */
export const SCHEMA_VERSION = 1;

/** How far ahead of the daemon's clock a reported `timestamp` may be, in milliseconds. */
export const MAX_CLOCK_AHEAD_MS = 5 * 60 * 1000;

export const ActionSchema = Type.Enum([...ACTIONS], { description: 'What happened.' });
export const OutcomeSchema = Type.Enum([...OUTCOMES], { description: 'What became of it.' });
export const TypeNameSchema = Type.String({
  pattern: TYPE_NAME.source,
  description: 'The type of an object.',
});
export const ObjectIdSchema = Type.String({
  minLength: 1,
  maxLength: MAX_ID_LENGTH,
  description: 'The id of an object.',
});
export const TimestampSchema = Type.Integer({
  minimum: 0,
  maximum: 8_640_000_000_000_000,
  description: 'Milliseconds since the Unix epoch, UTC.',
});

const name = (description: string) => Type.String({ minLength: 1, maxLength: 256, description });

/** `{ field: { prev, next } }`; `null` and absent are the same (RFC 7396). */
export const ChangesSchema = Type.Record(
  Type.String({ minLength: 1 }),
  Type.Object(
    {
      prev: Type.Unknown({ description: 'Any JSON value.' }),
      next: Type.Unknown({ description: 'Any JSON value.' }),
    },
    { additionalProperties: false },
  ),
  { description: 'What changed, for each top-level field.' },
);

export const ObjectRefSchema = Type.Object(
  { type: TypeNameSchema, id: ObjectIdSchema },
  { additionalProperties: false, description: 'One object.' },
);

/** The circumstances of an event; nothing else is ever recorded here. */
export const ContextSchema = Type.Object(
  {
    ip: Type.Optional(
      Type.String({ maxLength: 64, description: 'Where the request came from; absent for the Unix socket.' }),
    ),
    userAgent: Type.Optional(Type.String({ maxLength: 256, description: 'The program that sent it.' })),
    sessionId: Type.Optional(Type.String({ maxLength: 128, description: 'The session that it belongs to.' })),
    reason: Type.Optional(Type.String({ maxLength: 512, description: 'Why this outcome.' })),
    comment: Type.Optional(Type.String({ maxLength: 2048, description: "The actor's own justification." })),
    query: Type.Optional(Type.String({ maxLength: 4096, description: 'The audit query that was asked.' })),
  },
  { additionalProperties: false, description: 'The circumstances.' },
);

export const MetadataSchema = Type.Record(
  Type.String({ minLength: 1, maxLength: 128 }),
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
  { maxProperties: 50, description: "The reporter's own facts: at most 50 scalar keys, 8 KiB." },
);

/** Most bytes of `metadata`, as compact JSON. */
export const MAX_METADATA_BYTES = 8 * 1024;

export const RedactionSchema = Type.Object(
  {
    path: Type.String({ description: 'Which value is not the real one, as a JSON pointer (RFC 6901).' }),
    kind: Type.Enum(['secret', 'erased']),
  },
  { additionalProperties: false },
);

/** A name or a member of `context` in a stored event: null where it was erased (`redactions` says so). */
const erasable = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

/** The circumstances of a stored event. */
const StoredContextSchema = Type.Object(
  {
    ip: erasable(ContextSchema.properties.ip),
    userAgent: erasable(ContextSchema.properties.userAgent),
    sessionId: erasable(ContextSchema.properties.sessionId),
    reason: erasable(ContextSchema.properties.reason),
    comment: erasable(ContextSchema.properties.comment),
    query: erasable(ContextSchema.properties.query),
  },
  { additionalProperties: false, description: 'The circumstances. What was erased reads null.' },
);

/** What a producer says; the daemon adds the rest. */
const producerFields = {
  action: ActionSchema,
  timestamp: TimestampSchema,
  actorType: TypeNameSchema,
  actorId: ObjectIdSchema,
  targetType: TypeNameSchema,
  targetId: ObjectIdSchema,
  eventName: Type.Optional(name('A canonical name for localised descriptions, e.g. users.email.changed.')),
  changes: Type.Optional(ChangesSchema),
  actorName: Type.Optional(name('How the actor was called at that moment.')),
  targetName: Type.Optional(name('How the target was called at that moment.')),
  onBehalfOf: Type.Optional(ObjectRefSchema),
  tenantId: Type.Optional(name('The tenant that the event belongs to.')),
  requestId: Type.Optional(name('Joins all events of one request.')),
  correlationId: Type.Optional(name('Joins all events of one larger piece of work.')),
  count: Type.Optional(
    Type.Integer({ minimum: 1, description: 'How many like occurrences this event stands for.' }),
  ),
  context: Type.Optional(ContextSchema),
  metadata: Type.Optional(MetadataSchema),
};

/** What the daemon adds. */
const daemonFields = {
  id: Type.String({
    format: 'uuid',
    description: 'Given by the daemon: UUID v7, or v8 for a reported event (RFC 9562).',
  }),
  outcome: OutcomeSchema,
  redactions: Type.Optional(
    Type.Array(RedactionSchema, { description: 'Which values below are not the real ones.' }),
  ),
  source: Type.String({
    description: 'data-layer, daemon, or reported:<id of the reporting token’s owner>.',
  }),
  externalId: Type.Optional(name("The reporting program's own id of the event.")),
  schemaVersion: Type.Integer({ minimum: 1 }),
};

/** A stored event, as every query answers it. */
export const DataEventSchema = Type.Object(
  {
    seq: Type.Integer({ minimum: 1, description: 'Position in the log, without gaps; given by the logger.' }),
    ...producerFields,
    ...daemonFields,
    actorName: erasable(producerFields.actorName),
    targetName: erasable(producerFields.targetName),
    context: Type.Optional(StoredContextSchema),
    recordedAt: Type.Integer({ description: 'When the logger stored it, in milliseconds; never decreases.' }),
  },
  { $id: 'DataEvent', additionalProperties: false, description: 'Who did what to which object, and when.' },
);
export type DataEvent = Static<typeof DataEventSchema>;

const PendingEventSchema = Type.Object({ ...producerFields, ...daemonFields });

/** An event on its way to the logger: everything but what the logger gives, and nothing of it erased. */
export type PendingEvent = Static<typeof PendingEventSchema>;

/** What another program reports. `id` is its own id of the event and becomes `externalId`. */
export const ReportedEventSchema = Type.Object(
  {
    id: Type.Optional(name("The reporting program's own id of the event; a repeat is recognised by it.")),
    ...producerFields,
    outcome: Type.Optional(OutcomeSchema),
    schemaVersion: Type.Optional(Type.Literal(SCHEMA_VERSION)),
  },
  { $id: 'ReportedEvent', additionalProperties: false, description: 'An event of another program.' },
);
export type ReportedEvent = Static<typeof ReportedEventSchema>;

export type Changes = Static<typeof ChangesSchema>;
export type Context = Static<typeof ContextSchema>;
export type Redaction = Static<typeof RedactionSchema>;

// The bodies of the HTTP API beside the data event. Schemas validate requests, shape answers, make the OpenAPI
// document; the types below are what daemon and client share.
import Type, { type Static } from 'typebox';
import { DataEventSchema, ObjectIdSchema, TimestampSchema, TypeNameSchema } from './data-event.js';
import { LIMITS } from './limits.js';
import { RECORDING_LEVELS, ROLES, USER_ROLES } from './vocabulary.js';

const closed = { additionalProperties: false };

export const PasswordSchema = Type.String({
  minLength: 8,
  maxLength: 1024,
  description: 'At least 8 characters.',
});

export const CredentialsSchema = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 320 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
  },
  closed,
);
export type Credentials = Static<typeof CredentialsSchema>;

export const SessionTokensSchema = Type.Object(
  {
    accessToken: Type.String({ description: 'JWT (EdDSA), for the Authorization header.' }),
    refreshToken: Type.String({ description: 'Opaque; renews the session once.' }),
    expiresIn: Type.Integer({ description: 'Seconds until the access token expires.' }),
  },
  closed,
);
export type SessionTokens = Static<typeof SessionTokensSchema>;

export const RefreshSchema = Type.Object(
  { refreshToken: Type.String({ minLength: 1, maxLength: 256 }) },
  closed,
);

export const SessionSchema = Type.Object(
  {
    id: Type.String(),
    createdAt: TimestampSchema,
    lastUsedAt: TimestampSchema,
    expiresAt: TimestampSchema,
    ip: Type.Optional(Type.String()),
    userAgent: Type.Optional(Type.String()),
    current: Type.Boolean({ description: 'Whether this request belongs to it.' }),
  },
  closed,
);
export type Session = Static<typeof SessionSchema>;

export const MeSchema = Type.Object(
  {
    actorType: Type.Enum(['users', 'tokens']),
    id: Type.String(),
    name: Type.String(),
    email: Type.Optional(Type.String()),
    role: Type.Enum([...ROLES]),
    tenantId: Type.Optional(Type.String()),
    onBehalfOf: Type.Optional(
      Type.Object({ type: Type.String(), id: Type.String(), name: Type.String() }, closed),
    ),
    sessionId: Type.Optional(Type.String()),
    expiresAt: TimestampSchema,
    instance: Type.String(),
  },
  closed,
);
export type Me = Static<typeof MeSchema>;

export const PasswordChangeSchema = Type.Object(
  {
    password: PasswordSchema,
    currentPassword: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
  },
  closed,
);

export const TokenRequestSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128 }),
    role: Type.Enum([...ROLES]),
    expiresAt: TimestampSchema,
    tenantId: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    actorTypes: Type.Optional(Type.Array(TypeNameSchema, { minItems: 1, maxItems: 50 })),
    targetTypes: Type.Optional(Type.Array(TypeNameSchema, { minItems: 1, maxItems: 50 })),
  },
  closed,
);
export type TokenRequest = Static<typeof TokenRequestSchema>;

export const TokenSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    role: Type.Enum([...ROLES]),
    ownerId: Type.String(),
    createdAt: TimestampSchema,
    expiresAt: TimestampSchema,
    tenantId: Type.Optional(Type.String()),
    actorTypes: Type.Optional(Type.Array(Type.String())),
    targetTypes: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);
export type Token = Static<typeof TokenSchema>;

/** The answer to creating a token: the one time that the secret is shown. */
export const NewTokenSchema = Type.Object({ ...TokenSchema.properties, token: Type.String() }, closed);
export type NewToken = Static<typeof NewTokenSchema>;

const level = Type.Enum([...RECORDING_LEVELS]);
export const RecordingSchema = Type.Object(
  {
    viewed: Type.Optional(level),
    created: Type.Optional(level),
    changed: Type.Optional(level),
    deleted: Type.Optional(level),
  },
  { ...closed, description: 'How much of each action is recorded; `changes` when left out.' },
);

export type Recording = Static<typeof RecordingSchema>;

const jsonSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'JSON Schema 2020-12 of an object.',
});
export const TypeDefinitionSchema = Type.Object(
  { name: TypeNameSchema, schema: jsonSchema, record: Type.Optional(RecordingSchema) },
  closed,
);
export type TypeDefinition = Static<typeof TypeDefinitionSchema>;

export const TypeRevisionSchema = Type.Object(
  { schema: jsonSchema, record: Type.Optional(RecordingSchema) },
  closed,
);
export type TypeRevision = Static<typeof TypeRevisionSchema>;

export const TypeSchema = Type.Object(
  {
    name: Type.String(),
    builtIn: Type.Boolean(),
    version: Type.Integer(),
    schema: jsonSchema,
    record: RecordingSchema,
    fields: Type.Array(Type.String()),
  },
  closed,
);
export type TypeInfo = Static<typeof TypeSchema>;

export const UserBodySchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 256 }),
    email: Type.String({ minLength: 3, maxLength: 320, pattern: '^[^\\s@]+@[^\\s@]+$' }),
    agreedTos: Type.Boolean({ default: false }),
    role: Type.Enum([...USER_ROLES], { default: 'viewer' }),
    disabled: Type.Boolean({ default: false }),
  },
  closed,
);
export type User = Static<typeof UserBodySchema> & { id: string };

export const NoteBodySchema = Type.Object(
  {
    targetType: TypeNameSchema,
    targetId: ObjectIdSchema,
    fieldName: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    data: Type.String({ minLength: 1, maxLength: 65_536 }),
    creatorId: Type.String({ description: 'The user who wrote it; set by the daemon.' }),
    timestamp: TimestampSchema,
  },
  closed,
);
export type Note = Static<typeof NoteBodySchema> & { id: string };

export const StatusSchema = Type.Object(
  {
    pid: Type.Integer(),
    version: Type.String(),
    instance: Type.String(),
    url: Type.Union([Type.String(), Type.Null()], { description: 'The TCP address, or null with --no-tcp.' }),
    socket: Type.String({ description: 'The Unix socket.' }),
    storedSeq: Type.Integer({ description: 'The `seq` of the newest event in the log.' }),
    firstSeq: Type.Integer({ description: 'The `seq` of the first event that is not removed.' }),
    backlog: Type.Integer({ description: 'Events committed and not yet stored.' }),
    backlogLimit: Type.Integer(),
    logger: Type.Enum(['starting', 'running', 'restarting', 'stopped']),
    accepting: Type.Boolean({
      description: 'Whether changes are accepted (false past the backlog or disk limit).',
    }),
    freeDiskBytes: Type.Integer({
      description: 'Bytes that are free on the disk of the data directory.',
    }),
    minFreeBytes: Type.Integer({
      description: 'Below so many free bytes changes are refused, below half of it reads.',
    }),
    ballastBytes: Type.Integer({
      description: 'Bytes held back on the disk, to be freed when it is full; 0 while they are not.',
    }),
    checkpoints: Type.Optional(
      Type.String({
        description: 'Whether checkpoints leave as configured: ok, or why not; absent if none is to.',
      }),
    ),
    limits: Type.Array(
      Type.Object(
        {
          name: Type.Enum(LIMITS.map(({ name }) => name)),
          value: Type.Integer(),
          limit: Type.Integer(),
          unit: Type.Enum([...new Set(LIMITS.map(({ unit }) => unit))]),
        },
        closed,
      ),
      { description: 'What could grow, and how far it may.' },
    ),
    uptimeMs: Type.Integer(),
  },
  closed,
);
export type Status = Static<typeof StatusSchema>;

export const BackupRequestSchema = Type.Object(
  {
    directory: Type.String({
      minLength: 1,
      maxLength: 4096,
      description: 'An absolute path on the daemon’s machine: empty, or yet to be made.',
    }),
  },
  closed,
);

export const KeySchema = Type.Object(
  {
    kid: Type.String(),
    use: Type.Union([Type.Literal('tokens'), Type.Literal('checkpoints')], {
      description: 'What it signs: access tokens, or checkpoints of the log.',
    }),
    algorithm: Type.String(),
    createdAt: TimestampSchema,
    active: Type.Boolean({ description: 'Whether what is new is signed with it.' }),
  },
  closed,
);
export type KeyInfo = Static<typeof KeySchema>;

export const ReportSummarySchema = Type.Object(
  {
    stored: Type.Integer({ description: 'Events that are new.' }),
    repeated: Type.Integer({ description: 'Events that were known.' }),
    refused: Type.Array(
      Type.Object({ line: Type.Integer({ description: 'From 1.' }), reason: Type.String() }, closed),
    ),
  },
  closed,
);
export type ReportSummary = Static<typeof ReportSummarySchema>;

const checkpointNote = Type.String({
  description: 'The newest checkpoint of the log: a C2SP tlog-checkpoint, a signed note.',
});
const rotations = Type.Optional(
  Type.Array(Type.String(), {
    description:
      'How the key that signs followed those before it: a note for each that both keys signed, the oldest first.',
  }),
);
const hashes = Type.Array(Type.String(), { description: 'Hashes of the tree, base64, the deepest first.' });

export const CheckpointSchema = Type.Object(
  {
    checkpoint: checkpointNote,
    publicKey: Type.String({ description: 'The key that signs it, as signed notes write theirs.' }),
    rotations,
    stale: Type.Optional(
      Type.Literal(true, { description: 'Something that was acknowledged is not in the log yet.' }),
    ),
  },
  closed,
);
export type CheckpointAnswer = Static<typeof CheckpointSchema>;

export const EventProofSchema = Type.Object(
  {
    event: DataEventSchema,
    saltKey: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{32}$',
        description: 'The key of the salts in the leaf of the event; absent once something of it was erased.',
      }),
    ),
    salts: Type.Optional(
      Type.Array(Type.String({ pattern: '^(?:[0-9a-f]{32}|[A-Za-z0-9_-]{43})$' }), {
        description:
          'In its place: for each name, field, and member of context and metadata its salt, or of an erased one its digest, in the order of the canonical text.',
      }),
    ),
    hashes,
    checkpoint: checkpointNote,
    rotations,
  },
  { ...closed, description: 'That an event is in the log (RFC 6962): checked with the public key alone.' },
);
export type EventProof = Static<typeof EventProofSchema>;

export const GrowthProofSchema = Type.Object(
  { from: Type.Integer({ minimum: 0 }), hashes, checkpoint: checkpointNote, rotations },
  {
    ...closed,
    description: 'That the log of the checkpoint begins with its first `from` events (RFC 6962).',
  },
);
export type GrowthProof = Static<typeof GrowthProofSchema>;

/** A page of anything. */
export interface Page<T> {
  data: T[];
  next: string | null;
  prev: string | null;
  stale?: true;
  /** Of a history that goes no further back: the events up to this `seq` were removed from the log. */
  removedThrough?: number;
}

// Erasing what the log holds: what is asked for and what is answered, by `/v1/audit/erasures`.
import Type, { type Static } from 'typebox';
import { ERASURE_POINTER } from './erasure-path.js';

const closed = { additionalProperties: false };

const object = (description: string) => Type.Optional(Type.String({ maxLength: 600, description }));

export const ErasureRequestSchema = Type.Object(
  {
    event: Type.Optional(
      Type.String({
        pattern: '^(?:[0-9]{1,15}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$',
        description: 'Of this event: its id, or its `seq`.',
      }),
    ),
    target: object('Instead: of every event about this object, TYPE:ID …'),
    actor: object('… and of every event that this actor did, or that was done on their behalf, TYPE:ID.'),
    paths: Type.Optional(
      Type.Array(Type.String({ maxLength: 1024, pattern: ERASURE_POINTER }), {
        minItems: 1,
        maxItems: 100,
        description:
          'JSON pointers (RFC 6901) of what is to go: /actorName, /targetName, /changes/FIELD, /context/MEMBER, /metadata/KEY, or all of /changes, /context, /metadata. Everything that can go when left out.',
      }),
    ),
    preview: Type.Optional(Type.Boolean({ description: 'Only say what would go.' })),
  },
  { ...closed, description: 'What is to be erased from the log.' },
);
export type ErasureRequest = Static<typeof ErasureRequestSchema>;

export const ErasureSchema = Type.Object(
  {
    id: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
      description: 'Of the erasure; null for a preview.',
    }),
    state: Type.Enum(['preview', 'under way', 'done', 'failed'], {
      description: 'An erasure that is under way goes on by itself, also after a restart.',
    }),
    events: Type.Integer({ description: 'Events that lose something: so far, of one that is under way.' }),
    values: Type.Integer({ description: 'Values that go.' }),
    paths: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), events: Type.Integer() }, closed), {
        description: 'In a preview: what goes, and of how many events; the most frequent first.',
      }),
    ),
    eventIds: Type.Array(Type.String(), {
      description:
        'The events that say what was erased, the first 20; all have the `requestId` of the request.',
    }),
    reason: Type.Optional(Type.String({ description: 'Why it failed.' })),
  },
  closed,
);
export type Erasure = Static<typeof ErasureSchema>;

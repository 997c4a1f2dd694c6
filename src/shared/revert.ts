// Undoing: what is asked for and what is answered, by `POST /v1/audit/reverts`.
import Type, { type Static } from 'typebox';
import { ActionSchema, ChangesSchema, TimestampSchema } from './data-event.js';

const closed = { additionalProperties: false };

export const RevertRequestSchema = Type.Object(
  {
    event: Type.Optional(
      Type.String({
        pattern: '^(?:[0-9]{1,15}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$',
        description: 'The event to undo: its id, or its `seq`.',
      }),
    ),
    target: Type.Optional(
      Type.String({ maxLength: 600, description: 'Instead: the object to bring back, TYPE:ID.' }),
    ),
    time: Type.Optional(TimestampSchema),
    seq: Type.Optional(Type.Integer({ minimum: 1, description: 'Instead of a time: a place in the log.' })),
    preview: Type.Optional(Type.Boolean({ description: 'Only say what would be done.' })),
  },
  { ...closed, description: 'Undo one event, or bring an object back to how it stood at a moment.' },
);
export type RevertRequest = Static<typeof RevertRequestSchema>;

export const RevertSchema = Type.Object(
  {
    type: Type.String(),
    id: Type.String(),
    action: Type.Union([ActionSchema, Type.Null()], {
      description: 'What is done to the object; null where there is nothing to do.',
    }),
    changes: ChangesSchema,
    notRestored: Type.Array(Type.String(), {
      description: 'Fields that stay as they are, or absent: the log does not hold their values.',
    }),
    correlationId: Type.Union([Type.String(), Type.Null()], {
      description: 'The event undone, or the one after which the object stood so: what the new events carry.',
    }),
    etag: Type.Optional(
      Type.String({ description: 'Of the record as it stands; If-Match makes sure that it still does.' }),
    ),
    preview: Type.Boolean({ description: 'Whether nothing was done.' }),
    eventIds: Type.Array(Type.String(), { description: 'The events of what was done.' }),
  },
  closed,
);
export type Revert = Static<typeof RevertSchema>;

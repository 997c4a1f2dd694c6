// Shapes of answers that several routes give.
import Type, { type TSchema } from 'typebox';

/** An answer without a body. */
export const nothing = Type.Null({ description: 'No content.' });

const cursor = Type.Union([Type.String(), Type.Null()]);

/** `{ data, next, prev }` with items of a kind. */
export const pageOf = (item: TSchema) =>
  Type.Object({
    data: Type.Array(item),
    next: cursor,
    prev: cursor,
    stale: Type.Optional(Type.Literal(true)),
  });

/** A record of any type: its id and the fields of its type. */
export const RecordSchema = Type.Object(
  { id: Type.String() },
  { additionalProperties: true, description: 'A record: `id` and the fields of its type.' },
);

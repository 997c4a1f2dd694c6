// The types that every instance has: `users` and `notes`, made from the schemas that the API publishes.
import { NoteBodySchema, UserBodySchema } from '../../shared/api.js';
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';
import { compileType } from './compile-type.js';
import type { RecordType } from './record-type.js';
import { MARK } from './type-marks.js';

/** A schema with marks on some of its properties, as the plain JSON that answers show. */
function marked(schema: { properties: object }, marks: Record<string, JsonObject>): JsonObject {
  const properties: JsonObject = {};
  for (const [field, property] of Object.entries(plain(schema.properties))) {
    const mark = marks[field];
    properties[field] =
      mark === undefined || !isJsonObject(property) ? property : { ...property, [MARK]: mark };
  }
  return { ...plain(schema), properties };
}

const plain = (schema: object) => JSON.parse(JSON.stringify(schema)) as JsonObject;

/** People who can log in. Their password is no field: its hash lies apart, where no query of records reaches. */
const USERS = compileType({
  name: 'users',
  schema: marked(UserBodySchema, { name: { name: true }, email: { unique: true } }),
  builtIn: true,
});

/** Remarks on any object or one field of it. `creatorId` and `timestamp` are set by the core. */
const NOTES = compileType({
  name: 'notes',
  schema: marked(NoteBodySchema, { targetId: { indexed: true } }),
  builtIn: true,
});

export const BUILT_IN: readonly RecordType[] = [USERS, NOTES];

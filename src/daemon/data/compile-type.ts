// Turns the definition of a type into what the data layer works with: marks, levels of recording, and functions
// that normalize and validate bodies. Built-in types come this way as well as the user's own.
import type { Recording as GivenRecording } from '../../shared/api.js';
import { faultProblem } from '../../shared/field-faults.js';
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';
import { fieldPath } from '../../shared/json-pointer.js';
import { TYPE_NAME } from '../../shared/object-ref.js';
import type { FieldFault } from '../../shared/problem.js';
import { unknownFieldReason } from '../../shared/unknown-field.js';
import { RESERVED_NAMES } from '../../shared/vocabulary.js';
import type { RecordBody, RecordType } from './record-type.js';
import { readFieldMarks, readRecording } from './type-marks.js';
import { type CompiledSchema, compileSchema, schemaFaults } from './type-schema.js';

export interface TypeSource {
  name: string;
  /** JSON Schema 2020-12. */
  schema: JsonObject;
  /** Levels that win over those in the schema. */
  record?: GivenRecording;
  builtIn?: boolean;
}

/**
 * Compiles a type. The root is closed whether or not its schema says so.
 * @throws Problem `invalid` with `errors` that name where the definition is wrong.
 */
export function compileType({ name, schema, record, builtIn = false }: TypeSource): RecordType {
  const nameReason = nameFault(name);
  const faults = nameReason === undefined ? [] : [{ field: 'name', reason: nameReason }];
  // Ours are sound, as the tests check; compiling the meta-schema for them would be a tenth of the daemon's start.
  if (!builtIn) faults.push(...schemaFaults(schema));
  if (faults.length > 0) throw faultProblem('invalid', faults);

  const properties = schema.properties as JsonObject;
  const marks = readFieldMarks(properties, faults);
  const recording = readRecording(schema, record, faults);
  const compiled = compileSchema(schema);
  if (Array.isArray(compiled)) throw faultProblem('invalid', [...faults, ...compiled]);
  const defaults = defaultsOf(properties);
  faults.push(...defaultFaults(defaults, compiled));
  if (faults.length > 0) throw faultProblem('invalid', faults);

  const fields = new Set(Object.keys(properties));
  return {
    name,
    builtIn,
    schema,
    recording,
    fields,
    ...marks,
    normalize: body => normalize(body, fields, defaults),
    faults: bodyFaults({ name, fields, required: requiredOf(schema), secret: marks.secret, compiled }),
  };
}

function nameFault(name: string): string | undefined {
  if (!TYPE_NAME.test(name)) {
    return 'must start with a letter and have only letters, digits, _, . and - (at most 64)';
  }
  return RESERVED_NAMES.has(name) ? 'is the name of something that the daemon keeps itself' : undefined;
}

const requiredOf = ({ required }: JsonObject) => (Array.isArray(required) ? (required as string[]) : []);

function defaultsOf(properties: JsonObject): Map<string, unknown> {
  const defaults = new Map<string, unknown>();
  for (const [field, property] of Object.entries(properties)) {
    const value = isJsonObject(property) ? (property.default ?? null) : null;
    if (value !== null) defaults.set(field, value);
  }
  return defaults;
}

/** A default that its own schema refuses would make every create without the field fail. */
function defaultFaults(defaults: Map<string, unknown>, compiled: CompiledSchema): FieldFault[] {
  return [...defaults].flatMap(([field, value]) =>
    compiled
      .checkField(field, value)
      .map(({ reason }) => ({ field: `schema/properties/${field}/default`, reason })),
  );
}

/** Fields in the schema's order, unknown ones after them, so that equal bodies are equal as text. */
function normalize(
  body: RecordBody,
  fields: ReadonlySet<string>,
  defaults: ReadonlyMap<string, unknown>,
): RecordBody {
  const normalized: RecordBody = {};
  for (const field of fields) {
    const given = Object.hasOwn(body, field) ? (body[field] ?? null) : null;
    if (given !== null) normalized[field] = given;
    else if (defaults.has(field)) normalized[field] = structuredClone(defaults.get(field));
  }
  for (const [field, value] of Object.entries(body)) {
    if (!fields.has(field) && value !== null && value !== undefined) normalized[field] = value;
  }
  return normalized;
}

interface BodyRules {
  name: string;
  fields: ReadonlySet<string>;
  required: readonly string[];
  secret: ReadonlySet<string>;
  compiled: CompiledSchema;
}

/** Checks a normalized body: unknown and missing fields, then one fault for each field that has any. */
function bodyFaults({ name, fields, required, secret, compiled }: BodyRules): RecordType['faults'] {
  /** A fault inside a secret value is told without the names that the value is made of. */
  const veiled = (fault: FieldFault): FieldFault => {
    const [field = ''] = fault.field.split('/');
    return secret.has(field) && fault.field !== field ? { field, reason: 'does not fit its schema' } : fault;
  };
  return body => {
    const faults: FieldFault[] = [];
    for (const field of Object.keys(body)) {
      if (!fields.has(field)) {
        faults.push({ field: fieldPath([field]), reason: unknownFieldReason(field, name, fields) });
      }
    }
    const first = compiled.check(body);
    if (first.length === 0) return faults;
    for (const field of required) {
      if (!Object.hasOwn(body, field)) faults.push({ field, reason: 'is required' });
    }
    for (const [field, value] of Object.entries(body)) {
      if (fields.has(field)) faults.push(...compiled.checkField(field, value).map(veiled));
    }
    // What concerns several fields at once (`allOf`, `if`, `dependentRequired`) shows when each alone is right.
    return faults.length > 0 ? faults : first.map(veiled);
  };
}

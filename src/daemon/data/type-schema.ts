// What a schema must be before it can describe records: bounded, closed, complete in itself, and JSON Schema.
import { Ajv2020, MissingRefError, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { iJsonFaults } from '../../shared/i-json.js';
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';
import { canonicalJson } from '../../shared/log/canonical-json.js';
import type { FieldFault } from '../../shared/problem.js';
import { faultsOf } from '../../shared/schema-faults.js';
import { endlessParts } from './type-recursion.js';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** Most bytes of a schema as compact JSON. */
const MAX_SCHEMA_BYTES = 64 * 1024;

/** Names of fields never need quoting in a shell, a URL or a JSON pointer. `id` is the record's own. */
const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

/** Keywords at the root that would let in fields which `properties` does not name. */
const OPENINGS = ['additionalProperties', 'unevaluatedProperties'];

/** The name under which a type's schema refers to parts of itself while it is compiled. */
const ROOT = 'urn:whodid:type';

/**
 * One validator of its own for each schema, so that no schema reaches into another. Unknown keywords are
 * annotations (JSON Schema core §4.3.1). It stops at the first error, because a megabyte of wrong items would
 * make half a million. Inherited names such as `constructor` are no members.
 */
function validator(options: { meta: boolean }): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    validateSchema: false,
    ownProperties: true,
    ...options,
  });
  return formats.default(ajv) as Ajv2020;
}

/**
 * `uniqueItems` by canonical text (RFC 8785), each item once: Ajv compares each with each, and took more than a minute
 * for a hundred thousand numbers that fit into a request.
 */
function comparingOnce(ajv: Ajv2020): Ajv2020 {
  ajv.removeKeyword('uniqueItems');
  return ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (wanted: boolean, items: unknown[]) =>
      !wanted || new Set(items.map(canonicalJson)).size === items.length,
    error: { message: 'must not have duplicate items' },
  }) as Ajv2020;
}

let metaSchema: ValidateFunction | undefined;

/** What is wrong with the form of a schema, by place (`schema/properties/total/type`). */
export function schemaFaults(schema: JsonObject): FieldFault[] {
  const unfit = iJsonFaults(schema);
  if (unfit.length > 0) return inSchema(unfit);
  if (Buffer.byteLength(JSON.stringify(schema)) > MAX_SCHEMA_BYTES) {
    return [{ field: 'schema', reason: `is larger than ${MAX_SCHEMA_BYTES / 1024} KiB` }];
  }
  const faults = [...rootFaults(schema), ...foreignParts(schema)];
  if (faults.length > 0) return inSchema(faults);
  metaSchema ??= validator({ meta: true }).getSchema(DIALECT);
  if (metaSchema?.(schema) !== true) return inSchema(faultsOf(metaSchema?.errors ?? []));
  return inSchema(endlessParts(schema));
}

const inSchema = (faults: FieldFault[]): FieldFault[] =>
  faults.map(({ field, reason }) => ({ field: field === '' ? 'schema' : `schema/${field}`, reason }));

function rootFaults(schema: JsonObject): FieldFault[] {
  const faults: FieldFault[] = [];
  const { $schema, type, properties, required } = schema;
  if ($schema !== undefined && $schema !== DIALECT && $schema !== `${DIALECT}#`) {
    faults.push({ field: '$schema', reason: `must be ${DIALECT}` });
  }
  if (type !== 'object') faults.push({ field: 'type', reason: 'must be object' });
  if (schema.patternProperties !== undefined) {
    faults.push({ field: 'patternProperties', reason: 'is not allowed here; name each field in properties' });
  }
  for (const keyword of OPENINGS) {
    if (schema[keyword] !== undefined && schema[keyword] !== false) {
      faults.push({ field: keyword, reason: 'must be false or left out; name each field in properties' });
    }
  }
  if (!isJsonObject(properties)) {
    return [...faults, { field: 'properties', reason: 'must be an object that has the fields' }];
  }
  for (const field of Object.keys(properties)) {
    const reason = fieldNameFault(field);
    if (reason !== undefined) faults.push({ field: `properties/${field}`, reason });
  }
  for (const field of Array.isArray(required) ? required : []) {
    if (typeof field === 'string' && !Object.hasOwn(properties, field)) {
      faults.push({ field: 'required', reason: `names ${field}, which is not in properties` });
    }
  }
  return faults;
}

function fieldNameFault(field: string): string | undefined {
  if (field === 'id') return 'is given by the daemon and cannot be a field';
  if (field in Object.prototype) return 'is a name that no field may have';
  if (!FIELD_NAME.test(field)) {
    return 'must start with a letter or _ and have only letters, digits, _, . and - (at most 128)';
  }
  return undefined;
}

/** References out of the document, parts that are documents of their own, and `$async`, which would make Ajv's validation a promise that is never false. */
function foreignParts(value: unknown, place = ''): FieldFault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]): FieldFault[] => {
    const field = place === '' ? key : `${place}/${key}`;
    if ((key === '$ref' || key === '$dynamicRef') && typeof part === 'string' && !part.startsWith('#')) {
      return [{ field, reason: 'must start with #: a schema can refer to its own parts alone' }];
    }
    if (key === '$id' && place !== '' && typeof part === 'string') {
      return [{ field, reason: 'is for the root alone: a schema is one document' }];
    }
    if (key === '$async') return [{ field, reason: 'is not a keyword of JSON Schema' }];
    return foreignParts(part, field);
  });
}

/** A schema ready to be asked. */
export interface CompiledSchema {
  /** The faults of the first wrong part of a body. */
  check(body: JsonObject): FieldFault[];
  /** The same of one field's value, with the field's name in the path. */
  checkField(field: string, value: unknown): FieldFault[];
}

/** Compiles a schema without `schemaFaults`; faults instead if it refers to a part that it does not have. */
export function compileSchema(schema: JsonObject): CompiledSchema | FieldFault[] {
  const ajv = comparingOnce(validator({ meta: false }));
  let validate: ValidateFunction;
  try {
    validate = ajv.compile({ ...schema, $id: ROOT });
  } catch (error) {
    if (error instanceof MissingRefError) {
      return [
        {
          field: 'schema',
          reason: `refers to ${error.missingRef.replace(ROOT, '')}, which it does not have`,
        },
      ];
    }
    return [{ field: 'schema', reason: `cannot be used: ${(error as Error).message}` }];
  }
  return {
    check: body => (validate(body) ? [] : faultsOf(validate.errors ?? [])),
    checkField(field, value) {
      const part = ajv.getSchema(`${ROOT}#/properties/${field}`);
      if (part === undefined || part(value) === true) return [];
      return faultsOf(part.errors ?? []).map(fault => ({
        field: fault.field === '' ? field : `${field}/${fault.field}`,
        reason: fault.reason,
      }));
    },
  };
}

// Finds where a schema leads back to itself without going into the value that it describes: checking a value
// against it would never end. A tree (whose children have the schema of the tree) goes into the value and is fine.
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';
import type { FieldFault } from '../../shared/problem.js';

/** Keywords whose schemas apply to the very value (JSON Schema core §10.2): lists, single ones, by name. */
const LISTS = ['allOf', 'anyOf', 'oneOf'];
const SINGLE = ['not', 'if', 'then', 'else'];
const BY_NAME = ['dependentSchemas'];
const REFERENCES = ['$ref', '$dynamicRef'];

/** The first place from which a schema leads back to itself; nothing when every check ends. */
export function endlessParts(schema: JsonObject): FieldFault[] {
  const places = new Map<JsonObject, string>();
  const anchors = new Map<string, JsonObject>();
  collect(schema, '', places, anchors);

  /** The schemas that apply to the same value as `part`. */
  function* sameValue(part: JsonObject): Generator<unknown> {
    for (const keyword of LISTS) if (Array.isArray(part[keyword])) yield* part[keyword];
    for (const keyword of SINGLE) yield part[keyword];
    for (const keyword of BY_NAME) if (isJsonObject(part[keyword])) yield* Object.values(part[keyword]);
    for (const keyword of REFERENCES) {
      const reference = part[keyword];
      if (typeof reference !== 'string') continue;
      const fragment = reference.slice(1);
      yield fragment === '' || fragment.startsWith('/') ? partAt(schema, fragment) : anchors.get(fragment);
    }
  }

  const ended = new Set<unknown>();
  const underWay = new Set<unknown>();
  function isEndless(part: unknown): boolean {
    if (!isJsonObject(part) || ended.has(part)) return false;
    if (underWay.has(part)) return true;
    underWay.add(part);
    for (const next of sameValue(part)) if (isEndless(next)) return true;
    underWay.delete(part);
    ended.add(part);
    return false;
  }

  for (const [part, field] of places) {
    if (isEndless(part)) return [{ field, reason: 'leads back to itself, so checking it would never end' }];
  }
  return [];
}

/** Every object in a schema by its place, and those that an anchor names. Some are no schemas, which does no harm. */
function collect(
  value: unknown,
  place: string,
  places: Map<JsonObject, string>,
  anchors: Map<string, JsonObject>,
): void {
  if (typeof value !== 'object' || value === null) return;
  if (isJsonObject(value)) {
    places.set(value, place);
    for (const name of [value.$anchor, value.$dynamicAnchor]) {
      if (typeof name === 'string' && !anchors.has(name)) anchors.set(name, value);
    }
  }
  for (const [key, part] of Object.entries(value)) {
    collect(part, place === '' ? key : `${place}/${key}`, places, anchors);
  }
}

/** What a JSON pointer in a URI fragment (RFC 6901 §6) points at, or `undefined`. */
function partAt(schema: JsonObject, pointer: string): unknown {
  let part: unknown = schema;
  for (const step of pointer.split('/').slice(1)) {
    if (typeof part !== 'object' || part === null) return undefined;
    part = (part as JsonObject)[stepName(step)];
  }
  return part;
}

function stepName(step: string): string {
  const plain = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

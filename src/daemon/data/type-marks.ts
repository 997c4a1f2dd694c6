// What `x-whodid` says in a type's schema: which fields are special, and how much is recorded.
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';
import type { FieldFault } from '../../shared/problem.js';
import { ACTIONS, RECORDING_LEVELS, type RecordingLevel } from '../../shared/vocabulary.js';
import type { Recording } from './record-type.js';

/** The keyword, on a top-level property and at the root. */
export const MARK = 'x-whodid';

/** What a property can be marked as, each `true` or `false`. */
const FIELD_MARKS = ['secret', 'ignored', 'unique', 'indexed', 'name'] as const;
type FieldMark = (typeof FIELD_MARKS)[number];

/** Types of values that can be compared as text, which uniqueness and indexes do. */
const SCALARS = new Set(['string', 'number', 'integer', 'boolean', 'null']);

/** The marked fields of a type. */
export interface FieldMarks {
  secret: ReadonlySet<string>;
  ignored: ReadonlySet<string>;
  unique: ReadonlySet<string>;
  indexed: ReadonlySet<string>;
  nameField: string | undefined;
}

/** What the properties of a schema are marked as; whatever is wrong with the marks is added to `faults`. */
export function readFieldMarks(properties: JsonObject, faults: FieldFault[]): FieldMarks {
  const fields: Record<FieldMark, Set<string>> = {
    secret: new Set(),
    ignored: new Set(),
    unique: new Set(),
    indexed: new Set(),
    name: new Set(),
  };
  for (const [field, property] of Object.entries(properties)) {
    if (!isJsonObject(property) || property[MARK] === undefined) continue;
    const place = `schema/properties/${field}/${MARK}`;
    const marks = readMarks(property[MARK], place, faults);
    for (const mark of marks) fields[mark].add(field);
    const reason = clash(property, marks);
    if (reason !== undefined) faults.push({ field: place, reason });
  }
  const { name, ...marked } = fields;
  const [nameField, second] = name;
  if (second !== undefined) {
    const reason = `marks a second name; ${String(nameField)} is the name already`;
    faults.push({ field: `schema/properties/${second}/${MARK}/name`, reason });
  }
  // A unique field is found by index anyway.
  for (const field of marked.unique) marked.indexed.delete(field);
  return { ...marked, nameField };
}

function readMarks(value: unknown, place: string, faults: FieldFault[]): Set<FieldMark> {
  const marks = new Set<FieldMark>();
  if (!isJsonObject(value)) {
    faults.push({ field: place, reason: 'must be an object' });
    return marks;
  }
  for (const [key, flag] of Object.entries(value)) {
    const mark = FIELD_MARKS.find(known => known === key);
    if (mark === undefined) {
      faults.push({ field: `${place}/${key}`, reason: `is not a mark; known are ${FIELD_MARKS.join(', ')}` });
    } else if (typeof flag !== 'boolean') {
      faults.push({ field: `${place}/${key}`, reason: 'must be true or false' });
    } else if (flag) {
      marks.add(mark);
    }
  }
  return marks;
}

/** Why these marks cannot stand on this property, or together. */
function clash(property: JsonObject, marks: ReadonlySet<FieldMark>): string | undefined {
  if (marks.has('secret')) {
    const shows = (['unique', 'indexed', 'name'] as const).find(mark => marks.has(mark));
    if (shows !== undefined) return `is secret and ${shows}, which would show its values`;
  }
  const types = [property.type].flat();
  if (marks.has('name') && (types.length !== 1 || types[0] !== 'string')) {
    return 'marks a name, which must be of type string';
  }
  const compared = (['unique', 'indexed'] as const).find(mark => marks.has(mark));
  if (compared !== undefined && !types.every(type => typeof type === 'string' && SCALARS.has(type))) {
    return `is ${compared}, so its type must be string, number, integer or boolean`;
  }
  return undefined;
}

/** How much is recorded: what the API said, else what the schema says, else `changes`. */
export function readRecording(schema: JsonObject, given: unknown, faults: FieldFault[]): Recording {
  const mark = schema[MARK] ?? {};
  let inSchema: unknown;
  if (!isJsonObject(mark)) {
    faults.push({ field: `schema/${MARK}`, reason: 'must be an object' });
  } else {
    inSchema = mark.record;
    for (const key of Object.keys(mark).filter(key => key !== 'record')) {
      faults.push({ field: `schema/${MARK}/${key}`, reason: 'is not a mark of a type; known is record' });
    }
  }
  return {
    viewed: 'changes',
    created: 'changes',
    changed: 'changes',
    deleted: 'changes',
    ...readLevels(inSchema, `schema/${MARK}/record`, faults),
    ...readLevels(given, 'record', faults),
  };
}

function readLevels(value: unknown, place: string, faults: FieldFault[]): Partial<Recording> {
  if (value === undefined) return {};
  const levels: Partial<Recording> = {};
  if (!isJsonObject(value)) faults.push({ field: place, reason: 'must be an object' });
  for (const [key, level] of Object.entries(isJsonObject(value) ? value : {})) {
    const action = ACTIONS.find(known => known === key);
    if (action === undefined) {
      faults.push({ field: `${place}/${key}`, reason: `is not an action; known are ${ACTIONS.join(', ')}` });
    } else if (!isLevel(level)) {
      faults.push({ field: `${place}/${key}`, reason: `must be one of ${RECORDING_LEVELS.join(', ')}` });
    } else {
      levels[action] = level;
    }
  }
  return levels;
}

const isLevel = (value: unknown): value is RecordingLevel => RECORDING_LEVELS.some(level => level === value);

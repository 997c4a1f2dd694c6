// What the data layer knows of a type: its schema, which of its fields are special, how much is recorded.
import type { FieldFault } from '../../shared/problem.js';
import type { Action, RecordingLevel } from '../../shared/vocabulary.js';

/** A record's fields without its id, as stored: top-level `null`s are absent. */
export type RecordBody = Record<string, unknown>;

/** How much is recorded of each action. */
export type Recording = Record<Action, RecordingLevel>;

/** A compiled type. */
export interface RecordType {
  name: string;
  builtIn: boolean;
  /** The JSON Schema (2020-12) as it was given. */
  schema: Record<string, unknown>;
  recording: Recording;
  /** Every declared top-level field, in the schema's order; list filters and patches may name these alone. */
  fields: ReadonlySet<string>;
  /** Values of these never enter an event. */
  secret: ReadonlySet<string>;
  /** A change of these alone is no `changed`, and they are in no `changes`. */
  ignored: ReadonlySet<string>;
  /** No two records of the type have the same value here (absent values apart). */
  unique: ReadonlySet<string>;
  /** Fields that list filters find by index (unique ones are as well). */
  indexed: ReadonlySet<string>;
  /** The field whose value is the object's name, if any. */
  nameField: string | undefined;
  /** Fills in the schema's top-level defaults and drops top-level nulls; returns a new object. */
  normalize(body: RecordBody): RecordBody;
  /** What is wrong with a normalized body; empty when it is valid. Unknown fields are named. */
  faults(body: RecordBody): FieldFault[];
}

// A record as a form: its fields as texts that are edited, and the difference that saving would make. Pure.
import type { Changes } from '../../../shared/data-event.js';
import { Problem } from '../../../shared/problem.js';
import { type AskedLine, askedLine } from '../lines/asked-line.js';

/** How the text of a field is read: as it is, or as JSON. */
export type FieldKind = 'text' | 'json';

export interface FormField {
  name: string;
  kind: FieldKind;
  required: boolean;
  /** As it is now; `undefined` for nothing. */
  before: unknown;
  text: string;
  /** What it takes, where that is not plain. */
  hint: string;
}

/** The line is the text of the chosen field, as it is being typed. */
export interface FormPrompt extends AskedLine {
  what: 'form';
  type: string;
  /** Absent for a new record. */
  id: string | undefined;
  etag: string | undefined;
  fields: readonly FormField[];
  choice: number;
}

/** What is known of a type, from its JSON Schema. */
export interface FormType {
  name: string;
  fields: readonly string[];
  schema: Record<string, unknown>;
}

/** Set by the daemon. */
const NOT_EDITED: Readonly<Record<string, readonly string[]>> = { notes: ['creatorId', 'timestamp'] };

/** @param record as it is, for editing */
export function formOf(type: FormType, record?: Record<string, unknown>, etag?: string): FormPrompt {
  const properties = (type.schema.properties ?? {}) as Record<string, Property>;
  const required = Array.isArray(type.schema.required) ? type.schema.required : [];
  const names = type.fields.filter(name => name !== 'id' && !NOT_EDITED[type.name]?.includes(name));
  const fields = names.map((name): FormField => {
    const before = record?.[name];
    const kind = kindOf(properties[name], before);
    const needed = required.includes(name) && properties[name]?.default === undefined;
    const hint = hintOf(properties[name], kind);
    return { name, kind, required: needed, before, text: textOf(before, kind), hint };
  });
  return {
    what: 'form',
    type: type.name,
    id: typeof record?.id === 'string' ? record.id : undefined,
    etag,
    choice: 0,
    ...askedLine(fields[0]?.text),
    fields,
  };
}

/** The form with what is being typed in its field. */
export function committed(form: FormPrompt): FormPrompt {
  const fields = form.fields.map((field, index) =>
    index === form.choice ? { ...field, text: form.line.text } : field,
  );
  return { ...form, fields };
}

/** The form with another field to type in. */
export function atField(form: FormPrompt, choice: number): FormPrompt {
  const { fields } = committed(form);
  return { ...form, fields, choice, ...askedLine(fields[choice]?.text) };
}

/** What is read of the schema of a field. */
interface Property {
  type?: unknown;
  enum?: unknown;
  default?: unknown;
}

function kindOf(property: Property | undefined, before: unknown): FieldKind {
  if (typeof before === 'string') return 'text';
  if (before !== undefined && before !== null) return 'json';
  if (property?.type === 'string') return 'text';
  const { enum: values } = property ?? {};
  return Array.isArray(values) && values.every(value => typeof value === 'string') ? 'text' : 'json';
}

/** Values that there are, and how a field that is no text is written. */
function hintOf(property: Property | undefined, kind: FieldKind): string {
  const { enum: values, type } = property ?? {};
  if (Array.isArray(values)) return `one of ${values.map(String).join(', ')}`;
  if (type === 'boolean') return 'true or false';
  return kind === 'json' ? 'JSON, such as 12, true or ["a"]' : '';
}

function textOf(value: unknown, kind: FieldKind): string {
  if (value === undefined || value === null) return '';
  return kind === 'text' ? String(value) : JSON.stringify(value);
}

/** The value of a field as it is typed; empty is none. @throws Problem `bad_request` for what is no JSON */
export function fieldValue({ name, kind, text }: Pick<FormField, 'name' | 'kind' | 'text'>): unknown {
  if (text === '') return null;
  if (kind === 'text') return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('bad_request', `${name} takes JSON, such as true, 12 or ["a"].`);
  }
}

/** What saving would change. @throws Problem `bad_request` */
export function formChanges({ fields }: FormPrompt): Changes {
  const changes: Changes = {};
  for (const field of fields) {
    const prev = field.before ?? null;
    const next = fieldValue(field);
    if (JSON.stringify(prev) !== JSON.stringify(next)) changes[field.name] = { prev, next };
  }
  return changes;
}

/** As the API takes it: a merge patch of an old record, the fields of a new one. @throws Problem `bad_request` */
export function formBody(form: FormPrompt): Record<string, unknown> {
  const entries = Object.entries(formChanges(form)).map(([name, { next }]) => [name, next] as const);
  return Object.fromEntries(form.id === undefined ? entries.filter(([, next]) => next !== null) : entries);
}

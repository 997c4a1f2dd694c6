// How records are shown: their type says which fields they have.
import type { TypeInfo } from '../../shared/api.js';
import type { RecordObject } from '../../shared/client.js';
import type { Field, View } from './view.js';

/** Fields of built-in types that are times. */
const TIME_FIELDS: Record<string, string[]> = { notes: ['timestamp'] };

/** The fields of a type, `id` first, in the order of its schema: the lasting order of a row. */
export function recordView({ name, fields }: Pick<TypeInfo, 'name' | 'fields'>): View<RecordObject> {
  const names = ['id', ...fields.filter(field => field !== 'id')];
  const times = TIME_FIELDS[name] ?? [];
  const toField = (field: string): Field<RecordObject> => ({
    name: field,
    value: record => (Object.hasOwn(record, field) ? record[field] : undefined),
    ...(times.includes(field) ? { time: true } : {}),
  });
  return { fields: names.map(toField), row: names };
}

/** What can be said of records when their type need not be known: the rows as they came, or ids alone. */
export const UNKNOWN_RECORD_VIEW: View<RecordObject> = recordView({ name: '', fields: [] });

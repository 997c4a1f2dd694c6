// A small pure model of records and of what the log must say of them: no database, no clock, no daemon.

export type Body = Record<string, unknown>;
export type Changes = Record<string, { prev: unknown; next: unknown }>;

/** What the log must hold of one record, in order, and what is left when all of it is read. */
export interface Told {
  action: 'viewed' | 'created' | 'changed' | 'deleted';
  changes?: Changes;
}

export interface ModelRecord {
  /** `undefined`: deleted. */
  body: Body | undefined;
  told: Told[];
}

/** RFC 7396, section 2. */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Body = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same text for the same value, whatever the order of its members. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const names = Object.keys(value).sort();
  return `{${names.map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

/** What differs between two bodies, absent and `null` being the same. */
export function changesBetween(prev: Body, next: Body): Changes {
  const changes: Changes = {};
  for (const field of new Set([...Object.keys(prev), ...Object.keys(next)])) {
    const before = prev[field] ?? null;
    const after = next[field] ?? null;
    if (canonical(before) !== canonical(after)) changes[field] = { prev: before, next: after };
  }
  return changes;
}

export function created(body: Body): ModelRecord {
  return { body, told: [{ action: 'created', changes: changesBetween({}, body) }] };
}

export function patch(record: ModelRecord, given: Body): void {
  const next = merged(record.body, given) as Body;
  const changes = changesBetween(record.body!, next);
  if (Object.keys(changes).length > 0) record.told.push({ action: 'changed', changes });
  record.body = next;
}

export function deleted(record: ModelRecord): void {
  record.told.push({ action: 'deleted', changes: changesBetween(record.body!, {}) });
  record.body = undefined;
}

export function viewed(record: ModelRecord): void {
  record.told.push({ action: 'viewed' });
}

/** What a record is, by what was told of it alone. */
export function rebuilt(told: readonly Told[]): Body | undefined {
  let body: Body | undefined;
  for (const { action, changes = {} } of told) {
    if (action === 'viewed') continue;
    if (action === 'deleted') body = undefined;
    else {
      body = { ...body };
      for (const [field, { next }] of Object.entries(changes)) {
        if (next === null) delete body[field];
        else body[field] = next;
      }
    }
  }
  return body;
}

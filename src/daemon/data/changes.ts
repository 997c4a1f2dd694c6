// What an event says of a record's fields: the one place where `changes` of the data layer's events are made, and
// where secret values are kept out of them.
import type { Changes, Redaction } from '../../shared/data-event.js';
import { pointerStep } from '../../shared/json-pointer.js';
import { jsonEqual } from './json-equal.js';
import type { RecordBody, RecordType } from './record-type.js';

/** `changes` of one event, and which of its values are not the real ones. */
export interface RecordedChanges {
  changes: Changes;
  redactions: Redaction[];
}

const NOTHING: RecordBody = {};

/** `{prev: null, next: value}` for each field of a new record that is not null. */
export function createdChanges(type: RecordType, next: RecordBody): RecordedChanges {
  return differences(type, NOTHING, next);
}

/** `{prev: value, next: null}` for each field of a deleted record that was not null. */
export function deletedChanges(type: RecordType, prev: RecordBody): RecordedChanges {
  return differences(type, prev, NOTHING);
}

/** The fields whose value is another one now; `null` if there are none but ignored ones, and so no `changed`. */
export function changedChanges(type: RecordType, prev: RecordBody, next: RecordBody): RecordedChanges | null {
  const found = differences(type, prev, next);
  for (const _ in found.changes) return found;
  return null;
}

function differences(type: RecordType, prev: RecordBody, next: RecordBody): RecordedChanges {
  const changes: Changes = {};
  const redactions: Redaction[] = [];
  for (const field of new Set([...Object.keys(prev), ...Object.keys(next)])) {
    if (type.ignored.has(field)) continue;
    const before = valueIn(prev, field);
    const after = valueIn(next, field);
    if (jsonEqual(before, after)) continue;
    if (type.secret.has(field)) {
      changes[field] = { prev: null, next: null };
      if (before !== null) redactions.push({ path: `/changes/${pointerStep(field)}/prev`, kind: 'secret' });
      if (after !== null) redactions.push({ path: `/changes/${pointerStep(field)}/next`, kind: 'secret' });
    } else {
      changes[field] = { prev: before, next: after };
    }
  }
  return { changes, redactions };
}

/** A field's value; `null` and absent are the same (RFC 7396). Inherited names like `constructor` are absent. */
function valueIn(body: RecordBody, field: string): unknown {
  return Object.hasOwn(body, field) ? (body[field] ?? null) : null;
}

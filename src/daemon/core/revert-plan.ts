// What undoing comes to: from an event or a past state, and the record as it stands, to the body that it will have.
// Pure, so that a preview and the transaction that writes come to the same.
import type { Changes, DataEvent, Redaction } from '../../shared/data-event.js';
import { pointerStep } from '../../shared/json-pointer.js';
import type { ObjectState } from '../../shared/object-history.js';
import { formatRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import { SOURCE_DATA_LAYER } from '../../shared/vocabulary.js';
import { changedChanges, createdChanges, deletedChanges } from '../data/changes.js';
import { jsonEqual } from '../data/json-equal.js';
import type { RecordBody, RecordType } from '../data/record-type.js';

export interface RevertPlan {
  /** The body that the record will have; `undefined`: it will not exist. */
  body: RecordBody | undefined;
  /** Fields that the log cannot bring back. */
  notRestored: string[];
}

/** @throws Problem `invalid` for an event that changed no record here, or does not say what was there before */
export function requireRevertible(event: DataEvent, type: RecordType | undefined): void {
  const refuse = (reason: string, fields: string[] = []) =>
    new Problem('invalid', `Event ${event.id} cannot be undone: ${reason}.`, {
      errors: fields.map(field => ({ field, reason: 'is not in the log' })),
    });
  if (event.outcome !== 'success' || event.action === 'viewed') throw refuse('it changed nothing');
  if (type === undefined || event.source !== SOURCE_DATA_LAYER) {
    throw refuse(`${formatRef(event.targetType, event.targetId)} is no record that is kept here`);
  }
  if (event.changes === undefined && type.recording[event.action] !== 'changes') {
    throw refuse('it does not say what was there');
  }
  if (event.action !== 'changed') return;
  const hidden = Object.keys(event.changes ?? {}).filter(field => isHidden(event, field));
  if (hidden.length > 0) throw refuse(`the log does not hold the values of ${hidden.join(', ')}`, hidden);
}

function isHidden({ redactions = [] }: { redactions?: Redaction[] }, field: string): boolean {
  const whole = `/changes/${pointerStep(field)}`;
  return redactions.some(({ path }) => path === whole || path.startsWith(`${whole}/`));
}

/**
 * What undoing `event` makes of the record.
 * @throws Problem `conflict` if what the event did is not how the record stands
 */
export function undoEvent(event: DataEvent, type: RecordType, current: RecordBody | undefined): RevertPlan {
  const object = formatRef(event.targetType, event.targetId);
  const conflict = (what: string, fields: string[] = []) =>
    new Problem('conflict', `${object} ${what} since event ${event.id}: nothing was undone.`, {
      errors: fields.map(field => ({ field, reason: 'has changed since' })),
    });
  const changes = event.changes ?? {};
  const fields = Object.keys(changes).filter(field => !isHidden(event, field));
  const moved = (body: RecordBody) =>
    fields.filter(field => !jsonEqual(valueIn(body, field), changes[field]!.next ?? null));

  if (event.action === 'deleted') {
    if (current !== undefined) throw conflict('was created again');
    const hidden = Object.keys(changes).filter(field => isHidden(event, field));
    return {
      body: withFields({}, changes, fields, 'prev'),
      notRestored: [...new Set([...hidden, ...type.ignored])].sort(),
    };
  }
  if (current === undefined) throw conflict('was deleted');
  if (event.action === 'created') {
    const later = Object.keys(createdChanges(type, current).changes).filter(
      field => !Object.hasOwn(changes, field),
    );
    const others = [...moved(current), ...later];
    if (others.length > 0) throw conflict(`has changed in ${others.join(', ')}`, others);
    return { body: undefined, notRestored: [] };
  }
  const others = moved(current);
  if (others.length > 0) throw conflict(`has changed in ${others.join(', ')}`, others);
  return { body: withFields(current, changes, fields, 'prev'), notRestored: [] };
}

/**
 * What bringing an object back to `state` makes of the record. Fields that the log does not hold stay as they are.
 * @throws Problem `conflict` if the object did not exist then
 */
export function returnTo(state: ObjectState, type: RecordType, current: RecordBody | undefined): RevertPlan {
  if (!state.exists) {
    throw new Problem(
      'conflict',
      `${formatRef(state.type, state.id)} did not exist then. Delete it if that is what you want.`,
    );
  }
  const notRestored = new Set(state.notRecorded);
  const body: RecordBody = { ...state.state };
  for (const [field, value] of Object.entries(current ?? {})) {
    const isUnknown = notRestored.has(field) || (!state.complete && !Object.hasOwn(state.state, field));
    if (!isUnknown) continue;
    body[field] = value;
    notRestored.add(field);
  }
  // What is no field of a record (a password) is not its state.
  const restorable = (field: string) => type.fields.has(field);
  return { body, notRestored: [...notRestored].filter(restorable).sort() };
}

/** What a plan does, as an event of it would say. */
export function plannedChanges(
  type: RecordType,
  current: RecordBody | undefined,
  next: RecordBody | undefined,
): { action: 'created' | 'changed' | 'deleted' | null; changes: Changes } {
  if (current === undefined) {
    return next === undefined
      ? { action: null, changes: {} }
      : { action: 'created', changes: createdChanges(type, next).changes };
  }
  if (next === undefined) return { action: 'deleted', changes: deletedChanges(type, current).changes };
  const changes = changedChanges(type, current, next)?.changes;
  return changes === undefined ? { action: null, changes: {} } : { action: 'changed', changes };
}

const valueIn = (body: RecordBody, field: string): unknown =>
  Object.hasOwn(body, field) ? (body[field] ?? null) : null;

function withFields(
  body: RecordBody,
  changes: Changes,
  fields: readonly string[],
  side: 'prev' | 'next',
): RecordBody {
  const next = { ...body };
  for (const field of fields) {
    const value = changes[field]![side] ?? null;
    if (value === null) delete next[field];
    else next[field] = value;
  }
  return next;
}

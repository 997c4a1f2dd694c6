// Steps: what the events of one object did to its fields, read from stored events and nothing more.
import type { Redaction } from '../../../shared/data-event.js';
import { pointerStep } from '../../../shared/json-pointer.js';
import { FIELD, NO_FIELDS } from '../event-body.js';
import { actionOf, fieldOf } from '../event-values.js';
import type { ObjectEvent } from './object-events.js';

/** Why a value is not the real one: redacted in the event, or changed by an event that does not say to what. */
export type Hidden = Redaction['kind'] | 'unrecorded';

/**
 * A value as an event tells it: canonical JSON (RFC 8785), empty where there is none (`null` and absent are the
 * same), or why it is hidden. Text, since of the thousands that a replay passes it answers with a few.
 */
export type Told = string | { readonly hidden: Hidden };

/** What is told as a JSON value; `null` for one that is hidden. */
export function toldValue(told: Told): unknown {
  return typeof told !== 'string' || told === '' ? null : (JSON.parse(told) as unknown);
}

export const hiddenOf = (told: Told): Hidden | undefined =>
  typeof told === 'string' ? undefined : told.hidden;

/** What became of one field. */
export interface FieldStep {
  field: string;
  prev: Told;
  next: Told;
}

/** What one event did to its object. */
export interface Step {
  seq: number;
  /** Milliseconds since the Unix epoch. */
  timestamp: number;
  action: 'created' | 'changed' | 'deleted';
  /** `undefined`: the event does not say which fields it touched. */
  fields: FieldStep[] | undefined;
}

/** The step of an event; `undefined` for one that changes nothing: a view. */
export function stepOf({ seq, timestamp, body }: ObjectEvent): Step | undefined {
  const action = actionOf(fieldOf(body, FIELD.happening));
  if (action === 'viewed') return undefined;
  return { seq, timestamp, action, fields: fieldSteps(fieldOf(body, FIELD.changes), body) };
}

function fieldSteps(changes: string, body: string): FieldStep[] | undefined {
  if (changes === '') return undefined;
  if (changes === NO_FIELDS) return [];
  const hidden = hiddenValues(body);
  const steps: FieldStep[] = [];
  for (let start = 0; start < changes.length; ) {
    const prev = changes.indexOf('\t', start) + 1;
    const next = changes.indexOf('\t', prev) + 1;
    const end = endOf(changes, next);
    const field = nameOf(changes.slice(start, prev - 1));
    steps.push({
      field,
      prev: hidden?.(field, 'prev') ?? changes.slice(prev, next - 1),
      next: hidden?.(field, 'next') ?? changes.slice(next, end),
    });
    start = end + 1;
  }
  return steps;
}

function endOf(changes: string, start: number): number {
  const tab = changes.indexOf('\t', start);
  return tab < 0 ? changes.length : tab;
}

/** A JSON string, which mostly has nothing to unescape. */
const nameOf = (json: string): string =>
  json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1);

/**
 * Looks up why a side of a field is not the real one; `undefined` if every one is. Part of a value that is hidden
 * hides it whole.
 */
function hiddenValues(body: string) {
  // Redactions are the only field that is an array: most events have none, and need not be split for that.
  if (!body.includes('\n[')) return undefined;
  const paths = JSON.parse(fieldOf(body, FIELD.redactions)) as Redaction[];
  return (field: string, side: 'prev' | 'next'): Told | undefined => {
    const whole = `/changes/${pointerStep(field)}`;
    const ofSide = `${whole}/${side}`;
    const found = paths.find(
      ({ path }) => path === whole || path === ofSide || path.startsWith(`${ofSide}/`),
    );
    return found && { hidden: found.kind };
  };
}

// Steps: what the events of one object did to its fields, read from stored events and nothing more.
import type { Redaction } from '../../../shared/data-event.js';
import { pointerStep } from '../../../shared/json-pointer.js';
import { FIELD, NO_FIELDS } from '../event-body.js';
import { actionOf } from '../event-values.js';
import type { ObjectEvent } from './object-events.js';

/** Why a value is not the real one: redacted in the event, or changed by an event that does not say to what. */
export type Hidden = Redaction['kind'] | 'unrecorded';

/** A value as an event tells it: JSON, where `null` and absent are the same, or hidden. */
export interface Told {
  value: unknown;
  hidden?: Hidden;
}

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
export function stepOf({ seq, timestamp, fields }: ObjectEvent): Step | undefined {
  const action = actionOf(fields[FIELD.happening]!);
  if (action === 'viewed') return undefined;
  return { seq, timestamp, action, fields: fieldSteps(fields[FIELD.changes], fields[FIELD.redactions]) };
}

function fieldSteps(changes: string | undefined, redactions: string | undefined): FieldStep[] | undefined {
  if (!changes) return undefined;
  if (changes === NO_FIELDS) return [];
  const hidden = hiddenValues(redactions);
  const pieces = changes.split('\t');
  const steps: FieldStep[] = [];
  for (let index = 0; index < pieces.length; index += 3) {
    const field = JSON.parse(pieces[index]!) as string;
    steps.push({
      field,
      prev: told(pieces[index + 1], hidden(field, 'prev')),
      next: told(pieces[index + 2], hidden(field, 'next')),
    });
  }
  return steps;
}

function told(json: string | undefined, hidden: Hidden | undefined): Told {
  if (hidden !== undefined) return { value: null, hidden };
  return { value: json ? (JSON.parse(json) as unknown) : null };
}

/** Looks up why a side of a field is not the real one. Part of a value that is hidden hides it whole. */
function hiddenValues(redactions: string | undefined) {
  if (!redactions) return () => undefined;
  const paths = JSON.parse(redactions) as Redaction[];
  return (field: string, side: 'prev' | 'next'): Hidden | undefined => {
    const whole = `/changes/${pointerStep(field)}`;
    const ofSide = `${whole}/${side}`;
    return paths.find(({ path }) => path === whole || path === ofSide || path.startsWith(`${ofSide}/`))?.kind;
  };
}

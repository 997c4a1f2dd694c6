// A step of an object (audit/history/steps.ts) as an event says it that is not in the log yet.
import type { PendingEvent, Redaction } from '../../shared/data-event.js';
import { pointerStep } from '../../shared/json-pointer.js';
import { canonicalJson } from '../../shared/log/canonical-json.js';
import type { FieldStep, Step, Told } from '../audit/history/steps.js';

/** The step of what is still in the outbox, which is never a view here. */
export function pendingStep({ action, timestamp, changes, redactions = [] }: PendingEvent): Step {
  return {
    // Behind everything that has a place in the log.
    seq: Number.POSITIVE_INFINITY,
    timestamp,
    action: action as Step['action'],
    fields:
      changes === undefined
        ? undefined
        : Object.entries(changes).map(
            ([field, { prev, next }]): FieldStep => ({
              field,
              prev: told(prev, redactions, field, 'prev'),
              next: told(next, redactions, field, 'next'),
            }),
          ),
  };
}

function told(value: unknown, redactions: readonly Redaction[], field: string, side: string): Told {
  const at = `/changes/${pointerStep(field)}/${side}`;
  const hidden = redactions.find(({ path }) => path === at)?.kind;
  if (hidden !== undefined) return { hidden };
  return value === null || value === undefined ? '' : canonicalJson(value);
}

// Steps of an object (audit/history/steps.ts) as events say them that are not in the log yet.
import type { PendingEvent, Redaction } from '../../shared/data-event.js';
import { pointerStep } from '../../shared/json-pointer.js';
import { canonicalJson } from '../../shared/log/canonical-json.js';
import type { FieldStep, Step, Told } from '../audit/history/steps.js';

/** The steps of what is still in the outbox, which is never a view here. */
export function stepsOf(events: readonly PendingEvent[] = []): Step[] {
  return events.map(({ action, timestamp, changes, redactions = [] }) => ({
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
  }));
}

function told(value: unknown, redactions: readonly Redaction[], field: string, side: string): Told {
  const at = `/changes/${pointerStep(field)}/${side}`;
  const hidden = redactions.find(({ path }) => path === at)?.kind;
  if (hidden !== undefined) return { hidden };
  return value === null || value === undefined ? '' : canonicalJson(value);
}

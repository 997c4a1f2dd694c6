// The newest events of a filter, read by page and kept as far as counting needs them: for what the daemon does not
// count itself, hours, minutes and sparklines.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { Client } from '../../../shared/client.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { formatRef } from '../../../shared/object-ref.js';
import { MAX_LIMIT } from '../../../shared/page.js';
import type { Sample, SampleEvent } from './answers.js';

/** Most events that are read for it. */
export const MOST_SAMPLED = 5000;

/** @throws Problem as the daemon said it */
export async function sampleOf({ audit }: Pick<Client, 'audit'>, filter: AuditFilter): Promise<Sample> {
  const events: SampleEvent[] = [];
  let cursor: string | undefined;
  while (events.length < MOST_SAMPLED) {
    const page = await audit.events({
      ...filter,
      limit: MAX_LIMIT,
      ...(cursor === undefined ? {} : { cursor }),
    });
    events.push(...page.data.map(sampled));
    if (page.next === null) return { events, complete: true };
    cursor = page.next;
  }
  return { events, complete: false };
}

function sampled(event: DataEvent): SampleEvent {
  return {
    timestamp: event.timestamp,
    count: event.count ?? 1,
    actor: formatRef(event.actorType, event.actorId),
    target: formatRef(event.targetType, event.targetId),
    action: event.action,
    outcome: event.outcome,
    eventName: event.eventName,
    field: event.changes === undefined ? undefined : Object.keys(event.changes),
  };
}

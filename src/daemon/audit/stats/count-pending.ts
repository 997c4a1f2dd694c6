// An event that is being appended, as rollups count it.
import type { DataEvent, PendingEvent } from '../../../shared/data-event.js';
import { formatRef } from '../../../shared/object-ref.js';
import { ACTIONS, OUTCOMES } from '../../../shared/vocabulary.js';
import type { Intern } from '../event-body.js';
import { KIND } from '../term.js';
import { slotOf } from './rollup.js';
import type { CountedEvent } from './rollup-writer.js';

export function countPending(event: PendingEvent | DataEvent, intern: Intern): CountedEvent {
  return {
    log: intern(KIND.all, ''),
    actor: intern(KIND.actor, formatRef(event.actorType, event.actorId)),
    target: intern(KIND.target, formatRef(event.targetType, event.targetId)),
    slot: slotOf(event.timestamp, ACTIONS.indexOf(event.action), OUTCOMES.indexOf(event.outcome)),
    occurrences: event.count ?? 1,
  };
}

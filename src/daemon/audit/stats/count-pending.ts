// An event that is being appended, as rollups count it.
import type { DataEvent, PendingEvent } from '../../../shared/data-event.js';
import { formatRef } from '../../../shared/object-ref.js';
import { ACTIONS, OUTCOMES } from '../../../shared/vocabulary.js';
import { KIND, type Kind } from '../term.js';
import { slotOf } from './rollup.js';
import type { CountedEvent } from './rollup-writer.js';

/** @param idOf gives the id of a string in `terms` */
export function countPending(
  event: PendingEvent | DataEvent,
  idOf: (kind: Kind, value: string) => number,
): CountedEvent {
  return {
    log: idOf(KIND.all, ''),
    actor: idOf(KIND.actor, formatRef(event.actorType, event.actorId)),
    target: idOf(KIND.target, formatRef(event.targetType, event.targetId)),
    slot: slotOf(event.timestamp, ACTIONS.indexOf(event.action), OUTCOMES.indexOf(event.outcome)),
    occurrences: event.count ?? 1,
  };
}

// Files an event that is being appended: gives it its body, and puts it under every term that it is counted and found
// by. Each of its strings is looked up once: what a body names is what the index finds it by, names and user agents apart.
import type { PendingEvent } from '../../shared/data-event.js';
import { formatRef } from '../../shared/object-ref.js';
import { ACTIONS, OUTCOMES } from '../../shared/vocabulary.js';
import { eventBody, type Intern } from './event-body.js';
import { slotOf } from './stats/rollup.js';
import type { CountedEvent } from './stats/rollup-writer.js';
import { dayOf, HELD_KINDS, KIND } from './term.js';
import type { Occurrence, TermBatch } from './term-batch.js';

export interface FiledEvent {
  body: string;
  /** As rollups count it. */
  counted: CountedEvent;
}

/** @throws TypeError as `eventBody` does; what was put under terms until then is to be discarded */
export type FileEvent = (event: PendingEvent, seq: number, recordedAt: number) => FiledEvent;

/** Under what an event is found is `eventTerms`: a verification compares the two. */
export function createEventFiling(terms: TermBatch): FileEvent {
  let occurrence: Occurrence = { timestamp: 0, seq: 0, count: 1 };
  let actor = 0;
  let target = 0;

  const named: Intern = (kind, value) => {
    if (HELD_KINDS.has(kind)) return terms.hold(kind, value).digits;
    const { id, digits } = terms.post(kind, value, occurrence);
    if (kind === KIND.actor) actor = id;
    else if (kind === KIND.target) target = id;
    return digits;
  };
  const actorType = createTypeRef();
  const targetType = createTypeRef();

  return (event, seq, recordedAt) => {
    const { timestamp, count = 1, action, outcome, onBehalfOf, requestId, correlationId } = event;
    occurrence = { timestamp, seq, count };
    const body = eventBody(event, recordedAt, named);
    const log = terms.post(KIND.all, '', occurrence).id;
    terms.count(KIND.day, dayOf(timestamp), occurrence);
    terms.post(KIND.actorType, actorType(event.actorType), occurrence);
    terms.post(KIND.targetType, targetType(event.targetType), occurrence);
    if (onBehalfOf !== undefined) terms.post(KIND.onBehalfOfType, formatRef(onBehalfOf.type, ''), occurrence);
    terms.post(KIND.action, action, occurrence);
    terms.post(KIND.outcome, outcome, occurrence);
    for (const field in event.changes) terms.post(KIND.field, field, occurrence);
    if (requestId !== undefined) terms.postUnique('requestId', requestId, occurrence);
    if (correlationId !== undefined) terms.postUnique('correlationId', correlationId, occurrence);
    const slot = slotOf(timestamp, ACTIONS.indexOf(action), OUTCOMES.indexOf(outcome));
    return { body, counted: { log, actor, target, slot, occurrences: count } };
  };
}

/** Gives what a whole type is found by. Mostly it is the same as the last time, and a string that is the same is met at once. */
function createTypeRef(): (type: string) => string {
  let last = { type: '', ref: formatRef('', '') };
  return type => {
    if (type !== last.type) last = { type, ref: formatRef(type, '') };
    return last.ref;
  };
}

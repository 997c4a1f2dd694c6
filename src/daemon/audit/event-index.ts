// Under which terms an event is counted and found.
import { eventTerms } from '../../shared/audit-filter.js';
import type { PendingEvent } from '../../shared/data-event.js';
import { dayOf, isUniqueKey, KIND, kindOf } from './term.js';
import type { TermBatch } from './term-batch.js';

/** Puts `event` under every term that it answers to, and into what is counted. */
export function indexEvent(event: PendingEvent, seq: number, terms: TermBatch): void {
  const occurrence = { timestamp: event.timestamp, seq, count: event.count ?? 1 };
  terms.post(KIND.all, '', occurrence);
  terms.count(KIND.day, dayOf(event.timestamp), occurrence);
  for (const [key, value] of eventTerms(event)) {
    if (isUniqueKey(key)) terms.postUnique(key, value, occurrence);
    else terms.post(kindOf(key, value), value, occurrence);
  }
}

// Reading the log is an event of the log. Who follows it, or refreshes a page of it, does not see their own.
import type { DataEvent } from './data-event.js';
import type { ObjectRef } from './object-ref.js';

const READING_EVENTS: readonly (string | undefined)[] = ['audit.queried', 'audit.exported', 'audit.verified'];

/** Whether `event` says that `reader` read the log. */
export function isReadingBy(event: DataEvent, reader: ObjectRef): boolean {
  return (
    READING_EVENTS.includes(event.eventName) && event.actorType === reader.type && event.actorId === reader.id
  );
}

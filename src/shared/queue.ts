// The seam between data layer and logger: they know each other only through this queue and the data event.
import type { PendingEvent } from './data-event.js';

/** A place in a queue. Opaque to everybody but the queue that made it; kept by the logger beside the log. */
export type QueueCursor = string;

/** What `read` found: whole commits, in order, and the cursor behind the last of them. */
export interface QueueBatch {
  events: PendingEvent[];
  cursor: QueueCursor;
}

/**
 * Events that are committed and perhaps not yet in the log, in the order of their commits.
 * Every implementation passes the suite in `test/conformance/queue.ts`.
 */
export interface Queue {
  /**
   * The commits after `cursor` (`null`: from the beginning). Takes whole commits until it has `maxEvents` or
   * more, so a batch may exceed `maxEvents` by less than one commit. With nothing new, `events` is empty and
   * `cursor` is the one that was given back (or the queue's beginning).
   * @throws QueueMismatch if the cursor comes from another queue or from another life of this one.
   */
  read(cursor: QueueCursor | null, maxEvents: number): Promise<QueueBatch>;
  /** Lets go of everything up to and including `cursor`: it is in the log. Never of anything after it. */
  forget(cursor: QueueCursor): Promise<void>;
  /** How many events are still held and lie after `cursor`; without one, how many are held. */
  depth(cursor?: QueueCursor | null): Promise<number>;
}

/** The cursor that the log holds does not belong to this queue: one of the two was restored or replaced. */
export class QueueMismatch extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QueueMismatch';
  }
}

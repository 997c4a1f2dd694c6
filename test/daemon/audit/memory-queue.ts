// A queue in memory, for tests that need one and no database.
import type { PendingEvent } from '#src/shared/data-event.js';
import { type Queue, QueueMismatch } from '#src/shared/queue.js';

let queues = 0;

/** A queue, and how to commit to it. Its cursors are `<queue>:<commits>`. */
export function memoryQueue(): Queue & { commit(...events: PendingEvent[]): void } {
  queues += 1;
  const life = String(queues);
  const commits: { events: PendingEvent[] }[] = [];
  let forgotten = 0;

  const locate = (cursor: string | null) => {
    const [of, commit] = (cursor ?? `${life}:0`).split(':');
    if (of !== life) throw new QueueMismatch('The cursor is of another queue.');
    return Number(commit);
  };

  return {
    commit(...events) {
      commits.push({ events: structuredClone(events) });
    },
    async read(cursor, maxEvents) {
      const events: PendingEvent[] = [];
      let at = Math.max(locate(cursor), forgotten);
      while (at < commits.length && events.length < maxEvents) events.push(...commits[at++]!.events);
      return { events, cursor: `${life}:${at}` };
    },
    async forget(cursor) {
      forgotten = Math.max(forgotten, locate(cursor));
    },
    async depth(cursor = null) {
      const from = Math.max(locate(cursor), forgotten);
      return commits.slice(from).reduce((sum, { events }) => sum + events.length, 0);
    },
  };
}

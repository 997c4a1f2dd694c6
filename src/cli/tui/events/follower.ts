// Follows the log for one list of events: what matches is told in small heaps as it is stored, and a lost
// connection is said and mended.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { Client } from '../../../shared/client.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { Problem } from '../../../shared/problem.js';
import type { EventList } from './event-list.js';
import type { ListHappening } from './list-happenings.js';

export interface FollowerOptions {
  client: Pick<Client, 'audit'>;
  tell(happening: ListHappening): void;
  /** Following ended for good; the list is told of it after that. */
  onProblem(problem: Problem): void;
  fail(error: unknown): void;
  /** Runs `later` after `ms`. */
  after(ms: number, later: () => void): void;
}

export interface Follower {
  /** Follows for the list, if it is to be followed, and for no other. */
  serve(list: EventList): void;
  close(): void;
}

/** Events that came in within so long are told together. */
const GATHER_MS = 50;

export function createFollower({ client, tell, onProblem, fail, after }: FollowerOptions): Follower {
  let current: { epoch: number; stop: AbortController } | undefined;

  async function follow(of: { epoch: number; filter: AuditFilter; afterSeq: number; stop: AbortSignal }) {
    const { epoch, stop } = of;
    let gathered: DataEvent[] = [];
    const events = client.audit.follow(of.filter, {
      signal: stop,
      afterSeq: of.afterSeq,
      onConnected: () => tell({ what: 'following', epoch, following: 'on' }),
      onLost: () => tell({ what: 'following', epoch, following: 'lost' }),
    });
    try {
      for await (const event of events) {
        gathered.push(event);
        if (gathered.length > 1) continue;
        after(GATHER_MS, () => {
          const arrived = gathered;
          gathered = [];
          if (!stop.aborted) tell({ what: 'arrived', epoch, events: arrived });
        });
      }
    } catch (error) {
      if (stop.aborted) return;
      if (!(error instanceof Problem)) return fail(error);
      onProblem(error);
      tell({ what: 'following', epoch, following: 'off' });
    }
  }

  return {
    serve(list) {
      const wanted = list.following !== 'off' && list.loaded;
      if (current !== undefined && (!wanted || current.epoch !== list.epoch)) {
        current.stop.abort();
        current = undefined;
      }
      if (!wanted || current !== undefined) return;
      const stop = new AbortController();
      current = { epoch: list.epoch, stop };
      void follow({ epoch: list.epoch, filter: list.filter, afterSeq: list.storedSeq, stop: stop.signal });
    },
    close: () => current?.stop.abort(),
  };
}

// Binds what is done in somebody's name to commits and their events: every operation of an actor runs in one of
// these scopes.
import type { PendingEvent } from '../../shared/data-event.js';
import type { Actor } from './actor.js';
import type { Capacity, Need } from './capacity.js';
import type { Commits } from './commits.js';
import { dataEvent } from './happening.js';
import type { ActingUnit, Scope } from './scope.js';

/** Most event ids that a scope remembers: a purge can make a million. */
const MAX_EVENT_IDS = 1_000;

export interface ScopeParts {
  commits: Commits;
  capacity: Capacity;
  /** `relaxed`: a read answers before its views are committed. */
  views: 'durable' | 'relaxed';
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
  log: { error(message: string, fields?: Record<string, unknown>): void };
}

/** The scopes of one actor. */
export interface ActorScopes {
  /** What is done is committed, with its events, when the promise resolves. */
  durable: Scope;
  /** For records: as durable, but for reads when views are relaxed. */
  records: Scope;
}

/** Makes the scopes of an actor. A data layer that keeps no log has another one of these. */
export type ScopeFactory = (parts: ScopeParts) => (actor: Actor) => ActorScopes;

/** Scopes that record every event in the outbox. */
export const recordingScopes: ScopeFactory = parts => actor => {
  const durable = durableScope(parts, actor);
  return { durable, records: parts.views === 'relaxed' ? relaxedScope(parts, durable) : durable };
};

function durableScope({ commits, capacity, now }: ScopeParts, actor: Actor): Scope {
  const eventIds: string[] = [];
  return {
    actor,
    eventIds,
    async commit<T>(need: Need, work: (unit: ActingUnit) => T): Promise<T> {
      capacity.admit(need);
      let ids: string[] = [];
      const value = await commits.run(unit => {
        const time = now();
        ids = [];
        return work({
          now: time,
          emit(happening) {
            const event = dataEvent(actor, happening, time);
            if (ids.length < MAX_EVENT_IDS) ids.push(event.id);
            unit.emit(event);
          },
        });
      }, need === 'view');
      for (const id of ids) {
        if (eventIds.length < MAX_EVENT_IDS) eventIds.push(id);
      }
      return value;
    },
  };
}

/** A scope whose views are answered at once and committed with what comes next. */
function relaxedScope({ commits, capacity, now, log }: ScopeParts, durable: Scope): Scope {
  const { actor, eventIds } = durable;
  return {
    actor,
    eventIds,
    async commit<T>(need: Need, work: (unit: ActingUnit) => T): Promise<T> {
      if (need !== 'view') return durable.commit(need, work);
      capacity.admit(need);
      const time = now();
      const seen: PendingEvent[] = [];
      const value = work({ now: time, emit: happening => seen.push(dataEvent(actor, happening, time)) });
      commits
        .runSoon(unit => {
          for (const event of seen) unit.emit(event);
        })
        .catch(error => log.error('Views were not recorded.', { error: String(error) }));
      return value;
    },
  };
}

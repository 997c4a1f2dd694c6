// What an operation of the data layer gets: it cannot commit anything without naming the actor.
import type { Actor } from './actor.js';
import type { Need } from './capacity.js';
import type { Happening } from './happening.js';

/** A transaction under way, in the name of an actor. */
export interface ActingUnit {
  /** Records a happening in the same transaction. */
  emit(happening: Happening): void;
  /** The time of everything in this unit, in milliseconds since the Unix epoch. */
  now: number;
}

export interface Scope {
  actor: Actor;
  /** The ids of the events that were committed in this scope so far, of the first 1,000 of them. */
  eventIds: string[];
  /**
   * Runs `work` in the next commit. Whatever `work` refuses, it refuses (by throwing a Problem) before it writes.
   * @throws Problem `unavailable` when there is no room for `need`.
   */
  commit<T>(need: Need, work: (unit: ActingUnit) => T): Promise<T>;
}

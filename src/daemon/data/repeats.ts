// Denials, failures and audit queries that repeat: the first of a kind is an event at once, the others of its
// minute are counted and become one more event, so that nobody can flood the log by asking again.
import type { PendingEvent } from '../../shared/data-event.js';
import type { Actor } from './actor.js';
import { dataEvent, type Happening } from './happening.js';

/** How long like occurrences are counted together, in milliseconds. */
export const REPEAT_WINDOW_MS = 60_000;

/** How many kinds are counted at once; beyond it, kinds of one actor and name are counted as one. */
export const MAX_KINDS = 10_000;

interface Kind {
  actor: Actor;
  happening: Happening;
  /** Monotonic milliseconds. */
  since: number;
  /** Occurrences after the first. */
  more: number;
}

export interface RepeatsOptions {
  /** Wall clock in milliseconds, for the events. */
  now(): number;
  /** Monotonic clock in milliseconds, for the window: a clock that jumps must not stop the counting. */
  monotonic(): number;
  maxKinds?: number;
}

export interface Repeats {
  /** The event to record now, or `undefined` if this occurrence is counted with an earlier one. */
  occur(actor: Actor, happening: Happening): PendingEvent | undefined;
  /** The counts of windows that have ended (`all`: of every window), as events to record. */
  due(all?: boolean): PendingEvent[];
  /** Kinds that are being counted. */
  size(): number;
}

export function createRepeats({ now, monotonic, maxKinds = MAX_KINDS }: RepeatsOptions): Repeats {
  // In the order of their windows' beginnings.
  const kinds = new Map<string, Kind>();

  const keyOf = (actor: Actor, { action, eventName, target, reason, query, onBehalfOf }: Happening) =>
    JSON.stringify([
      actor.type,
      actor.id,
      action,
      eventName,
      target.type,
      target.id,
      reason,
      query,
      onBehalfOf,
    ]);

  return {
    occur(actor, happening) {
      let counted = happening;
      let key = keyOf(actor, counted);
      let kind = kinds.get(key);
      if (kind === undefined && kinds.size >= maxKinds) {
        const { action, outcome, eventName, source } = happening;
        counted = {
          action,
          outcome,
          eventName,
          source,
          target: { type: 'various', id: '-' },
          reason: 'various',
        };
        key = keyOf(actor, counted);
        kind = kinds.get(key);
      }
      if (kind !== undefined && monotonic() - kind.since < REPEAT_WINDOW_MS) {
        kind.more += 1;
        return undefined;
      }
      // A window that ended without having been collected begins anew behind the others.
      const left = kind?.more ?? 0;
      kinds.delete(key);
      kinds.set(key, { actor, happening: counted, since: monotonic(), more: left });
      return dataEvent(actor, counted, now());
    },
    due(all = false) {
      const events: PendingEvent[] = [];
      for (const [key, { actor, happening, since, more }] of kinds) {
        if (!all && monotonic() - since < REPEAT_WINDOW_MS) break;
        kinds.delete(key);
        if (more > 0) events.push(dataEvent(actor, { ...happening, count: more }, now()));
      }
      return events;
    },
    size: () => kinds.size,
  };
}

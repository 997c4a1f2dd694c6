// What is counted ahead for statistics, as pure functions over events: for the whole log, and for each actor and
// target with many events, how much happened in every hour, and with whom. The logger keeps it (rollup-writer.ts),
// a verification counts it anew with `rollupsOf` and compares.
import type { PendingEvent } from '../../../shared/data-event.js';
import { formatRef } from '../../../shared/object-ref.js';
import { ACTIONS, type Action, OUTCOMES, type Outcome } from '../../../shared/vocabulary.js';

/**
 * From so many events on an actor or a target has a rollup. Of those with fewer the events themselves are counted
 * when somebody asks: that is as quick, and a rollup would be nearly as large as they are. Logs depend on it: a
 * change needs a migration.
 */
export const BUSY_EVENTS = 256;

/** How many events, and how many occurrences they stand for (the sum of their `count`). */
export interface Count {
  events: number;
  occurrences: number;
}

/**
 * An hour (since the Unix epoch, UTC), an action and an outcome as one number: the hour, times the number of
 * combinations, plus the combination. It is in the file.
 */
export type Slot = number;

/** What is counted of a subject: the log, an actor or a target. */
export interface Rollup<Other> {
  slots: Map<Slot, Count>;
  /** For an actor its targets, for a target its actors; nothing for the log. */
  others: Map<Other, Count>;
}

export const emptyRollup = <Other>(): Rollup<Other> => ({ slots: new Map(), others: new Map() });

const HOUR_MS = 3_600_000;
const COMBINATIONS = ACTIONS.length * OUTCOMES.length;

/** `action` and `outcome` are places in ACTIONS and OUTCOMES. */
export function slotOf(timestamp: number, action: number, outcome: number): Slot {
  return Math.floor(timestamp / HOUR_MS) * COMBINATIONS + action * OUTCOMES.length + outcome;
}

export interface SlotParts {
  /** When its hour begins, in milliseconds since the Unix epoch. */
  startsAt: number;
  action: Action;
  outcome: Outcome;
}

export function slotParts(slot: Slot): SlotParts {
  const combination = slot % COMBINATIONS;
  return {
    startsAt: Math.floor(slot / COMBINATIONS) * HOUR_MS,
    action: ACTIONS[Math.floor(combination / OUTCOMES.length)]!,
    outcome: OUTCOMES[combination % OUTCOMES.length]!,
  };
}

/** Slots of one week of the file: a block has a week (of seven days since the epoch). */
export const SLOTS_PER_WEEK = 7 * 24 * COMBINATIONS;

/** Adds one event that stands for `occurrences`. */
export function countEvent<Key>(counts: Map<Key, Count>, key: Key, occurrences: number): void {
  const count = counts.get(key);
  if (count === undefined) {
    counts.set(key, { events: 1, occurrences });
    return;
  }
  count.events += 1;
  count.occurrences += occurrences;
}

/** Adds all of `added` to `counts`. */
export function addCounts<Key>(counts: Map<Key, Count>, added: ReadonlyMap<Key, Count>): void {
  for (const [key, { events, occurrences }] of added) {
    const count = counts.get(key);
    if (count === undefined) {
      counts.set(key, { events, occurrences });
      continue;
    }
    count.events += events;
    count.occurrences += occurrences;
  }
}

/** Whose rollup it is, as `Rollups` has it: the log, an actor or a target. */
export const LOG_SUBJECT = 'log';
export const actorSubject = (ref: string) => `actor ${ref}`;
export const targetSubject = (ref: string) => `target ${ref}`;

/** Rollups by subject, the others by `TYPE:ID`. */
export type Rollups = Map<string, Rollup<string>>;

/** The rollups that a log of exactly these events has. */
export function rollupsOf(events: Iterable<PendingEvent>): Rollups {
  const all: Rollups = new Map();
  const rollup = (subject: string) => {
    const known = all.get(subject) ?? emptyRollup<string>();
    all.set(subject, known);
    return known;
  };
  for (const event of events) {
    const { timestamp, count = 1 } = event;
    const slot = slotOf(timestamp, ACTIONS.indexOf(event.action), OUTCOMES.indexOf(event.outcome));
    const actor = formatRef(event.actorType, event.actorId);
    const target = formatRef(event.targetType, event.targetId);
    const ofActor = rollup(actorSubject(actor));
    const ofTarget = rollup(targetSubject(target));
    for (const { slots } of [rollup(LOG_SUBJECT), ofActor, ofTarget]) countEvent(slots, slot, count);
    countEvent(ofActor.others, target, count);
    countEvent(ofTarget.others, actor, count);
  }
  return new Map([...all].filter(([subject, { slots }]) => subject === LOG_SUBJECT || isBusy(slots)));
}

function isBusy(slots: ReadonlyMap<Slot, Count>): boolean {
  let events = 0;
  for (const count of slots.values()) events += count.events;
  return events >= BUSY_EVENTS;
}

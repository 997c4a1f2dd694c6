// Takes events out of the rollups that statistics are made from; a subject that is no longer busy loses its own.
import type { Sqlite } from '../../sqlite.js';
import {
  BUSY_EVENTS,
  countEvent,
  emptyRollup,
  type Rollup,
  SLOTS_PER_WEEK,
  type Slot,
} from '../stats/rollup.js';
import { packWeek, unpackWeek } from '../stats/rollup-block.js';
import type { CountedEvent } from '../stats/rollup-writer.js';
import { KIND } from '../term.js';
import type { ShrunkTerm } from './term-remover.js';

export interface RollupRemover {
  /** Takes an event out. */
  take(event: CountedEvent): void;
  /** Writes what was taken, once the terms are written. */
  flush(shrunk: readonly ShrunkTerm[]): void;
  /** Begins anew: the transaction was rolled back. */
  discard(): void;
}

export function createRollupRemover(db: Sqlite): RollupRemover {
  const isKept = db
    .prepare<[number], number>('SELECT EXISTS (SELECT 1 FROM rollups WHERE subject = ?)')
    .pluck();
  const readWeek = db
    .prepare<[number, number], Buffer>('SELECT counts FROM rollups WHERE subject = ? AND week = ?')
    .pluck();
  const writeWeek = db.prepare<[Buffer, number, number]>(
    'UPDATE rollups SET counts = ? WHERE subject = ? AND week = ?',
  );
  const dropWeek = db.prepare<[number, number]>('DELETE FROM rollups WHERE subject = ? AND week = ?');
  const shrinkPair = db.prepare<[number, number, number, number]>(
    'UPDATE rollup_pairs SET events = events - ?, occurrences = occurrences - ? WHERE subject = ? AND other = ?',
  );
  const dropPair = db.prepare<[number, number]>(
    'DELETE FROM rollup_pairs WHERE subject = ? AND other = ? AND events = 0',
  );
  const dropWeeks = db.prepare<[number]>('DELETE FROM rollups WHERE subject = ?');
  const dropPairs = db.prepare<[number]>('DELETE FROM rollup_pairs WHERE subject = ?');
  const taken = new Map<number, Rollup<number>>();

  function rollup(subject: number): Rollup<number> {
    const known = taken.get(subject) ?? emptyRollup<number>();
    taken.set(subject, known);
    return known;
  }

  function shrink(subject: number, { slots, others }: Rollup<number>): void {
    const weeks = new Map<number, Slot[]>();
    for (const slot of slots.keys()) {
      const week = Math.floor(slot / SLOTS_PER_WEEK);
      weeks.set(week, [...(weeks.get(week) ?? []), slot]);
    }
    for (const [week, shrinking] of weeks) {
      const first = week * SLOTS_PER_WEEK;
      const counts: Rollup<number>['slots'] = new Map();
      unpackWeek(readWeek.get(subject, week) ?? Buffer.alloc(0), first, counts);
      for (const slot of shrinking) {
        const { events, occurrences } = slots.get(slot)!;
        const count = counts.get(slot);
        if (count === undefined || count.events < events)
          throw new Error('audit.db is damaged: a rollup counts less than there is.');
        count.events -= events;
        count.occurrences -= occurrences;
        if (count.events === 0) counts.delete(slot);
      }
      if (counts.size === 0) dropWeek.run(subject, week);
      else writeWeek.run(packWeek(counts, first), subject, week);
    }
    for (const [other, { events, occurrences }] of others) {
      shrinkPair.run(events, occurrences, subject, other);
      dropPair.run(subject, other);
    }
  }

  return {
    take({ log, actor, target, slot, occurrences }) {
      countEvent(rollup(log).slots, slot, occurrences);
      for (const [subject, other] of [
        [actor, target],
        [target, actor],
      ] as const) {
        countEvent(rollup(subject).slots, slot, occurrences);
        countEvent(rollup(subject).others, other, occurrences);
      }
    },
    flush(shrunk) {
      const quiet = shrunk.filter(
        ({ kind, events }) => (kind === KIND.actor || kind === KIND.target) && events < BUSY_EVENTS,
      );
      for (const { id } of quiet) {
        dropWeeks.run(id);
        dropPairs.run(id);
        taken.delete(id);
      }
      for (const [subject, rollup] of taken) if (isKept.get(subject) === 1) shrink(subject, rollup);
      taken.clear();
    },
    discard: () => taken.clear(),
  };
}

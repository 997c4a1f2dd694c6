// Keeps rollups up to date, for the log's one writer: in the transaction of every append.
import type { Sqlite } from '../../sqlite.js';
import { createRowInsert, ROWS_AT_ONCE } from '../row-insert.js';
import { KIND, type Kind } from '../term.js';
import {
  addCounts,
  BUSY_EVENTS,
  type Count,
  countEvent,
  emptyRollup,
  type Rollup,
  SLOTS_PER_WEEK,
  type Slot,
} from './rollup.js';
import { packWeek, unpackWeek } from './rollup-block.js';
import { createRollupCounter } from './rollup-counter.js';

/** An event as it is counted; subjects are ids of `terms`. */
export interface CountedEvent {
  log: number;
  actor: number;
  target: number;
  slot: Slot;
  occurrences: number;
}

/** A term that an append has written, with its events before and after. */
export interface GrownTerm {
  id: number;
  kind: Kind;
  before: number;
  after: number;
}

export interface RollupWriter {
  /** Counts an event of the append that is under way. */
  count(event: CountedEvent): void;
  /** Writes what was counted, once events, terms and index are written. */
  flush(grown: readonly GrownTerm[]): void;
  /** Begins anew: the transaction was rolled back. */
  discard(): void;
  /** Counts a subject that has no rollup yet (the log, an actor, a target) from its events. */
  recount(id: number, kind: Kind): void;
}

export function createRollupWriter(db: Sqlite): RollupWriter {
  const readWeek = db
    .prepare<[number, number], Buffer>('SELECT counts FROM rollups WHERE subject = ? AND week = ?')
    .pluck();
  const writeWeek = db.prepare<[number, number, Buffer]>(
    `INSERT INTO rollups (subject, week, counts) VALUES (?, ?, ?)
     ON CONFLICT (subject, week) DO UPDATE SET counts = excluded.counts`,
  );
  const pairs = createRowInsert<[number, number, number, number]>(db, {
    table: 'rollup_pairs',
    columns: ['subject', 'other', 'events', 'occurrences'],
    onConflict: `(subject, other) DO UPDATE
      SET events = events + excluded.events, occurrences = occurrences + excluded.occurrences`,
  });
  let counted: CountedEvent[] = [];

  function write(subject: number, { slots, others }: Rollup<number>): void {
    for (const [week, added] of byWeek(slots)) {
      const first = week * SLOTS_PER_WEEK;
      const old = readWeek.get(subject, week);
      const all = new Map<Slot, Count>();
      if (old !== undefined) unpackWeek(old, first, all);
      addCounts(all, added);
      writeWeek.run(subject, week, packWeek(all, first));
    }
    writePairs(subject, others);
  }

  function writePairs(subject: number, others: ReadonlyMap<number, Count>): void {
    const ids = [...others.keys()].sort((a, b) => a - b);
    const rowOf = (other: number): [number, number, number, number] => {
      const { events, occurrences } = others.get(other)!;
      return [subject, other, events, occurrences];
    };
    let at = 0;
    for (; at + ROWS_AT_ONCE <= ids.length; at += ROWS_AT_ONCE) {
      pairs.many(ids.slice(at, at + ROWS_AT_ONCE).flatMap(rowOf));
    }
    for (const other of ids.slice(at)) pairs.one(...rowOf(other));
  }

  const countSubject = createRollupCounter(db);
  const recount = (id: number, kind: Kind) => write(id, countSubject(id, kind));

  /** What this append adds to the log's rollup and to those that were there before it. */
  function additions(busy: ReadonlySet<number>): Map<number, Rollup<number>> {
    const added = new Map<number, Rollup<number>>();
    const rollup = (subject: number) => {
      const known = added.get(subject);
      if (known !== undefined) return known;
      const empty = emptyRollup<number>();
      added.set(subject, empty);
      return empty;
    };
    const add = (subject: number, other: number, { slot, occurrences }: CountedEvent) => {
      const { slots, others } = rollup(subject);
      countEvent(slots, slot, occurrences);
      countEvent(others, other, occurrences);
    };
    for (const event of counted) {
      const { log, actor, target } = event;
      countEvent(rollup(log).slots, event.slot, event.occurrences);
      if (busy.has(actor)) add(actor, target, event);
      if (busy.has(target)) add(target, actor, event);
    }
    return added;
  }

  return {
    count(event) {
      counted.push(event);
    },
    flush(grown) {
      const subjects = grown.filter(({ kind }) => kind === KIND.actor || kind === KIND.target);
      const busy = new Set(subjects.filter(({ before }) => before >= BUSY_EVENTS).map(({ id }) => id));
      for (const [subject, rollup] of [...additions(busy)].sort(([a], [b]) => a - b)) write(subject, rollup);
      for (const { id, kind, before, after } of subjects) {
        if (before < BUSY_EVENTS && after >= BUSY_EVENTS) recount(id, kind);
      }
      counted = [];
    },
    discard() {
      counted = [];
    },
    recount,
  };
}

function byWeek(slots: ReadonlyMap<Slot, Count>): Map<number, Map<Slot, Count>> {
  const weeks = new Map<number, Map<Slot, Count>>();
  for (const [slot, count] of slots) {
    const week = Math.floor(slot / SLOTS_PER_WEEK);
    const ofWeek = weeks.get(week) ?? new Map<Slot, Count>();
    weeks.set(week, ofWeek.set(slot, count));
  }
  return weeks;
}

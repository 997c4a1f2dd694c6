// Compares the rollups that statistics are made from with the events: by sums of random numbers over groups of subjects
// (lanes.ts), and where those differ subject by subject, counted anew.
import type { Sqlite } from '../../sqlite.js';
import { BUSY_EVENTS, type Count, SLOTS_PER_WEEK, type Slot } from '../stats/rollup.js';
import { packWeek, unpackWeek } from '../stats/rollup-block.js';
import { createRollupCounter } from '../stats/rollup-counter.js';
import { KIND, type Kind } from '../term.js';
import type { Findings } from './findings.js';
import { createLaneKeys, type Lanes } from './lanes.js';

/** An event as rollups count it; subjects are ids of `terms`, absent for one without a rollup. */
export interface RolledEvent {
  log: number | undefined;
  actor: number | undefined;
  target: number | undefined;
  /** Of both, whether they have a rollup or not. */
  actorId: number;
  targetId: number;
  slot: Slot;
  occurrences: number;
}

export interface RollupCheck {
  /** Takes an event. */
  take(event: RolledEvent): void;
  /** Compares what was taken, which must be every event, with what is kept. Yields between subjects. */
  compare(): Generator<void>;
}

/** Sums are kept for this many groups of subjects. */
const GROUPS = 1_024;

/** Rows that are read at a time. */
const SLICE = 500;

type WeekRow = [subject: number, week: number, counts: Buffer];
type PairRow = [subject: number, other: number, events: number, occurrences: number];

export function createRollupCheck(db: Sqlite, findings: Findings): RollupCheck {
  const keys = createLaneKeys();
  const sums = Array.from({ length: 4 }, () => new Int32Array(GROUPS)) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  /** The counts themselves, weighted: the lanes do not see a difference of a multiple of 2^32. */
  const exact = [new Float64Array(GROUPS), new Float64Array(GROUPS)] as const;
  const groupOf = (subject: Lanes) => subject.b & (GROUPS - 1);

  function add(subject: Lanes, what: Lanes, { events, occurrences }: Count): void {
    const group = groupOf(subject);
    const [eventsA, eventsB, occurrencesA, occurrencesB] = sums;
    const a = Math.imul(subject.a, what.a);
    const b = Math.imul(subject.b, what.b);
    eventsA[group] = eventsA[group]! + Math.imul(a, events);
    eventsB[group] = eventsB[group]! + Math.imul(b, events);
    occurrencesA[group] = occurrencesA[group]! + Math.imul(a, occurrences);
    occurrencesB[group] = occurrencesB[group]! + Math.imul(b, occurrences);
    const weight = 1 + (a >>> 22);
    const [exactEvents, exactOccurrences] = exact;
    exactEvents[group] = exactEvents[group]! + weight * events;
    exactOccurrences[group] = exactOccurrences[group]! + weight * occurrences;
  }

  /** A number for the other of a pair, which is none of an hour's. */
  const otherLanes = (other: number) => keys.ofTime(-1 - other);

  function* takeWeeks(): Generator<void> {
    const read = db
      .prepare<[number, number, number], WeekRow>(
        'SELECT subject, week, counts FROM rollups WHERE (subject, week) > (?, ?) ORDER BY subject, week LIMIT ?',
      )
      .raw();
    for (let rows: WeekRow[] = [[Number.MIN_SAFE_INTEGER, 0, Buffer.alloc(0)]]; rows.length > 0; ) {
      const [subject, week] = rows.at(-1)!;
      rows = read.all(subject, week, SLICE);
      for (const [id, at, counts] of rows) takeWeek(keys.ofTerm(id), at * SLOTS_PER_WEEK, counts);
      yield;
    }
  }

  function takeWeek(subject: Lanes, first: Slot, counts: Buffer): void {
    const slots = new Map<Slot, Count>();
    try {
      unpackWeek(counts, first, slots);
    } catch {
      findings.add('counts', null, 'The counts of a week cannot be read.');
      return;
    }
    if (!packWeek(slots, first).equals(counts))
      findings.add('counts', null, 'The counts of a week are not as they were written.');
    for (const [slot, { events, occurrences }] of slots)
      add(subject, keys.ofTime(slot), { events: -events, occurrences: -occurrences });
  }

  function* takePairs(): Generator<void> {
    const read = db
      .prepare<[number, number, number], PairRow>(
        `SELECT subject, other, events, occurrences FROM rollup_pairs
         WHERE (subject, other) > (?, ?) ORDER BY subject, other LIMIT ?`,
      )
      .raw();
    for (let rows: PairRow[] = [[Number.MIN_SAFE_INTEGER, 0, 0, 0]]; rows.length > 0; ) {
      const [subject, other] = rows.at(-1)!;
      rows = read.all(subject, other, SLICE);
      for (const [id, with_, events, occurrences] of rows)
        add(keys.ofTerm(id), otherLanes(with_), { events: -events, occurrences: -occurrences });
      yield;
    }
  }

  return {
    take({ log, actor, target, actorId, targetId, slot, occurrences }) {
      const one = { events: 1, occurrences };
      const hour = keys.ofTime(slot);
      if (log !== undefined) add(keys.ofTerm(log), hour, one);
      if (actor !== undefined) {
        add(keys.ofTerm(actor), hour, one);
        add(keys.ofTerm(actor), otherLanes(targetId), one);
      }
      if (target !== undefined) {
        add(keys.ofTerm(target), keys.ofTime(slot), one);
        add(keys.ofTerm(target), otherLanes(actorId), one);
      }
    },

    *compare() {
      yield* takeWeeks();
      yield* takePairs();
      const isWrong = (subject: Lanes) => [...sums, ...exact].some(sum => sum[groupOf(subject)] !== 0);
      const subjects = db
        .prepare<[Kind, Kind, Kind, number], { id: number; kind: Kind; value: string }>(
          `SELECT id, kind, value FROM terms WHERE kind = ? OR (kind IN (?, ?) AND events >= ?)
           UNION SELECT id, kind, value FROM terms WHERE id IN
             (SELECT subject FROM rollups UNION SELECT subject FROM rollup_pairs)`,
        )
        .all(KIND.all, KIND.actor, KIND.target, BUSY_EVENTS);
      const strangers = db
        .prepare<[], number>(
          `SELECT count(*) FROM (SELECT subject FROM rollups UNION SELECT subject FROM rollup_pairs)
           WHERE subject NOT IN (SELECT id FROM terms)`,
        )
        .pluck()
        .get();
      if (strangers !== 0)
        findings.add('counts', null, 'Statistics are kept of something that is not in the log.');
      const count = createRollupCounter(db);
      const kept = createKeptRollups(db);
      for (const { id, kind, value } of subjects) {
        const { slots, others, events } = kept(id);
        const busy = kind === KIND.all || events >= BUSY_EVENTS;
        if (busy && slots.size > 0 && !isWrong(keys.ofTerm(id))) continue;
        const counted = count(id, kind);
        if (busy && same(counted.slots, slots) && same(counted.others, others)) continue;
        const name = kind === KIND.all ? 'the log' : JSON.stringify(value);
        findings.add('counts', null, `The statistics of ${name} are wrong.`);
        yield;
      }
    },
  };
}

/** What is kept of a subject. */
function createKeptRollups(db: Sqlite) {
  const weeks = db
    .prepare<[number], WeekRow>('SELECT subject, week, counts FROM rollups WHERE subject = ?')
    .raw();
  const pairs = db
    .prepare<[number], PairRow>(
      'SELECT subject, other, events, occurrences FROM rollup_pairs WHERE subject = ?',
    )
    .raw();
  return (id: number) => {
    const slots = new Map<Slot, Count>();
    for (const [, week, counts] of weeks.all(id)) {
      try {
        unpackWeek(counts, week * SLOTS_PER_WEEK, slots);
      } catch {
        // Found already, when its sum was taken.
      }
    }
    const others = new Map<number, Count>();
    for (const [, other, events, occurrences] of pairs.all(id)) others.set(other, { events, occurrences });
    let events = 0;
    for (const count of slots.values()) events += count.events;
    return { slots, others, events };
  };
}

function same(a: ReadonlyMap<number, Count>, b: ReadonlyMap<number, Count>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, { events, occurrences }] of a) {
    const other = b.get(key);
    if (other?.events !== events || other.occurrences !== occurrences) return false;
  }
  return true;
}

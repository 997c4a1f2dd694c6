// Reads rollups as the logger keeps them.
import type { Sqlite } from '../../sqlite.js';
import { KIND } from '../term.js';
import {
  actorSubject,
  type Count,
  emptyRollup,
  LOG_SUBJECT,
  type Rollups,
  SLOTS_PER_WEEK,
  type Slot,
  targetSubject,
} from './rollup.js';
import { unpackWeek } from './rollup-block.js';

/** From here on a pair is in the index `rollup_pairs_busiest` (schema.ts). */
const BUSY_PAIR = 16;

/** Pairs that are read to find the busiest where few are busy: about 10 ms. */
const MAX_PAIRS = 10_000;

/** An actor or a target, and how much it had to do with the subject. */
export interface Partner extends Count {
  /** `TYPE:ID` */
  key: string;
}

export interface RollupReader {
  /** What is counted of a subject (an id of `terms`), by slot; `undefined` if it has no rollup. */
  slots(subject: number): Map<Slot, Count> | undefined;
  /** The `limit` others that had most to do with the subject; `partial` if there may be busier ones. */
  busiest(subject: number, limit: number): { rows: Partner[]; partial: boolean };
}

export function createRollupReader(db: Sqlite): RollupReader {
  const weeks = db
    .prepare<[number], [week: number, counts: Buffer]>(
      'SELECT week, counts FROM rollups WHERE subject = ? ORDER BY week',
    )
    .raw();
  const pairs = (condition: string) =>
    db.prepare<[number, number], Partner>(
      `SELECT value AS key, pair.events, pair.occurrences FROM rollup_pairs AS pair
       JOIN terms ON terms.id = pair.other WHERE subject = ? AND ${condition} LIMIT ?`,
    );
  const busyPairs = pairs(`pair.occurrences >= ${BUSY_PAIR} ORDER BY pair.occurrences DESC, value`);
  const otherPairs = pairs(`pair.occurrences < ${BUSY_PAIR}`);

  return {
    slots(subject) {
      const slots = new Map<Slot, Count>();
      for (const [week, counts] of weeks.iterate(subject)) unpackWeek(counts, week * SLOTS_PER_WEEK, slots);
      return slots.size === 0 ? undefined : slots;
    },
    busiest(subject, limit) {
      const busy = busyPairs.all(subject, limit);
      if (busy.length === limit) return { rows: busy, partial: false };
      const others = otherPairs.all(subject, MAX_PAIRS + 1);
      const rows = [...busy, ...others].sort(byOccurrences).slice(0, limit);
      return { rows, partial: others.length > MAX_PAIRS };
    },
  };
}

/** The most frequent first, ties by name. */
export function byOccurrences(a: Partner, b: Partner): number {
  return b.occurrences - a.occurrences || (a.key < b.key ? -1 : 1);
}

/** Every rollup of the log, to be compared with `rollupsOf` its events. Reads all of it into memory. */
export function storedRollups(db: Sqlite): Rollups {
  const stored: Rollups = new Map();
  const reader = createRollupReader(db);
  const others = db.prepare<[number], Partner>(
    `SELECT value AS key, pair.events, pair.occurrences FROM rollup_pairs AS pair
     JOIN terms ON terms.id = pair.other WHERE subject = ?`,
  );
  const subjects = db.prepare<[], { id: number; kind: number; value: string }>(
    `SELECT id, kind, value FROM terms WHERE id IN
       (SELECT subject FROM rollups UNION SELECT subject FROM rollup_pairs)`,
  );
  for (const { id, kind, value } of subjects.all()) {
    const rollup = emptyRollup<string>();
    rollup.slots = reader.slots(id) ?? rollup.slots;
    for (const { key, events, occurrences } of others.iterate(id)) {
      rollup.others.set(key, { events, occurrences });
    }
    const subject = kind === KIND.actor ? actorSubject(value) : targetSubject(value);
    stored.set(kind === KIND.all ? LOG_SUBJECT : subject, rollup);
  }
  return stored;
}

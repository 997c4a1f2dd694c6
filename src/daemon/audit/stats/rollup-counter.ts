// Counts the rollup of one subject from its events.
import type { Sqlite } from '../../sqlite.js';
import { createEffort } from '../effort.js';
import { FIELD } from '../event-body.js';
import { createEventRows } from '../event-rows.js';
import { fieldOf } from '../event-values.js';
import { createPostings } from '../posting-list.js';
import { KIND, type Kind } from '../term.js';
import { countEvent, emptyRollup, type Rollup, slotOf } from './rollup.js';

/** Rows that are read at a time. */
const SLICE = 1_000;

/** The rollup of the log, an actor or a target, which are terms of that kind; others are ids of `terms`. */
export type RollupCounter = (id: number, kind: Kind) => Rollup<number>;

export function createRollupCounter(db: Sqlite): RollupCounter {
  const rows = createEventRows(db);
  const postings = createPostings(db);
  return (id, kind) => {
    const otherField = OTHER_FIELD[kind];
    const rollup = emptyRollup<number>();
    const list = postings.list(id, 'asc', createEffort(Number.POSITIVE_INFINITY));
    let timestamps: number[] = [];
    let seqs: number[] = [];
    const countSlice = () => {
      for (const [index, body] of rows.bodiesBySeqs(seqs).entries())
        if (body !== undefined) countBody(rollup, timestamps[index]!, body, otherField);
      timestamps = [];
      seqs = [];
    };
    for (list.seek(0, 0); !list.done; list.seek(list.timestamp, list.seq + 1)) {
      timestamps.push(list.timestamp);
      seqs.push(list.seq);
      if (seqs.length === SLICE) countSlice();
    }
    countSlice();
    return rollup;
  };
}

/** Where the body of an event names the other of a subject. */
const OTHER_FIELD: Partial<Record<Kind, number>> = {
  [KIND.actor]: FIELD.target,
  [KIND.target]: FIELD.actor,
};

/** Adds a stored event to the rollup of a subject. */
function countBody(
  rollup: Rollup<number>,
  timestamp: number,
  body: string,
  otherField: number | undefined,
): void {
  const happening = fieldOf(body, FIELD.happening);
  const count = fieldOf(body, FIELD.count);
  const occurrences = count === '' ? 1 : Number.parseInt(count, 36);
  countEvent(rollup.slots, slotOf(timestamp, Number(happening[0]), Number(happening[1])), occurrences);
  if (otherField === undefined) return;
  countEvent(rollup.others, Number.parseInt(fieldOf(body, otherField), 36), occurrences);
}

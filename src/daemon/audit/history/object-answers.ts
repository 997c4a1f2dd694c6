// What the query thread answers about one object: its state at a moment, and who set each of its fields.

import { pointerStep } from '../../../shared/json-pointer.js';
import type { Blame, Moment, ObjectState } from '../../../shared/object-history.js';
import { parseRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import { FIELD } from '../event-body.js';
import type { EventRow } from '../event-rows.js';
import { fieldsOf } from '../event-values.js';
import type { LogView } from '../log-view.js';
import { hexToUuid } from '../uuid-bytes.js';
import { type ObjectScope, objectEvents, slicesOf } from './object-events.js';
import { lastTouches, type Recorded, standingAfter, type Touch } from './replay.js';
import { type Step, stepOf, type Told } from './steps.js';

export interface ObjectQuestion extends ObjectScope {
  /** Now, when left out. */
  moment: Moment;
  recorded: Recorded;
}

/** The steps of an object, and how many have happened at the moment. */
export interface Life {
  /** All of them, or those up to the moment where more was not needed. */
  steps: Step[];
  count: number;
  /** Whether anything at all has been seen of the object. */
  isKnown: boolean;
}

/**
 * All that the log has of an object, up to now or to a moment.
 * @param isEnough whether what was read up to the moment answers the question without what came after it
 */
export async function lifeOf(
  view: LogView,
  { moment, ...scope }: Omit<ObjectQuestion, 'recorded'>,
  isEnough: (life: Life) => boolean = () => false,
): Promise<Life> {
  const events = await objectEvents(view, scope, { changesOnly: true, snapshot: view.size() });
  const life: Life = { steps: [], count: 0, isKnown: false };
  const read = async (from: number, to: number) => {
    for await (const slice of slicesOf(view, events, { from, to })) {
      for (const event of slice) {
        life.isKnown = true;
        const step = stepOf(event);
        if (step !== undefined) life.steps.push(step);
      }
    }
  };
  const { time = Number.POSITIVE_INFINITY, seq } = moment;
  const { timestamps, seqs } = events.positions;
  if (seq !== undefined && !events.bySeq) {
    // Reports can be late: what the log did not hold at that place in it is not known there.
    await read(0, seqs.length);
    const steps = life.steps.filter(step => step.seq <= seq);
    return { ...life, steps, count: steps.length };
  }
  const happened = (one: { timestamp: number; seq: number }) =>
    seq === undefined ? one.timestamp <= time : one.seq <= seq;
  const behind = seqs.findLastIndex((at, index) => happened({ seq: at, timestamp: timestamps[index]! })) + 1;
  await read(0, behind);
  life.count = life.steps.findLastIndex(happened) + 1;
  if (behind < seqs.length && !isEnough(life)) await read(behind, seqs.length);
  return life;
}

/** @returns `null` if the log knows nothing of the object */
export async function objectState(view: LogView, question: ObjectQuestion): Promise<ObjectState | null> {
  // What a later change found tells what an incomplete log does not.
  const isEnough = (life: Life) =>
    life.steps.length > 0 && standingAfter(life.steps, life.count, question.recorded).complete;
  const { steps, count, isKnown } = await lifeOf(view, question, isEnough);
  if (!isKnown) return null;
  const standing = standingAfter(steps, count, question.recorded);
  // An object that was only looked at was there.
  const wasThere = steps.length === 0;
  const { fields } = standing;
  const complete = standing.complete && !wasThere;
  const { type, id } = parseRef(question.target)!;
  const last = steps[count - 1];
  const hidden = [...fields].filter(([, told]) => told.hidden !== undefined);
  const redactions = hidden.flatMap(([field, told]) =>
    told.hidden === 'secret' || told.hidden === 'erased'
      ? [{ path: `/state/${pointerStep(field)}`, kind: told.hidden }]
      : [],
  );
  return {
    type,
    id,
    exists: standing.exists || wasThere,
    state: Object.fromEntries(
      [...fields].filter(([, { value }]) => value !== null).map(([field, { value }]) => [field, value]),
    ),
    seq: last?.seq ?? null,
    timestamp: last?.timestamp ?? null,
    complete,
    notRecorded: hidden.map(([field]) => field).sort(),
    ...(redactions.length === 0 ? {} : { redactions }),
    ...(complete || steps[0] === undefined ? {} : { knownSince: steps[0].timestamp }),
    ...(last === undefined ? {} : { eventId: idOf(view, last.seq) }),
  };
}

/** @returns `null` if the log knows nothing of the object */
export async function objectBlame(view: LogView, question: ObjectQuestion): Promise<Blame[] | null> {
  const { steps, count, isKnown } = await lifeOf(view, question, life => life.isKnown);
  if (!isKnown) return null;
  return [...lastTouches(steps.slice(0, count))].map(([field, touch]) => blameOf(view, field, touch));
}

function blameOf(view: LogView, field: string, { value, seq, changes }: Touch): Blame {
  const row = rowOf(view, seq);
  const body = fieldsOf(row);
  const actor = parseRef(view.terms.text(body[FIELD.actor]!).value)!;
  const actorName = body[FIELD.actorName];
  return {
    field,
    ...shown(value),
    actorType: actor.type,
    actorId: actor.id,
    ...(actorName ? { actorName: view.terms.text(actorName).value } : {}),
    timestamp: row[2],
    eventId: hexToUuid(row[1]),
    seq,
    changes,
  };
}

const shown = ({ value, hidden }: Told) => ({ value, ...(hidden === undefined ? {} : { hidden }) });

const idOf = (view: LogView, seq: number) => hexToUuid(rowOf(view, seq)[1]);

function rowOf(view: LogView, seq: number): EventRow {
  const [row] = view.events.bySeqs([seq]);
  if (row !== undefined) return row;
  throw new Problem('unavailable', 'The oldest events are being removed at this moment. Ask again.', {
    retryAfterSeconds: 1,
  });
}

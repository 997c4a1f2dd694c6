// What the query thread answers about one object: its state at a moment, and who set each of its fields.

import { pointerStep } from '../../../shared/json-pointer.js';
import type { Blame, Moment, ObjectState } from '../../../shared/object-history.js';
import { parseRef } from '../../../shared/object-ref.js';
import { FIELD } from '../event-body.js';
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

/** The steps of an object, all of them, and how many have happened at the moment. */
export interface Life {
  steps: Step[];
  count: number;
  /** Whether anything at all has been seen of the object. */
  isKnown: boolean;
}

/** All that the log has of an object, up to now or to a moment. */
export async function lifeOf(
  view: LogView,
  { moment, ...scope }: Omit<ObjectQuestion, 'recorded'>,
): Promise<Life> {
  const events = await objectEvents(view, scope, { changesOnly: true, snapshot: view.size() });
  const steps: Step[] = [];
  let isKnown = false;
  for await (const slice of slicesOf(view, events)) {
    for (const event of slice) {
      isKnown = true;
      const step = stepOf(event);
      if (step !== undefined) steps.push(step);
    }
  }
  const { time = Number.POSITIVE_INFINITY, seq } = moment;
  if (seq !== undefined && !events.bySeq) {
    // Reports can be late: what the log did not hold at that place in it is not known there.
    const known = steps.filter(step => step.seq <= seq);
    return { steps: known, count: known.length, isKnown };
  }
  const happened = (step: Step) => (seq === undefined ? step.timestamp <= time : step.seq <= seq);
  return { steps, count: steps.findLastIndex(happened) + 1, isKnown };
}

/** @returns `null` if the log knows nothing of the object */
export async function objectState(view: LogView, question: ObjectQuestion): Promise<ObjectState | null> {
  const { steps, count, isKnown } = await lifeOf(view, question);
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
  const { steps, count, isKnown } = await lifeOf(view, question);
  if (!isKnown) return null;
  return [...lastTouches(steps.slice(0, count))].map(([field, touch]) => blameOf(view, field, touch));
}

function blameOf(view: LogView, field: string, { value, seq, changes }: Touch): Blame {
  const [row] = view.events.bySeqs([seq]);
  const body = fieldsOf(row!);
  const actor = parseRef(view.terms.text(body[FIELD.actor]!).value)!;
  const actorName = body[FIELD.actorName];
  return {
    field,
    ...shown(value),
    actorType: actor.type,
    actorId: actor.id,
    ...(actorName ? { actorName: view.terms.text(actorName).value } : {}),
    timestamp: row![2],
    eventId: hexToUuid(row![1]),
    seq,
    changes,
  };
}

const shown = ({ value, hidden }: Told) => ({ value, ...(hidden === undefined ? {} : { hidden }) });

function idOf(view: LogView, seq: number): string {
  const [row] = view.events.bySeqs([seq]);
  return hexToUuid(row![1]);
}

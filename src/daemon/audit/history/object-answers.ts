// What the query thread answers about one object: its state at a moment, and who set each of its fields.

import { pointerStep } from '../../../shared/json-pointer.js';
import type { Blame, Moment, ObjectState } from '../../../shared/object-history.js';
import { parseRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import { ERASED, FIELD } from '../event-body.js';
import type { EventRow } from '../event-rows.js';
import { fieldsOf } from '../event-values.js';
import type { LogView } from '../log-view.js';
import { hexToUuid } from '../uuid-bytes.js';
import { readLife } from './life.js';
import type { ObjectScope } from './object-events.js';
import { createStanding, createTouches, type Recorded, type Touch } from './replay.js';
import { hiddenOf, type Told, toldValue } from './steps.js';

export interface ObjectQuestion extends ObjectScope {
  /** Now, when left out. */
  moment: Moment;
  recorded: Recorded;
}

/** @returns `null` if the log knows nothing of the object */
export async function objectState(
  view: LogView,
  { recorded, ...question }: ObjectQuestion,
): Promise<ObjectState | null> {
  const replay = createStanding(recorded);
  const isKnown = await readLife(view, question, replay);
  if (!isKnown) return null;
  const { exists, fields, first, last, ...standing } = replay.standing();
  // An object that was only looked at was there.
  const wasThere = first === undefined;
  const complete = standing.complete && !wasThere;
  const { type, id } = parseRef(question.target)!;
  const hidden = [...fields].flatMap(([field, told]) => {
    const kind = hiddenOf(told);
    return kind === undefined ? [] : [{ field, kind }];
  });
  const redactions = hidden.flatMap(({ field, kind }) =>
    kind === 'unrecorded' ? [] : [{ path: `/state/${pointerStep(field)}`, kind }],
  );
  return {
    type,
    id,
    exists: exists || wasThere,
    state: Object.fromEntries(
      [...fields].filter(([, told]) => isValue(told)).map(([field, told]) => [field, toldValue(told)]),
    ),
    seq: last?.seq ?? null,
    timestamp: last?.timestamp ?? null,
    complete,
    notRecorded: hidden.map(({ field }) => field).sort(),
    ...(redactions.length === 0 ? {} : { redactions }),
    ...(complete || first === undefined ? {} : { knownSince: first.timestamp }),
    ...(last === undefined ? {} : { eventId: idOf(view, last.seq) }),
  };
}

/** @returns `null` if the log knows nothing of the object */
export async function objectBlame(view: LogView, question: ObjectQuestion): Promise<Blame[] | null> {
  const replay = createTouches();
  const isKnown = await readLife(view, question, replay);
  if (!isKnown) return null;
  return [...replay.touches()].map(([field, touch]) => blameOf(view, field, touch));
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
    ...(actorName && actorName !== ERASED ? { actorName: view.terms.text(actorName).value } : {}),
    timestamp: row[2],
    eventId: hexToUuid(row[1]),
    seq,
    changes,
  };
}

const isValue = (told: Told) => told !== '' && hiddenOf(told) === undefined;

function shown(told: Told): Pick<Blame, 'value' | 'hidden'> {
  const hidden = hiddenOf(told);
  return { value: toldValue(told), ...(hidden === undefined ? {} : { hidden }) };
}

const idOf = (view: LogView, seq: number) => hexToUuid(rowOf(view, seq)[1]);

function rowOf(view: LogView, seq: number): EventRow {
  const [row] = view.events.bySeqs([seq]);
  if (row !== undefined) return row;
  throw new Problem('unavailable', 'The oldest events are being removed at this moment. Ask again.', {
    retryAfterSeconds: 1,
  });
}

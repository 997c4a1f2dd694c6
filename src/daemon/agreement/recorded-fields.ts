// What the log can be expected to know of a type's records: what every version of the type let it record.
import type { Recording as PartialRecording } from '../../shared/api.js';
import { formatRef } from '../../shared/object-ref.js';
import type { RecordingLevel } from '../../shared/vocabulary.js';
import { objectEvents, slicesOf } from '../audit/history/object-events.js';
import { type Step, stepOf, toldValue } from '../audit/history/steps.js';
import type { LogView } from '../audit/log-view.js';
import { compileType } from '../data/compile-type.js';
import type { Recording, RecordType } from '../data/record-type.js';
import type { Moment } from './moments.js';
import { pendingStep } from './pending-steps.js';

export interface RecordedFields {
  /** The least that was ever recorded of each action. */
  recording: Recording;
  /** Fields whose values are, or once were, kept out of the log. */
  unrecorded: ReadonlySet<string>;
}

/** @param type as it is defined at `moment` */
export async function recordedFields(moment: Moment, type: RecordType): Promise<RecordedFields> {
  const versions = [type, ...(type.builtIn ? [] : await earlierVersions(moment, type))];
  return {
    recording: versions.map(({ recording }) => recording).reduce(leastOf),
    unrecorded: new Set(versions.flatMap(({ ignored, secret }) => [...ignored, ...secret])),
  };
}

async function earlierVersions(
  { log, pending }: Moment,
  { name, schema: schemaNow }: RecordType,
): Promise<RecordType[]> {
  const target = formatRef('types', name);
  const all = await storedSteps(log, target);
  for (const event of pending('types')) if (event.targetId === name) all.push(pendingStep(event));
  // Where the log begins in the middle of a type's life, a part that no change names is as it is now.
  let schema = all[0]?.action === 'changed' ? schemaNow : undefined;
  let record: PartialRecording | undefined;
  // The first that is left says what there was before it, where the log begins in the middle of a type's life.
  const versions = all.flatMap(({ action, fields = [] }, index) =>
    index === 0 && action === 'changed'
      ? [fields.map(({ field, prev }) => ({ field, next: prev })), fields]
      : action === 'deleted'
        ? []
        : [fields],
  );
  return versions.flatMap(fields => {
    for (const { field, next } of fields) {
      if (field === 'schema') schema = toldValue(next) as Record<string, unknown>;
      if (field === 'record') record = toldValue(next) as PartialRecording;
    }
    return schema === undefined
      ? []
      : [compileType({ name, schema, ...(record === undefined ? {} : { record }) })];
  });
}

/** Whoever they are of: events of types were the data layer's once, and are the daemon's own now. */
async function storedSteps(log: LogView, target: string): Promise<Step[]> {
  const scope = { target, managed: true };
  const wanted = { changesOnly: true, snapshot: log.size(), fromAnywhere: true };
  const events = await objectEvents(log, scope, wanted);
  const steps: Step[] = [];
  for await (const slice of slicesOf(log, events)) {
    for (const event of slice) {
      const step = stepOf(event);
      if (step !== undefined) steps.push(step);
    }
  }
  return steps;
}

const ORDER: RecordingLevel[] = ['none', 'metadata', 'changes'];

const lesser = (a: RecordingLevel, b: RecordingLevel) => (ORDER.indexOf(a) < ORDER.indexOf(b) ? a : b);

const leastOf = (a: Recording, b: Recording): Recording => ({
  viewed: lesser(a.viewed, b.viewed),
  created: lesser(a.created, b.created),
  changed: lesser(a.changed, b.changed),
  deleted: lesser(a.deleted, b.deleted),
});

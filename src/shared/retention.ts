// What retention would remove and erase now: asked for and answered by `/v1/audit/retention`.
import Type, { type Static } from 'typebox';
import { TimestampSchema } from './data-event.js';

const closed = { additionalProperties: false };

const moment = (description: string) => Type.Unsafe<number>({ ...TimestampSchema, description });
const span = {
  first: Type.Integer({ description: 'The `seq` of the first of them.' }),
  last: Type.Integer({ description: 'And of the last.' }),
  since: moment('When the first was stored.'),
  until: moment('When the last was stored.'),
};

export const DueRemovalSchema = Type.Object(
  { ...span, events: Type.Integer(), occurrences: Type.Integer({ description: 'What they stand for.' }) },
  { ...closed, description: 'The beginning of the log that would be removed.' },
);
export type DueRemoval = Static<typeof DueRemovalSchema>;

export const DueErasureSchema = Type.Object(
  {
    rule: Type.Object({}, { additionalProperties: true, description: 'As the settings have it.' }),
    before: moment('What was stored before it has come of age.'),
    control: Type.Boolean({
      description: 'Whether this is about the events alone that say how the log was kept, which have a year.',
    }),
    range: Type.Union([Type.Object(span, closed), Type.Null()], {
      description: 'The events that have come of age since the rule was last followed; null if none has.',
    }),
    events: Type.Integer({ description: 'Those of them that would lose something.' }),
    values: Type.Integer({ description: 'Values that would go.' }),
    paths: Type.Array(Type.Object({ path: Type.String(), events: Type.Integer() }, closed)),
  },
  closed,
);
export type DueErasure = Static<typeof DueErasureSchema>;

export const RetentionPreviewSchema = Type.Object(
  {
    clock: moment('What time it is by the clock.'),
    trusted: moment('And at most by what the log bears out: ages are counted to this.'),
    retention: Type.String({ description: 'How long events are kept, as `400d`; empty for ever.' }),
    removing: Type.Union([Type.Integer(), Type.Null()], {
      description: 'The `seq` up to which events are being removed at this moment; null if none are.',
    }),
    removal: Type.Union([DueRemovalSchema, Type.Null()]),
    erasures: Type.Array(DueErasureSchema, { description: 'What each rule would take.' }),
  },
  { ...closed, description: 'What retention would remove and erase now.' },
);
export type RetentionPreview = Static<typeof RetentionPreviewSchema>;

/** Other settings than those that the daemon goes by. */
export interface RetentionQuestion {
  /** As `audit.retention`. */
  retention?: string;
  /** As `audit.retentionRules`, as JSON. */
  rules?: string;
}

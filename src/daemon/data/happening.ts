// Where a data event is born: what happened, joined with who did it and in which request.
import {
  type Changes,
  type Context,
  type PendingEvent,
  type Redaction,
  SCHEMA_VERSION,
} from '../../shared/data-event.js';
import type { ObjectRef } from '../../shared/object-ref.js';
import { uuidV7 } from '../../shared/uuid-v7.js';
import { type Action, type Outcome, type SOURCE_DAEMON, SOURCE_DATA_LAYER } from '../../shared/vocabulary.js';
import type { Actor } from './actor.js';

/** What happened to what. Who did it comes from the actor of the data layer. */
export interface Happening {
  action: Action;
  target: ObjectRef;
  targetName?: string;
  /** See docs/events.md. */
  eventName: string;
  /** `success` when left out. */
  outcome?: Outcome;
  changes?: Changes;
  redactions?: Redaction[];
  /** How many like occurrences it stands for. */
  count?: number;
  /** Why this outcome. */
  reason?: string;
  /** The audit query that was asked. */
  query?: string;
  /** Whose account it concerns, where that is not the actor's own. */
  onBehalfOf?: ObjectRef;
  source?: typeof SOURCE_DATA_LAYER | typeof SOURCE_DAEMON;
  /** Who did it, where that is not the one in whose name the unit runs. */
  by?: ObjectRef;
}

const MAX_NAME = 256;

/** A name as long as events have them, cut between characters and never inside one. */
const cut = (name: string) => (name.length <= MAX_NAME ? name : [...name].slice(0, MAX_NAME).join(''));

/** Whether an object says anything. */
const isEmpty = (object: object) => Object.keys(object).length === 0;

/** The circumstances of this event: the request's, and what is particular to it. */
function contextOf(actor: Actor, happening: Happening): Context | undefined {
  if (happening.reason === undefined && happening.query === undefined) return actor.context;
  return {
    ...actor.context,
    ...(happening.reason === undefined ? {} : { reason: happening.reason.slice(0, 512) }),
    ...(happening.query === undefined ? {} : { query: happening.query.slice(0, 4096) }),
  };
}

/**
 * The event of a happening, with an id of its own (UUID v7, RFC 9562). Optional members that say nothing are
 * absent, never null.
 */
export function dataEvent(actor: Actor, happening: Happening, now: number): PendingEvent {
  const context = contextOf(actor, happening);
  const onBehalfOf = happening.onBehalfOf ?? actor.onBehalfOf;
  return {
    id: uuidV7(now),
    timestamp: now,
    action: happening.action,
    outcome: happening.outcome ?? 'success',
    actorType: (happening.by ?? actor).type,
    actorId: (happening.by ?? actor).id,
    ...(actor.name === undefined || happening.by !== undefined ? {} : { actorName: cut(actor.name) }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    targetType: happening.target.type,
    targetId: happening.target.id,
    ...(happening.targetName === undefined ? {} : { targetName: cut(happening.targetName) }),
    eventName: happening.eventName,
    ...(happening.changes === undefined ? {} : { changes: happening.changes }),
    ...(happening.redactions === undefined || happening.redactions.length === 0
      ? {}
      : { redactions: happening.redactions }),
    ...(actor.tenantId === undefined ? {} : { tenantId: actor.tenantId }),
    ...(actor.requestId === undefined ? {} : { requestId: actor.requestId }),
    ...(actor.correlationId === undefined ? {} : { correlationId: actor.correlationId }),
    ...(happening.count === undefined || happening.count === 1 ? {} : { count: happening.count }),
    ...(context === undefined || isEmpty(context) ? {} : { context }),
    source: happening.source ?? SOURCE_DATA_LAYER,
    schemaVersion: SCHEMA_VERSION,
  };
}

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
function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

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
 * absent, never null. Made member by member: spreading an object for each costs ten times as much.
 */
export function dataEvent(actor: Actor, happening: Happening, now: number): PendingEvent {
  const { target, targetName, changes, redactions, count } = happening;
  const context = contextOf(actor, happening);
  const onBehalfOf = happening.onBehalfOf ?? actor.onBehalfOf;
  const by = happening.by ?? actor;
  const event: PendingEvent = {
    id: uuidV7(now),
    timestamp: now,
    action: happening.action,
    outcome: happening.outcome ?? 'success',
    actorType: by.type,
    actorId: by.id,
    targetType: target.type,
    targetId: target.id,
    eventName: happening.eventName,
    source: happening.source ?? SOURCE_DATA_LAYER,
    schemaVersion: SCHEMA_VERSION,
  };
  if (actor.name !== undefined && happening.by === undefined) event.actorName = cut(actor.name);
  if (onBehalfOf !== undefined) event.onBehalfOf = onBehalfOf;
  if (targetName !== undefined) event.targetName = cut(targetName);
  if (changes !== undefined) event.changes = changes;
  if (redactions !== undefined && redactions.length > 0) event.redactions = redactions;
  if (actor.tenantId !== undefined) event.tenantId = actor.tenantId;
  if (actor.requestId !== undefined) event.requestId = actor.requestId;
  if (actor.correlationId !== undefined) event.correlationId = actor.correlationId;
  if (count !== undefined && count !== 1) event.count = count;
  if (context !== undefined && !isEmpty(context)) event.context = context;
  return event;
}

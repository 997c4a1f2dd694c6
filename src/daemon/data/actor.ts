// Who acts, and under which circumstances: the data layer does nothing without one (`data.as(actor)`).
import type { Context } from '../../shared/data-event.js';
import type { ObjectRef } from '../../shared/object-ref.js';

/** The one who really acted, and the request in which it happened. Becomes the actor of every event. */
export interface Actor extends ObjectRef {
  /** How the actor is called at this moment. */
  name?: string;
  /** The principal that the actor stands in for, e.g. the owner of an API token. */
  onBehalfOf?: ObjectRef;
  tenantId?: string;
  requestId?: string;
  correlationId?: string;
  context?: Context;
}

/** The daemon's own hands, by the job they do. */
export const SYSTEM = {
  daemon: { type: 'system', id: 'daemon' },
  init: { type: 'system', id: 'init' },
  retention: { type: 'system', id: 'retention' },
  doctor: { type: 'system', id: 'doctor' },
} as const satisfies Record<string, Actor>;

/** Somebody who has not said, or not proved, who they are. */
export const ANONYMOUS = { type: 'anonymous', id: '-' } as const satisfies Actor;

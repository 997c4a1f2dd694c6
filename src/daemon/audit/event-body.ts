// How an event is written into `events.body`: fields separated by line breaks, empty ones at the end left out.
// Strings that come again and again are ids of `terms`, everything else is canonical JSON (RFC 8785), which has no
// raw line breaks or tabs: so an answer is put together by splitting, unparsed.
import type { Changes, Context, PendingEvent } from '../../shared/data-event.js';
import { canonicalJson } from '../../shared/log/canonical-json.js';
import { formatRef } from '../../shared/object-ref.js';
import { ACTIONS, OUTCOMES } from '../../shared/vocabulary.js';
import { KIND, type Kind } from './term.js';

/**
 * The place of each field, the more frequent ones first. They are in the file: never change one. Numbers and ids
 * of terms are in base 36.
 */
export const FIELD = {
  /** `recordedAt` less `timestamp`. */
  recordedAfter: 0,
  /** Two digits: the places of `action` in ACTIONS and of `outcome` in OUTCOMES. */
  happening: 1,
  actor: 2,
  target: 3,
  source: 4,
  requestId: 5,
  eventName: 6,
  /** Separated by tabs: field, prev, next, field, … as JSON, where nothing is `null`; `-` for no field at all. */
  changes: 7,
  actorName: 8,
  targetName: 9,
  sessionId: 10,
  ip: 11,
  userAgent: 12,
  /** The other members of `context`, as the inside of a JSON object. */
  context: 13,
  externalId: 14,
  correlationId: 15,
  count: 16,
  tenantId: 17,
  onBehalfOf: 18,
  metadata: 19,
  redactions: 20,
  /** Nothing is 1. */
  schemaVersion: 21,
} as const;

/** `changes` without any field. */
export const NO_FIELDS = '-';

/** Stands in an opened body (erasure/sealed-body.ts) for the id of a term that was erased. */
export const ERASED = '-';

/** Members of `context` without a field of their own. */
export const FREE_CONTEXT = ['reason', 'comment', 'query'] as const;

/** Gives the id of a string in `terms`, in base 36. */
export type Intern = (kind: Kind, value: string) => string;

/**
 * The body of `event`. An empty `context` counts as none.
 * @throws TypeError if the event is not one: a part that every event has is missing or is no such thing.
 */
export function eventBody(event: PendingEvent, recordedAt: number, intern: Intern): string {
  const { context } = event;
  const fields = [
    (recordedAt - integer(event.timestamp, 'timestamp')).toString(36),
    place(ACTIONS, event.action, 'action') + place(OUTCOMES, event.outcome, 'outcome'),
    intern(KIND.actor, ref(event.actorType, event.actorId, 'actor')),
    intern(KIND.target, ref(event.targetType, event.targetId, 'target')),
    intern(KIND.source, text(event.source, 'source')),
    idText(event.requestId, 'requestId'),
    term(intern, KIND.eventName, event.eventName, 'eventName'),
    event.changes === undefined ? '' : changesText(event.changes),
    term(intern, KIND.name, event.actorName, 'actorName'),
    term(intern, KIND.name, event.targetName, 'targetName'),
    term(intern, KIND.sessionId, context?.sessionId, 'sessionId'),
    term(intern, KIND.ip, context?.ip, 'ip'),
    term(intern, KIND.userAgent, context?.userAgent, 'userAgent'),
    context === undefined ? '' : freeMembers(context),
  ];
  if (hasRareFields(event)) fields.push(...rareFields(event, intern));
  let { length } = fields;
  while (fields[length - 1] === '') length -= 1;
  fields.length = length;
  return fields.join('\n');
}

/** Whether one of the fields behind `context` is not empty. */
function hasRareFields(event: PendingEvent): boolean {
  return (
    event.externalId !== undefined ||
    event.correlationId !== undefined ||
    event.count !== undefined ||
    event.tenantId !== undefined ||
    event.onBehalfOf !== undefined ||
    event.metadata !== undefined ||
    event.redactions !== undefined ||
    event.schemaVersion !== 1
  );
}

/** The fields behind `context`. */
function rareFields(event: PendingEvent, intern: Intern): string[] {
  const { count, onBehalfOf, metadata, schemaVersion } = event;
  return [
    idText(event.externalId, 'externalId'),
    idText(event.correlationId, 'correlationId'),
    count === undefined ? '' : integer(count, 'count').toString(36),
    term(intern, KIND.tenantId, event.tenantId, 'tenantId'),
    onBehalfOf === undefined
      ? ''
      : intern(KIND.onBehalfOf, ref(onBehalfOf.type, onBehalfOf.id, 'onBehalfOf')),
    metadata === undefined ? '' : canonicalJson(metadata),
    redactionsText(event),
    integer(schemaVersion, 'schemaVersion') === 1 ? '' : schemaVersion.toString(36),
  ];
}

function term(intern: Intern, kind: Kind, value: string | undefined, what: string): string {
  return value === undefined ? '' : intern(kind, text(value, what));
}

function idText(value: string | undefined, what: string): string {
  return value === undefined ? '' : JSON.stringify(text(value, what));
}

function changesText(changes: Changes): string {
  const pieces: string[] = [];
  for (const [field, { prev, next }] of Object.entries(changes)) {
    pieces.push(JSON.stringify(field), valueText(prev), valueText(next));
  }
  return pieces.length === 0 ? NO_FIELDS : pieces.join('\t');
}

/** An empty list counts as none. */
function redactionsText({ redactions = [] }: PendingEvent): string {
  if (redactions.some(({ kind }) => kind === 'erased'))
    throw new TypeError('The event says that something of it was erased, which only the log can.');
  return redactions.length === 0 ? '' : canonicalJson(redactions);
}

const valueText = (value: unknown) => (value === null || value === undefined ? '' : canonicalJson(value));

/** Members of `context` as the inside of a JSON object. */
export function freeContext(context: Partial<Record<(typeof FREE_CONTEXT)[number], string | null>>): string {
  return FREE_CONTEXT.filter(member => context[member] !== undefined)
    .map(member => `"${member}":${JSON.stringify(context[member])}`)
    .join(',');
}

/** @throws TypeError for a member that is no text */
function freeMembers(context: Context): string {
  for (const member of FREE_CONTEXT) if (context[member] !== undefined) text(context[member], member);
  return freeContext(context);
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new TypeError(`The event's ${what} is not text.`);
  return value;
}

function integer(value: unknown, what: string): number {
  if (!Number.isSafeInteger(value)) throw new TypeError(`The event's ${what} is not an integer.`);
  return value as number;
}

function place(words: readonly string[], value: unknown, what: string): string {
  const index = words.indexOf(text(value, what));
  if (index < 0) throw new TypeError(`The event's ${what} is not one of ${words.join(', ')}.`);
  return String(index);
}

function ref(type: unknown, id: unknown, what: string): string {
  return formatRef(text(type, `${what}'s type`), text(id, `${what}'s id`));
}

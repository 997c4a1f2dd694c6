// What the leaf of an event is made of, and which of it can be erased: each field's values, each member of `context`
// and `metadata`, each name. Each of these is named by its JSON pointer into the event, as redactions name it.
import type { Changes, DataEvent, PendingEvent } from '../data-event.js';
import { pointerStep } from '../json-pointer.js';
import { canonicalJson } from './canonical-json.js';

/** Members of `context`, in canonical order. */
export const CONTEXT_MEMBERS = ['comment', 'ip', 'query', 'reason', 'sessionId', 'userAgent'] as const;

/**
 * What an event's leaf is made of, each value as its canonical text (RFC 8785) and each list in canonical order: so
 * the leaf of a stored event can be computed from the texts that are stored. `null` is a value that was erased.
 */
export interface LeafParts {
  action: string;
  actorId: string;
  actorType: string;
  correlationId?: string | undefined;
  count?: string | undefined;
  eventName?: string | undefined;
  externalId?: string | undefined;
  id: string;
  onBehalfOf?: string | undefined;
  outcome: string;
  /** Without those that say what was erased. */
  redactions?: string | undefined;
  requestId?: string | undefined;
  schemaVersion: string;
  source: string;
  targetId: string;
  targetType: string;
  tenantId?: string | undefined;
  timestamp: string;
  /** What can be erased, from here on. */
  actorName?: string | null | undefined;
  targetName?: string | null | undefined;
  changes?: readonly FieldText[] | undefined;
  /** An empty one counts as none. */
  context: readonly MemberText[];
  metadata?: readonly MemberText[] | undefined;
}

export type MemberText = readonly [name: string, value: string | null];
export type FieldText =
  | readonly [name: string, prev: string, next: string]
  | readonly [name: string, values: null];

/** An event cannot be the one that a leaf is of: what it says was erased does not fit what it holds. */
export class LeafFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LeafFault';
  }
}

/** A value that can be erased. */
export interface Slot {
  /** JSON pointer (RFC 6901) into the event. */
  path: string;
  /** Its canonical text; `null` if it was erased. */
  text: string | null;
}

/** The canonical text of a field's values. */
export const fieldText = (prev: string, next: string) => `{"next":${next},"prev":${prev}}`;

/** Everything that can be erased, in the order in which its digests stand in the leaf's text. */
export function slotsOf(parts: LeafParts): Slot[] {
  const slots: Slot[] = [];
  const named = (group: string, [name, text]: MemberText) =>
    slots.push({ path: `/${group}/${pointerStep(JSON.parse(name) as string)}`, text });
  if (parts.actorName !== undefined) slots.push({ path: '/actorName', text: parts.actorName });
  for (const [name, prev, next] of parts.changes ?? [])
    named('changes', [name, prev === null || next === undefined ? null : fieldText(prev, next)]);
  for (const member of parts.context) named('context', member);
  for (const member of parts.metadata ?? []) named('metadata', member);
  if (parts.targetName !== undefined) slots.push({ path: '/targetName', text: parts.targetName });
  return slots;
}

/**
 * @throws RangeError for what RFC 8785 refuses
 * @throws LeafFault for an event that holds what it says was erased, or never had it
 */
export function partsOf(event: PendingEvent | DataEvent): LeafParts {
  const { changes, context, metadata } = event;
  const erased = erasedIn(event);
  const parts: LeafParts = {
    action: canonicalJson(event.action),
    actorId: canonicalJson(event.actorId),
    actorName: erased.valueAt('/actorName', event.actorName),
    actorType: canonicalJson(event.actorType),
    changes: changes === undefined ? undefined : Object.keys(changes).sort().map(fieldIn(changes, erased)),
    context: context === undefined ? [] : contextMembers(context, erased),
    correlationId: optionalText(event.correlationId),
    count: optionalText(event.count),
    eventName: optionalText(event.eventName),
    externalId: optionalText(event.externalId),
    id: canonicalJson(event.id),
    metadata: metadata === undefined ? undefined : metadataMembers(metadata, erased),
    onBehalfOf: optionalText(event.onBehalfOf),
    outcome: canonicalJson(event.outcome),
    redactions: erased.others,
    requestId: optionalText(event.requestId),
    schemaVersion: canonicalJson(event.schemaVersion),
    source: canonicalJson(event.source),
    targetId: canonicalJson(event.targetId),
    targetName: erased.valueAt('/targetName', event.targetName),
    targetType: canonicalJson(event.targetType),
    tenantId: optionalText(event.tenantId),
    timestamp: canonicalJson(event.timestamp),
  };
  erased.requireAllSeen();
  return parts;
}

const optionalText = (value: unknown) => (value === undefined ? undefined : canonicalJson(value));

/** What the redactions of an event say was erased. */
interface Erased {
  /** Whether the value at `path` was; `isNull` says whether it reads so. */
  has(path: string, isNull: boolean): boolean;
  /** The canonical text of a value that may be absent or erased. */
  valueAt(path: string, value: unknown): string | null | undefined;
  /** The other redactions, if there are any. */
  others: string | undefined;
  /** @throws LeafFault if something was named that the event never had */
  requireAllSeen(): void;
}

const NOTHING_ERASED: Erased = {
  has: () => false,
  valueAt: (_, value) => optionalText(value),
  others: undefined,
  requireAllSeen: () => undefined,
};

function erasedIn({ redactions }: PendingEvent | DataEvent): Erased {
  if (redactions === undefined || redactions.length === 0) return NOTHING_ERASED;
  const others = redactions.filter(({ kind }) => kind !== 'erased');
  const paths = new Set(redactions.filter(({ kind }) => kind === 'erased').map(({ path }) => path));
  const has = (path: string, isNull: boolean) => {
    if (!paths.delete(path)) return false;
    if (!isNull) throw new LeafFault(`it holds ${path}, which it says was erased`);
    return true;
  };
  return {
    has,
    valueAt: (path, value) => (has(path, value === null) ? null : optionalText(value)),
    others: others.length === 0 ? undefined : canonicalJson(others),
    requireAllSeen() {
      for (const path of paths) throw new LeafFault(`it says that ${path} was erased, which it never had`);
    },
  };
}

const fieldIn =
  (changes: Changes, erased: Erased) =>
  (field: string): FieldText => {
    const { prev = null, next = null } = changes[field]!;
    const name = canonicalJson(field);
    return erased.has(`/changes/${pointerStep(field)}`, prev === null && next === null)
      ? [name, null]
      : [name, canonicalJson(prev), canonicalJson(next)];
  };

const CONTEXT_NAMES = CONTEXT_MEMBERS.map(name => ({
  name,
  text: canonicalJson(name),
  path: `/context/${pointerStep(name)}`,
}));

function contextMembers(context: NonNullable<DataEvent['context']>, erased: Erased): MemberText[] {
  const members: MemberText[] = [];
  for (const { name, text, path } of CONTEXT_NAMES) {
    const value = context[name];
    if (value === undefined) continue;
    members.push([text, erased.has(path, value === null) ? null : canonicalJson(value)]);
  }
  return members;
}

/** The members of `metadata`, in canonical order. */
export function metadataMembers(
  metadata: NonNullable<PendingEvent['metadata']>,
  erased: Erased = NOTHING_ERASED,
): MemberText[] {
  return Object.keys(metadata)
    .sort()
    .map(name => {
      const value = metadata[name];
      const isErased = erased.has(`/metadata/${pointerStep(name)}`, value === null);
      return [canonicalJson(name), isErased ? null : canonicalJson(value)];
    });
}

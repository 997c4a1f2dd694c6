// What the tree commits to for each event. The leaf's entry is `seq` ‖ `recordedAt` (64 bits each, big-endian) ‖
// SHA-256 of the event's canonical text (RFC 8785) without those two, in which a digest stands for each value that
// can be erased one day: each field's values, each member of `context` and `metadata`, each name. So one can go,
// its digest stays, and the leaf with it.
//
// A digest is base64url of SHA-256 over a salt (32 hexadecimal digits) and the value's canonical text, so that an
// erased value cannot be guessed. Salts come from one random key an event: its 32 hexadecimal digits followed by a
// decimal number 0, 1, … give, hashed with SHA-512, four salts each, which are used in the order of the text.
import { hash } from 'node:crypto';
import type { Changes, Context, PendingEvent } from '../data-event.js';
import { canonicalJson } from './canonical-json.js';
import { leafHash, sha256 } from './merkle-hash.js';

/** Bytes of an event's key. */
export const SALT_KEY_BYTES = 16;

const SALT_DIGITS = 32;
const SALTS_PER_HASH = 4;
const ENTRY_BYTES = 48;
const DIGEST_AT = 16;

/** Members of `context`, in canonical order. */
const CONTEXT_MEMBERS = ['comment', 'ip', 'query', 'reason', 'sessionId', 'userAgent'] as const;

/**
 * What an event's leaf is made of, each value as its canonical text (RFC 8785) and each list in canonical order: so
 * the leaf of a stored event can be computed from the texts that are stored.
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
  redactions?: string | undefined;
  requestId?: string | undefined;
  schemaVersion: string;
  source: string;
  targetId: string;
  targetType: string;
  tenantId?: string | undefined;
  timestamp: string;
  /** What can be erased, from here on. */
  actorName?: string | undefined;
  targetName?: string | undefined;
  changes?: readonly FieldText[] | undefined;
  /** An empty one counts as none. */
  context: readonly MemberText[];
  metadata?: readonly MemberText[] | undefined;
}

export type MemberText = readonly [name: string, value: string];
export type FieldText = readonly [name: string, prev: string, next: string];

/** The hash of the leaf of an event, stored as `seq` at `recordedAt` with the key `saltKey`. */
export function eventLeaf(
  event: PendingEvent,
  stored: { seq: number; recordedAt: number; saltKey: Buffer },
): Buffer {
  return leafOf(leafText(partsOf(event), stored.saltKey), stored);
}

/** The hash of the leaf of an event with this text. */
export function leafOf(text: string, stored: { seq: number; recordedAt: number }): Buffer {
  const entry = Buffer.allocUnsafe(ENTRY_BYTES);
  writeUint64(entry, stored.seq, 0);
  writeUint64(entry, stored.recordedAt, 8);
  sha256(text).copy(entry, DIGEST_AT);
  return leafHash(entry);
}

function writeUint64(into: Buffer, value: number, at: number): void {
  into.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at);
  into.writeUInt32BE(value % 0x1_0000_0000, at + 4);
}

/**
 * The canonical text of an event with digests in the place of what can be erased. An empty `context` counts as none,
 * `seq` and `recordedAt` do not count.
 * @throws RangeError for what RFC 8785 refuses
 */
export function eventText(event: PendingEvent, saltKey: Buffer): string {
  return leafText(partsOf(event), saltKey);
}

/** The text of an event's leaf, made of its parts. */
export function leafText(parts: LeafParts, saltKey: Buffer): string {
  const nextSalt = saltsFrom(saltKey);
  const digest = (text: string) => `"${hash('sha256', nextSalt() + text, 'base64url')}"`;
  // In the order of RFC 8785, written out: an event has one shape, and sorting it anew costs more than all else.
  let text = `{"action":${parts.action},"actorId":${parts.actorId}`;
  if (parts.actorName !== undefined) text += `,"actorName":${digest(parts.actorName)}`;
  text += `,"actorType":${parts.actorType}`;
  if (parts.changes !== undefined) text += `,"changes":${changesText(parts.changes, digest)}`;
  if (parts.context.length > 0) text += `,"context":${membersText(parts.context, digest)}`;
  if (parts.correlationId !== undefined) text += `,"correlationId":${parts.correlationId}`;
  if (parts.count !== undefined) text += `,"count":${parts.count}`;
  if (parts.eventName !== undefined) text += `,"eventName":${parts.eventName}`;
  if (parts.externalId !== undefined) text += `,"externalId":${parts.externalId}`;
  text += `,"id":${parts.id}`;
  if (parts.metadata !== undefined) text += `,"metadata":${membersText(parts.metadata, digest)}`;
  if (parts.onBehalfOf !== undefined) text += `,"onBehalfOf":${parts.onBehalfOf}`;
  text += `,"outcome":${parts.outcome}`;
  if (parts.redactions !== undefined) text += `,"redactions":${parts.redactions}`;
  if (parts.requestId !== undefined) text += `,"requestId":${parts.requestId}`;
  text += `,"schemaVersion":${parts.schemaVersion},"source":${parts.source},"targetId":${parts.targetId}`;
  if (parts.targetName !== undefined) text += `,"targetName":${digest(parts.targetName)}`;
  text += `,"targetType":${parts.targetType}`;
  if (parts.tenantId !== undefined) text += `,"tenantId":${parts.tenantId}`;
  return `${text},"timestamp":${parts.timestamp}}`;
}

type Digest = (text: string) => string;

function changesText(fields: readonly FieldText[], digest: Digest): string {
  let text = '';
  for (const [name, prev, next] of fields) {
    text += `${text === '' ? '' : ','}${name}:${digest(`{"next":${next},"prev":${prev}}`)}`;
  }
  return `{${text}}`;
}

function membersText(members: readonly MemberText[], digest: Digest): string {
  let text = '';
  for (const [name, value] of members) text += `${text === '' ? '' : ','}${name}:${digest(value)}`;
  return `{${text}}`;
}

/** @throws RangeError for what RFC 8785 refuses */
function partsOf(event: PendingEvent): LeafParts {
  const { changes, context, metadata } = event;
  return {
    action: canonicalJson(event.action),
    actorId: canonicalJson(event.actorId),
    actorName: optionalText(event.actorName),
    actorType: canonicalJson(event.actorType),
    changes: changes === undefined ? undefined : Object.keys(changes).sort().map(fieldIn(changes)),
    context: context === undefined ? [] : contextMembers(context),
    correlationId: optionalText(event.correlationId),
    count: optionalText(event.count),
    eventName: optionalText(event.eventName),
    externalId: optionalText(event.externalId),
    id: canonicalJson(event.id),
    metadata: metadata === undefined ? undefined : metadataMembers(metadata),
    onBehalfOf: optionalText(event.onBehalfOf),
    outcome: canonicalJson(event.outcome),
    redactions: optionalText(event.redactions),
    requestId: optionalText(event.requestId),
    schemaVersion: canonicalJson(event.schemaVersion),
    source: canonicalJson(event.source),
    targetId: canonicalJson(event.targetId),
    targetName: optionalText(event.targetName),
    targetType: canonicalJson(event.targetType),
    tenantId: optionalText(event.tenantId),
    timestamp: canonicalJson(event.timestamp),
  };
}

const optionalText = (value: unknown) => (value === undefined ? undefined : canonicalJson(value));

const fieldIn =
  (changes: Changes) =>
  (field: string): FieldText => {
    const { prev = null, next = null } = changes[field]!;
    return [canonicalJson(field), canonicalJson(prev), canonicalJson(next)];
  };

function contextMembers(context: Context): MemberText[] {
  const members: MemberText[] = [];
  for (const member of CONTEXT_MEMBERS) {
    const value = context[member];
    if (value !== undefined) members.push([`"${member}"`, canonicalJson(value)]);
  }
  return members;
}

/** The members of `metadata`, in canonical order. */
export function metadataMembers(metadata: NonNullable<PendingEvent['metadata']>): MemberText[] {
  return Object.keys(metadata)
    .sort()
    .map(key => [canonicalJson(key), canonicalJson(metadata[key])]);
}

/** Gives one salt after the other. */
function saltsFrom(key: Buffer): () => string {
  const digits = key.toString('hex');
  let given = 0;
  let salts = '';
  return () => {
    const at = given % SALTS_PER_HASH;
    if (at === 0) salts = hash('sha512', digits + given / SALTS_PER_HASH, 'hex');
    given += 1;
    return salts.slice(at * SALT_DIGITS, (at + 1) * SALT_DIGITS);
  };
}

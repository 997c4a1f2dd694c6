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

/** The hash of the leaf of an event, stored as `seq` at `recordedAt` with the key `saltKey`. */
export function eventLeaf(
  event: PendingEvent,
  stored: { seq: number; recordedAt: number; saltKey: Buffer },
): Buffer {
  const entry = Buffer.allocUnsafe(ENTRY_BYTES);
  writeUint64(entry, stored.seq, 0);
  writeUint64(entry, stored.recordedAt, 8);
  sha256(eventText(event, stored.saltKey)).copy(entry, DIGEST_AT);
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
  const nextSalt = saltsFrom(saltKey);
  const digest = (text: string) => `"${hash('sha256', nextSalt() + text, 'base64url')}"`;
  const members: string[] = [];
  const add = (name: string, text: string) => members.push(`"${name}":${text}`);
  const addValue = (name: string, value: unknown) => {
    if (value !== undefined) add(name, canonicalJson(value));
  };
  const addDigest = (name: string, value: string | undefined) => {
    if (value !== undefined) add(name, digest(canonicalJson(value)));
  };
  // In the order of RFC 8785, written out: an event has one shape, and sorting it anew costs more than all else.
  addValue('action', event.action);
  addValue('actorId', event.actorId);
  addDigest('actorName', event.actorName);
  addValue('actorType', event.actorType);
  if (event.changes !== undefined) add('changes', changesText(event.changes, digest));
  const context = event.context === undefined ? '' : contextText(event.context, digest);
  if (context !== '') add('context', `{${context}}`);
  addValue('correlationId', event.correlationId);
  addValue('count', event.count);
  addValue('eventName', event.eventName);
  addValue('externalId', event.externalId);
  addValue('id', event.id);
  if (event.metadata !== undefined) add('metadata', metadataText(event.metadata, digest));
  addValue('onBehalfOf', event.onBehalfOf);
  addValue('outcome', event.outcome);
  addValue('redactions', event.redactions);
  addValue('requestId', event.requestId);
  addValue('schemaVersion', event.schemaVersion);
  addValue('source', event.source);
  addValue('targetId', event.targetId);
  addDigest('targetName', event.targetName);
  addValue('targetType', event.targetType);
  addValue('tenantId', event.tenantId);
  addValue('timestamp', event.timestamp);
  return `{${members.join(',')}}`;
}

type Digest = (text: string) => string;

function changesText(changes: Changes, digest: Digest): string {
  const fields = Object.keys(changes).sort();
  const text = (field: string) => {
    const { prev = null, next = null } = changes[field]!;
    return `${canonicalJson(field)}:${digest(`{"next":${canonicalJson(next)},"prev":${canonicalJson(prev)}}`)}`;
  };
  return `{${fields.map(text).join(',')}}`;
}

/** The members without braces; empty if there is none. */
function contextText(context: Context, digest: Digest): string {
  return CONTEXT_MEMBERS.filter(member => context[member] !== undefined)
    .map(member => `"${member}":${digest(canonicalJson(context[member]))}`)
    .join(',');
}

function metadataText(metadata: NonNullable<PendingEvent['metadata']>, digest: Digest): string {
  const text = (key: string) => `${canonicalJson(key)}:${digest(canonicalJson(metadata[key]))}`;
  return `{${Object.keys(metadata).sort().map(text).join(',')}}`;
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

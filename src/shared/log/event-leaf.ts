// What the tree commits to for each event. The leaf's entry is `seq` ‖ `recordedAt` (64 bits each, big-endian) ‖
// SHA-256 of the event's canonical text (RFC 8785) without those two, in which a digest stands for each value that
// can be erased: each field's values, each member of `context` and `metadata`, each name. So one can go, its digest
// stays, and the leaf with it.
//
// A digest is base64url of SHA-256 over a salt (leaf-salts.ts) and the value's canonical text, so that an erased
// value cannot be guessed.
import type { DataEvent, PendingEvent } from '../data-event.js';
import {
  type FieldText,
  fieldText,
  LeafFault,
  type LeafParts,
  type MemberText,
  partsOf,
} from './leaf-parts.js';
import { isDigest, type LeafSalts, saltedDigest, saltsFrom } from './leaf-salts.js';
import { leafHash, writeSha256 } from './merkle-hash.js';

const ENTRY_BYTES = 48;
const DIGEST_AT = 16;

/** An event's place in the log, and what its digests are made with. */
export interface LeafPlace {
  seq: number;
  recordedAt: number;
  salts: LeafSalts;
}

/** The hash of the leaf of an event. @throws LeafFault, RangeError as `eventText` does */
export function eventLeaf(event: PendingEvent | DataEvent, place: LeafPlace): Buffer {
  return leafOf(leafText(partsOf(event), place.salts), place);
}

/** The hash of the leaf of an event with this text. */
export function leafOf(text: string, stored: { seq: number; recordedAt: number }): Buffer {
  writeUint64(entry, stored.seq, 0);
  writeUint64(entry, stored.recordedAt, 8);
  writeSha256(text, entry, DIGEST_AT);
  return leafHash(entry);
}

/** One for all leaves: it is hashed before the next is made. */
const entry = Buffer.alloc(ENTRY_BYTES);

function writeUint64(into: Buffer, value: number, at: number): void {
  into.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at);
  into.writeUInt32BE(value % 0x1_0000_0000, at + 4);
}

/**
 * The canonical text of an event with digests in the place of what can be erased. An empty `context` and an empty
 * list of redactions count as none; `seq` and `recordedAt`, and redactions that say what was erased, do not count.
 * @throws RangeError for what RFC 8785 refuses
 * @throws LeafFault for an event whose erased values and `salts` do not fit together
 */
export function eventText(event: PendingEvent | DataEvent, salts: LeafSalts): string {
  return leafText(partsOf(event), salts);
}

/** The text of an event's leaf, made of its parts. @throws LeafFault if they do not fit `salts` */
export function leafText(parts: LeafParts, salts: LeafSalts): string {
  const digests = digestsWith(salts);
  const { digest } = digests;
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
  digests.requireAllUsed();
  return `${text},"timestamp":${parts.timestamp}}`;
}

/** Gives, in quotes, the digest of the next value; of one that was erased (`null`) the one that is kept. */
type Digest = (text: string | null) => string;

function digestsWith(salts: LeafSalts): { digest: Digest; requireAllUsed(): void } {
  if (typeof salts === 'string') {
    const nextSalt = saltsFrom(salts);
    return {
      digest(text) {
        if (text === null)
          throw new LeafFault('it says that a value was erased, and its salts that none was');
        return `"${saltedDigest(nextSalt(), text)}"`;
      },
      requireAllUsed: () => undefined,
    };
  }
  let used = 0;
  return {
    digest(text) {
      const slot = salts[used++];
      if (slot === undefined || isDigest(slot) !== (text === null))
        throw new LeafFault('what was erased of it and its salts do not fit together');
      return `"${text === null ? slot : saltedDigest(slot, text)}"`;
    },
    requireAllUsed() {
      if (used !== salts.length) throw new LeafFault('it has more salts than values');
    },
  };
}

function changesText(fields: readonly FieldText[], digest: Digest): string {
  let text = '';
  for (const [name, prev, next] of fields) {
    const values = prev === null || next === undefined ? null : fieldText(prev, next);
    text += `${text === '' ? '' : ','}${name}:${digest(values)}`;
  }
  return `{${text}}`;
}

function membersText(members: readonly MemberText[], digest: Digest): string {
  let text = '';
  for (const [name, value] of members) text += `${text === '' ? '' : ','}${name}:${digest(value)}`;
  return `{${text}}`;
}

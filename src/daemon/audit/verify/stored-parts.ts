// Reads a stored event for its verification: what its leaf is made of, and where it must be in the index. Stored texts
// go into the leaf as they are, so that a changed byte changes the leaf; what is stored in another form is written
// anew and compared.
import type { PendingEvent } from '../../../shared/data-event.js';
import { pointerStep } from '../../../shared/json-pointer.js';
import { canonicalJson } from '../../../shared/log/canonical-json.js';
import {
  type FieldText,
  type LeafParts,
  type MemberText,
  metadataMembers,
  slotsOf,
} from '../../../shared/log/leaf-parts.js';
import type { LeafSalts } from '../../../shared/log/leaf-salts.js';
import { ACTIONS, OUTCOMES } from '../../../shared/vocabulary.js';
import { DamagedEvent } from '../damaged-event.js';
import { type ErasedSlot, erasedOf, parseSeal, type Seal, saltsOf } from '../erasure/seal.js';
import { bodyWithout, isSealed, openedBody, storedFields } from '../erasure/sealed-body.js';
import { ERASED, FIELD, type FREE_CONTEXT, freeContext, NO_FIELDS } from '../event-body.js';
import { slotOf } from '../stats/rollup.js';
import { dayOf, HELD_KINDS, KIND, type Kind, uniqueTermKey } from '../term.js';
import { hexToUuid } from '../uuid-bytes.js';
import type { LaneKeys } from './lanes.js';
import type { RolledEvent } from './rollup-check.js';
import type { TermBook, TermFacts } from './term-book.js';

/** Bytes as hexadecimal digits: a Buffer for each would cost more than reading the row. */
const digitsOf = (column: string) => `CASE WHEN typeof(${column}) = 'blob' THEN lower(hex(${column})) END`;

/** The first columns of a `StoredRow`, of `events AS e`. */
export const STORED_COLUMNS = `e.seq, ${digitsOf('e.id')}, e.timestamp, e.body, ${digitsOf('e.salt_key')},
  (SELECT s.slots FROM seals AS s WHERE s.seq = e.seq)`;

/** A row of `events` with everything that a verification needs. */
export type StoredRow = [
  seq: number,
  /** Digits, as of the salt key; null for what are not the bytes that a logger writes. */
  id: string | null,
  timestamp: number,
  body: string,
  saltKey: string | null,
  /** What stands in the place of its salt key, if something of it was erased. */
  seal: string | null,
  /** The event that the index of ids has for its id. */
  indexed: number | null,
];

export interface StoredParts {
  recordedAt: number;
  parts: LeafParts;
  salts: LeafSalts;
  /** What of it was erased. */
  erased: readonly ErasedSlot[];
  /** The sums of the numbers of its terms. */
  a: number;
  b: number;
  /** The terms that it is counted under, but for the day. */
  terms: readonly TermFacts[];
  /** Those that its body holds beside them, each as often as it does. */
  held: readonly TermFacts[];
  day: string;
  count: number;
  rolled: RolledEvent;
}

const UNIQUE_KEYS = ['requestId', 'correlationId'] as const;
const LAST_FIELD = Math.max(...Object.values(FIELD));
const ACTION_TEXTS = ACTIONS.map(action => JSON.stringify(action));
const OUTCOME_TEXTS = OUTCOMES.map(outcome => JSON.stringify(outcome));

/** Reads rows. They throw DamagedEvent for what no logger wrote. */
export function createPartsReader(book: TermBook, keys: LaneKeys): (row: StoredRow) => StoredParts {
  /** Terms of one event, gathered. One list for all events: it is read before the next one. */
  const terms: TermFacts[] = [];
  const held: TermFacts[] = [];
  /** Whether something of the event was erased. */
  let isOpened = false;

  function term(fields: string[], field: number, kind: Kind): TermFacts | undefined {
    const id = fields[field];
    return id ? book.byId(id, kind) : undefined;
  }

  function needed(fields: string[], field: number, kind: Kind): TermFacts {
    return term(fields, field, kind) ?? damaged('a part that every event has is missing');
  }

  /** An object is in the index under its name and under its type. */
  function refTerm(facts: TermFacts | undefined): TermFacts | undefined {
    if (facts !== undefined) terms.push(facts, facts.ref!.type);
    return facts;
  }

  function counted(facts: TermFacts | undefined): string | undefined {
    if (facts !== undefined) terms.push(facts);
    return facts?.text;
  }

  /** The text of a term that can be erased: `null` if it was. */
  function erasable(fields: string[], field: number, kind: Kind): string | null | undefined {
    if (isOpened && fields[field] === ERASED) return null;
    const facts = term(fields, field, kind);
    if (HELD_KINDS.has(kind)) {
      if (facts !== undefined) held.push(facts);
      return facts?.text;
    }
    return counted(facts);
  }

  return ([, id, timestamp, body, saltKey, sealText]) => {
    if (typeof body !== 'string' || !Number.isSafeInteger(timestamp) || id === null || saltKey === null)
      damaged('its row is no event');
    const seal = sealIn(body, saltKey, sealText);
    const erased = seal === undefined ? [] : erasedOf(seal);
    const isErased = pathsOf(erased);
    const own = storedFields(body);
    const fields = seal === undefined ? own : openedFields(body, own, seal);
    if (own.at(-1) === '') damaged('its row is no event');
    held.length = 0;
    isOpened = seal !== undefined;
    if (fields.length > LAST_FIELD + 1) damaged('its row is no event');
    terms.length = 0;
    const all = book.byValue(KIND.all, '');
    terms.push(all);
    const happening = fields[FIELD.happening] ?? '';
    const action = ACTION_TEXTS[Number(happening[0])];
    const outcome = OUTCOME_TEXTS[Number(happening[1])];
    if (happening.length !== 2 || action === undefined || outcome === undefined)
      damaged('it has no action and outcome');
    const actor = refTerm(needed(fields, FIELD.actor, KIND.actor))!;
    const target = refTerm(needed(fields, FIELD.target, KIND.target))!;
    const onBehalfOf = refTerm(term(fields, FIELD.onBehalfOf, KIND.onBehalfOf));
    terms.push(
      book.byValue(KIND.action, ACTIONS[Number(happening[0])]!),
      book.byValue(KIND.outcome, OUTCOMES[Number(happening[1])]!),
    );
    const ip = erasable(fields, FIELD.ip, KIND.ip);
    const sessionId = erasable(fields, FIELD.sessionId, KIND.sessionId);
    const count = fields[FIELD.count] ? integer(fields[FIELD.count]!) : undefined;
    const parts: LeafParts = {
      action,
      outcome,
      actorId: actor.ref!.id,
      actorType: actor.text,
      targetId: target.ref!.id,
      targetType: target.text,
      source: counted(needed(fields, FIELD.source, KIND.source))!,
      id: `"${hexToUuid(id)}"`,
      schemaVersion: fields[FIELD.schemaVersion] ? String(integer(fields[FIELD.schemaVersion]!)) : '1',
      timestamp: String(timestamp),
      requestId: fields[FIELD.requestId] || undefined,
      correlationId: fields[FIELD.correlationId] || undefined,
      externalId: fields[FIELD.externalId] || undefined,
      redactions: own[FIELD.redactions] || undefined,
      eventName: counted(term(fields, FIELD.eventName, KIND.eventName)),
      tenantId: counted(term(fields, FIELD.tenantId, KIND.tenantId)),
      actorName: erasable(fields, FIELD.actorName, KIND.name),
      targetName: erasable(fields, FIELD.targetName, KIND.name),
      count: count === undefined ? undefined : String(count),
      onBehalfOf: onBehalfOf && `{"id":${onBehalfOf.ref!.id},"type":${onBehalfOf.text}}`,
      changes: changesOf(fields[FIELD.changes], isErased),
      metadata: metadataOf(fields[FIELD.metadata], isErased),
      context: contextOf(fields[FIELD.context], isErased, {
        ip,
        sessionId,
        userAgent: erasable(fields, FIELD.userAgent, KIND.userAgent),
      }),
    };
    if (seal !== undefined) requireFit(parts, seal);
    let a = 0;
    let b = 0;
    for (const { a: termA, b: termB } of terms) {
      a = (a + termA) | 0;
      b = (b + termB) | 0;
    }
    for (const key of UNIQUE_KEYS) {
      const text = parts[key];
      if (text === undefined) continue;
      const lanes = keys.ofTerm(uniqueTermKey(key, spoken(text)));
      a = (a + lanes.a) | 0;
      b = (b + lanes.b) | 0;
    }
    return {
      recordedAt: timestamp + integer(fields[0]!),
      parts,
      salts: seal === undefined ? saltKey : saltsOf(seal),
      erased,
      a,
      b,
      terms,
      held,
      day: dayOf(timestamp),
      count: count ?? 1,
      rolled: {
        log: all.isRolled ? all.id : undefined,
        actor: actor.isRolled ? actor.id : undefined,
        target: target.isRolled ? target.id : undefined,
        actorId: actor.id,
        targetId: target.id,
        slot: slotOf(timestamp, Number(happening[0]), Number(happening[1])),
        occurrences: count ?? 1,
      },
    };
  };

  function changesOf(text: string | undefined, isErased: IsErased): FieldText[] | undefined {
    if (!text) return undefined;
    if (text === NO_FIELDS) return [];
    const pieces = text.split('\t');
    if (pieces.length % 3 !== 0) damaged('its changes cannot be read');
    const found: { name: string; field: FieldText }[] = [];
    for (let at = 0; at < pieces.length; at += 3) {
      const quoted = pieces[at]!;
      const name = quoted.includes('\\') ? String(parsed(quoted)) : quoted.slice(1, -1);
      terms.push(book.byValue(KIND.field, name));
      found.push({
        name,
        field: isErased('changes', name)
          ? [quoted, null]
          : [quoted, pieces[at + 1] || 'null', pieces[at + 2] || 'null'],
      });
    }
    if (found.length > 1) found.sort((a, b) => (a.name < b.name ? -1 : 1));
    return found.map(({ field }) => field);
  }
}

/** Whether a member of a group was erased. */
type IsErased = (group: string, name: string) => boolean;

function pathsOf(erased: readonly ErasedSlot[]): IsErased {
  if (erased.length === 0) return () => false;
  const paths = new Set(erased.map(({ path }) => path));
  return (group, name) => paths.has(`/${group}/${pointerStep(name)}`);
}

/** What stands in the place of the salt key: of an event of which something was erased, and of no other. */
function sealIn(body: string, saltKey: string, text: string | null): Seal | undefined {
  if (!isSealed(body) && text === null) return undefined;
  if (!isSealed(body) || text === null || saltKey !== '')
    damaged('whether something of it was erased cannot be told');
  const seal = parseSeal(text);
  return erasedOf(seal).length === 0 ? damaged('nothing of it was erased, though it says so') : seal;
}

/** Opened for answers, as it must have been before: so that nothing in it goes by unseen. */
function openedFields(body: string, own: readonly string[], seal: Seal): string[] {
  try {
    const fields = openedBody(body, seal).split('\n');
    const before = [...fields];
    before[FIELD.redactions] = own[FIELD.redactions] ?? '';
    const paths = erasedOf(seal).map(({ path }) => path);
    if (bodyWithout(before, paths) === body) return fields;
  } catch (error) {
    // A value of another kind than it must be.
    if (!(error instanceof TypeError)) throw error;
  }
  return damaged('something stands where a value was erased');
}

/** Each salt belongs to a value that is there, each digest to one that is not, in their order. */
function requireFit(parts: LeafParts, seal: Seal): void {
  const slots = slotsOf(parts);
  const fits = seal.every((slot, at) => {
    const value = slots[at];
    return typeof slot === 'string'
      ? value !== undefined && value.text !== null
      : value?.path === slot.path && value.text === null;
  });
  if (!fits || slots.length !== seal.length) damaged('what was erased of it does not fit what is left');
}

function metadataOf(text: string | undefined, isErased: IsErased): MemberText[] | undefined {
  if (!text) return undefined;
  const metadata = parsed(text) as NonNullable<PendingEvent['metadata']>;
  if (canonicalJson(metadata) !== text) damaged('its metadata is not as it was written');
  return metadataMembers(metadata).map(member =>
    isErased('metadata', parsed(member[0]) as string) ? [member[0], null] : member,
  );
}

type IndexedContext = Record<'ip' | 'sessionId' | 'userAgent', string | null | undefined>;

/** The members of `context`, in canonical order. */
function contextOf(free: string | undefined, isErased: IsErased, indexed: IndexedContext): MemberText[] {
  const others = free ? (parsed(`{${free}}`) as Record<string, string | null>) : undefined;
  const text = (member: (typeof FREE_CONTEXT)[number]) => {
    if (others?.[member] === undefined) return undefined;
    return isErased('context', member) ? null : canonicalJson(others[member]);
  };
  if (others !== undefined && free !== freeContext(others)) damaged('its context is not as it was written');
  const members: MemberText[] = [];
  const add = (name: string, value: string | null | undefined) => {
    if (value !== undefined) members.push([name, value]);
  };
  add('"comment"', text('comment'));
  add('"ip"', indexed.ip);
  add('"query"', text('query'));
  add('"reason"', text('reason'));
  add('"sessionId"', indexed.sessionId);
  add('"userAgent"', indexed.userAgent);
  return members;
}

function integer(text: string): number {
  if (text.length === 1) return DIGITS.get(text) ?? damaged('a number of it cannot be read');
  const value = Number.parseInt(text, 36);
  return value.toString(36) === text ? value : damaged('a number of it cannot be read');
}

/** Most numbers have one digit. */
const DIGITS = new Map(Array.from({ length: 36 }, (_, digit) => [digit.toString(36), digit]));

/** What a JSON text that is a string says. Most have no escape in them. */
function spoken(text: string): string {
  const isPlain = text.length > 1 && text.startsWith('"') && text.endsWith('"') && !text.includes('\\');
  return isPlain ? text.slice(1, -1) : (parsed(text) as string);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return damaged('a value of it cannot be read');
  }
}

function damaged(why: string): never {
  throw new DamagedEvent(why);
}

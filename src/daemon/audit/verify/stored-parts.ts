// Reads a stored event for its verification: what its leaf is made of, and where it must be in the index. Stored texts
// go into the leaf as they are, so that a changed byte changes the leaf; what is stored in another form is written
// anew and compared.
import type { Context, PendingEvent } from '../../../shared/data-event.js';
import { canonicalJson } from '../../../shared/log/canonical-json.js';
import {
  type FieldText,
  type LeafParts,
  type MemberText,
  metadataMembers,
} from '../../../shared/log/event-leaf.js';
import { ACTIONS, OUTCOMES } from '../../../shared/vocabulary.js';
import { FIELD, NO_FIELDS } from '../event-body.js';
import { slotOf } from '../stats/rollup.js';
import { dayOf, KIND, type Kind, uniqueTermKey } from '../term.js';
import { hexToUuid } from '../uuid-bytes.js';
import type { LaneKeys } from './lanes.js';
import type { RolledEvent } from './rollup-check.js';
import { DamagedEvent, type TermBook, type TermFacts } from './term-book.js';

/** A row of `events` with everything that a verification needs. */
export type StoredRow = [
  seq: number,
  id: string,
  timestamp: number,
  body: string,
  saltKey: Buffer,
  /** The event that the index of ids has for its id. */
  indexed: number | null,
];

export interface StoredParts {
  recordedAt: number;
  parts: LeafParts;
  /** The sums of the numbers of its terms. */
  a: number;
  b: number;
  /** The terms that it is counted under, but for the day. */
  terms: readonly TermFacts[];
  day: string;
  count: number;
  rolled: RolledEvent;
}

const LAST_FIELD = Math.max(...Object.values(FIELD));
const FREE_CONTEXT = ['reason', 'comment', 'query'] as const;
const ACTION_TEXTS = ACTIONS.map(action => JSON.stringify(action));
const OUTCOME_TEXTS = OUTCOMES.map(outcome => JSON.stringify(outcome));

/** Reads rows. They throw DamagedEvent for what no logger wrote. */
export function createPartsReader(book: TermBook, keys: LaneKeys): (row: StoredRow) => StoredParts {
  /** Terms of one event, gathered. One list for all events: it is read before the next one. */
  const terms: TermFacts[] = [];

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

  return ([, id, timestamp, body, ,]) => {
    if (typeof body !== 'string' || !Number.isSafeInteger(timestamp)) damaged('its row is no event');
    const fields = body.split('\n');
    if (fields.length > LAST_FIELD + 1 || fields.at(-1) === '') damaged('its row is no event');
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
    const ip = counted(term(fields, FIELD.ip, KIND.ip));
    const sessionId = counted(term(fields, FIELD.sessionId, KIND.sessionId));
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
      redactions: fields[FIELD.redactions] || undefined,
      eventName: counted(term(fields, FIELD.eventName, KIND.eventName)),
      tenantId: counted(term(fields, FIELD.tenantId, KIND.tenantId)),
      actorName: term(fields, FIELD.actorName, KIND.name)?.text,
      targetName: term(fields, FIELD.targetName, KIND.name)?.text,
      count: count === undefined ? undefined : String(count),
      onBehalfOf: onBehalfOf && `{"id":${onBehalfOf.ref!.id},"type":${onBehalfOf.text}}`,
      changes: changesOf(fields[FIELD.changes]),
      metadata: metadataOf(fields[FIELD.metadata]),
      context: contextOf(fields[FIELD.context], {
        ip,
        sessionId,
        userAgent: term(fields, FIELD.userAgent, KIND.userAgent)?.text,
      }),
    };
    let a = 0;
    let b = 0;
    for (const { a: termA, b: termB } of terms) {
      a = (a + termA) | 0;
      b = (b + termB) | 0;
    }
    for (const key of ['requestId', 'correlationId'] as const) {
      const text = parts[key];
      if (text === undefined) continue;
      const lanes = keys.ofTerm(uniqueTermKey(key, parsed(text) as string));
      a = (a + lanes.a) | 0;
      b = (b + lanes.b) | 0;
    }
    return {
      recordedAt: timestamp + integer(fields[0]!),
      parts,
      a,
      b,
      terms,
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

  function changesOf(text: string | undefined): FieldText[] | undefined {
    if (!text) return undefined;
    if (text === NO_FIELDS) return [];
    const pieces = text.split('\t');
    if (pieces.length % 3 !== 0) damaged('its changes cannot be read');
    const found: { name: string; field: FieldText }[] = [];
    for (let at = 0; at < pieces.length; at += 3) {
      const quoted = pieces[at]!;
      const name = quoted.includes('\\') ? String(parsed(quoted)) : quoted.slice(1, -1);
      terms.push(book.byValue(KIND.field, name));
      found.push({ name, field: [quoted, pieces[at + 1] || 'null', pieces[at + 2] || 'null'] });
    }
    if (found.length > 1) found.sort((a, b) => (a.name < b.name ? -1 : 1));
    return found.map(({ field }) => field);
  }
}

function metadataOf(text: string | undefined): MemberText[] | undefined {
  if (!text) return undefined;
  const metadata = parsed(text) as NonNullable<PendingEvent['metadata']>;
  if (canonicalJson(metadata) !== text) damaged('its metadata is not as it was written');
  return metadataMembers(metadata);
}

type IndexedContext = Record<'ip' | 'sessionId' | 'userAgent', string | undefined>;

/** The members of `context`, in canonical order. */
function contextOf(free: string | undefined, indexed: IndexedContext): MemberText[] {
  const others = free ? (parsed(`{${free}}`) as Context) : undefined;
  const text = (member: (typeof FREE_CONTEXT)[number]) =>
    others?.[member] === undefined ? undefined : canonicalJson(others[member]);
  if (others !== undefined && free !== freeText(others)) damaged('its context is not as it was written');
  const members: MemberText[] = [];
  const add = (name: string, value: string | undefined) => {
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

function freeText(context: Context): string {
  return FREE_CONTEXT.filter(member => context[member] !== undefined)
    .map(member => `"${member}":${JSON.stringify(context[member])}`)
    .join(',');
}

function integer(text: string): number {
  const value = Number.parseInt(text, 36);
  return value.toString(36) === text ? value : damaged('a number of it cannot be read');
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

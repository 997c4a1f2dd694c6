// Puts the compact JSON of an answer together from what event-body.ts wrote.
import { ACTIONS, OUTCOMES } from '../../shared/vocabulary.js';
import { fieldNumber, fieldText, hasField, isErasedField, scanBody } from './body-scan.js';
import { FIELD, NO_FIELDS } from './event-body.js';
import type { EventRow } from './event-rows.js';
import type { TermReader } from './term-reader.js';
import { hexToUuid } from './uuid-bytes.js';

/** `,"action":…,"outcome":…,` by the two digits of `FIELD.happening`. */
const HAPPENINGS = new Map(
  ACTIONS.flatMap((action, first) =>
    OUTCOMES.map((outcome, second): [number, string] => [
      first * 36 + second,
      `,"action":"${action}","outcome":"${outcome}",`,
    ]),
  ),
);

/** The event as compact JSON, its parts in the order in which one tells a story; `context` only if it may be shown. */
export function eventJson(
  [seq, id, timestamp, body]: EventRow,
  terms: TermReader,
  withContext: boolean,
): string {
  scanBody(body);
  let out = `{"seq":${seq},"id":"${hexToUuid(id)}","timestamp":${millisText(timestamp)}`;
  out += HAPPENINGS.get(fieldNumber(body, FIELD.happening));
  out += terms.json(fieldNumber(body, FIELD.actor));
  if (hasField(FIELD.actorName)) out += `,"actorName":${termText(body, FIELD.actorName, terms)}`;
  if (hasField(FIELD.onBehalfOf)) out += `,"onBehalfOf":${termText(body, FIELD.onBehalfOf, terms)}`;
  out += `,${terms.json(fieldNumber(body, FIELD.target))}`;
  if (hasField(FIELD.targetName)) out += `,"targetName":${termText(body, FIELD.targetName, terms)}`;
  if (hasField(FIELD.eventName)) out += `,"eventName":${termText(body, FIELD.eventName, terms)}`;
  if (hasField(FIELD.changes)) out += `,"changes":${changesJson(fieldText(body, FIELD.changes))}`;
  if (hasField(FIELD.count)) out += `,"count":${fieldNumber(body, FIELD.count)}`;
  if (hasField(FIELD.tenantId)) out += `,"tenantId":${termText(body, FIELD.tenantId, terms)}`;
  if (hasField(FIELD.requestId)) out += `,"requestId":${fieldText(body, FIELD.requestId)}`;
  if (hasField(FIELD.correlationId)) out += `,"correlationId":${fieldText(body, FIELD.correlationId)}`;
  if (withContext) out += contextMember(body, terms);
  if (hasField(FIELD.metadata)) out += `,"metadata":${fieldText(body, FIELD.metadata)}`;
  if (hasField(FIELD.redactions)) out += `,"redactions":${fieldText(body, FIELD.redactions)}`;
  out += `,"source":${terms.json(fieldNumber(body, FIELD.source))}`;
  if (hasField(FIELD.externalId)) out += `,"externalId":${fieldText(body, FIELD.externalId)}`;
  const version = hasField(FIELD.schemaVersion) ? fieldNumber(body, FIELD.schemaVersion) : 1;
  const recordedAt = timestamp + fieldNumber(body, FIELD.recordedAfter);
  return `${out},"schemaVersion":${version},"recordedAt":${millisText(recordedAt)}}`;
}

/** What a field names, in an answer. */
const termText = (body: string, field: number, terms: TermReader) =>
  isErasedField(body, field) ? 'null' : terms.json(fieldNumber(body, field));

/** `context` with the comma before it; empty if there is none. */
function contextMember(body: string, terms: TermReader): string {
  let out = '';
  if (hasField(FIELD.ip)) out = `${CONTEXT}"ip":${termText(body, FIELD.ip, terms)}`;
  if (hasField(FIELD.userAgent))
    out += `${out === '' ? CONTEXT : ','}"userAgent":${termText(body, FIELD.userAgent, terms)}`;
  if (hasField(FIELD.sessionId))
    out += `${out === '' ? CONTEXT : ','}"sessionId":${termText(body, FIELD.sessionId, terms)}`;
  if (hasField(FIELD.context)) out += `${out === '' ? CONTEXT : ','}${fieldText(body, FIELD.context)}`;
  return out === '' ? '' : `${out}}`;
}

const CONTEXT = ',"context":{';

/** `changes` as it is in answers, from the body's field. */
export function changesJson(changes: string): string {
  if (changes === NO_FIELDS) return '{}';
  const pieces = changes.split('\t');
  let out = '';
  for (let index = 0; index < pieces.length; index += 3) {
    out += `${index === 0 ? '{' : ','}${pieces[index]}:{"prev":${pieces[index + 1] || 'null'},"next":${pieces[index + 2] || 'null'}}`;
  }
  return `${out}}`;
}

/** The inside of `context`; empty if there is none. */
export function contextMembers(fields: string[], json: (term: string) => string): string {
  const members: string[] = [];
  const add = (key: string, term: string | undefined) => {
    if (term) members.push(`"${key}":${json(term)}`);
  };
  add('ip', fields[FIELD.ip]);
  add('userAgent', fields[FIELD.userAgent]);
  add('sessionId', fields[FIELD.sessionId]);
  const free = fields[FIELD.context];
  if (free) members.push(free);
  return members.join(',');
}

let lastSeconds = { thousands: -1, text: '' };

/** A time in milliseconds, in decimal. Most events of an answer are of one time, and numbers of so many digits are slow to write. */
function millisText(timestamp: number): string {
  const thousands = Math.floor(timestamp / 1_000_000);
  if (thousands < 1) return String(timestamp);
  if (thousands !== lastSeconds.thousands) lastSeconds = { thousands, text: String(thousands) };
  const rest = timestamp - thousands * 1_000_000;
  return lastSeconds.text + (rest >= 100_000 ? rest : String(1_000_000 + rest).slice(1));
}

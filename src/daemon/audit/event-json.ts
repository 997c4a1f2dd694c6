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
  const context = withContext ? contextJson(body, terms) : '';
  if (context !== '') out += `,"context":${context}`;
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

/** `context` as it is in answers, of the body that was scanned last; empty if there is none. */
export function contextJson(body: string, terms: TermReader): string {
  let out = '';
  if (hasField(FIELD.ip)) out = `{"ip":${termText(body, FIELD.ip, terms)}`;
  if (hasField(FIELD.userAgent))
    out += `${out === '' ? '{' : ','}"userAgent":${termText(body, FIELD.userAgent, terms)}`;
  if (hasField(FIELD.sessionId))
    out += `${out === '' ? '{' : ','}"sessionId":${termText(body, FIELD.sessionId, terms)}`;
  if (hasField(FIELD.context)) out += `${out === '' ? '{' : ','}${fieldText(body, FIELD.context)}`;
  return out === '' ? '' : `${out}}`;
}

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

/** Thousands of seconds since the Unix epoch, as they were written last. */
let lastKiloseconds = { count: -1, text: '' };

/** A time in milliseconds, in decimal. Most events of an answer are of one time, and numbers of so many digits are slow to write. */
function millisText(timestamp: number): string {
  const count = Math.floor(timestamp / 1_000_000);
  if (count < 1) return String(timestamp);
  if (count !== lastKiloseconds.count) lastKiloseconds = { count, text: String(count) };
  const rest = timestamp - count * 1_000_000;
  return lastKiloseconds.text + (rest >= 100_000 ? rest : String(1_000_000 + rest).slice(1));
}

// Puts the compact JSON of an answer together from what event-body.ts wrote.
import { FIELD, NO_FIELDS } from './event-body.js';
import type { EventRow } from './event-rows.js';
import { actionOf, outcomeOf } from './event-values.js';
import type { TermReader } from './term-reader.js';
import { hexToUuid } from './uuid-bytes.js';

/** The event as compact JSON, its parts in the order in which one tells a story; `context` only if it may be shown. */
export function eventJson(
  [seq, id, timestamp, body]: EventRow,
  terms: TermReader,
  withContext: boolean,
): string {
  const fields = body.split('\n');
  const json = (term: string) => terms.text(term).json;

  const happening = fields[FIELD.happening]!;
  // Joined at the end: a string that grows piece by piece is copied together later, at half as much again.
  const out = [
    `{"seq":${seq},"id":"${hexToUuid(id)}","timestamp":${timestamp}`,
    `,"action":"${actionOf(happening)}","outcome":"${outcomeOf(happening)}",`,
    json(fields[FIELD.actor]!),
  ];
  const add = (key: string, field: string | undefined, show: (field: string) => string) => {
    if (field !== undefined && field !== '') out.push(key, show(field));
  };
  add(',"actorName":', fields[FIELD.actorName], json);
  add(',"onBehalfOf":', fields[FIELD.onBehalfOf], json);
  out.push(',', json(fields[FIELD.target]!));
  add(',"targetName":', fields[FIELD.targetName], json);
  add(',"eventName":', fields[FIELD.eventName], json);
  add(',"changes":', fields[FIELD.changes], changesJson);
  add(',"count":', fields[FIELD.count], number);
  add(',"tenantId":', fields[FIELD.tenantId], json);
  add(',"requestId":', fields[FIELD.requestId], verbatim);
  add(',"correlationId":', fields[FIELD.correlationId], verbatim);
  if (withContext) add(',"context":', contextMembers(fields, json), members => `{${members}}`);
  add(',"metadata":', fields[FIELD.metadata], verbatim);
  add(',"redactions":', fields[FIELD.redactions], verbatim);
  add(',"source":', fields[FIELD.source], json);
  add(',"externalId":', fields[FIELD.externalId], verbatim);
  const recordedAt = timestamp + Number.parseInt(fields[FIELD.recordedAfter]!, 36);
  out.push(`,"schemaVersion":${number(fields[FIELD.schemaVersion] || '1')},"recordedAt":${recordedAt}}`);
  return out.join('');
}

/** `changes` as it is in answers, from the body's field. */
export function changesJson(changes: string): string {
  if (changes === NO_FIELDS) return '{}';
  const pieces = changes.split('\t');
  const members: string[] = [];
  for (let index = 0; index < pieces.length; index += 3) {
    members.push(
      `${pieces[index]}:{"prev":${pieces[index + 1] || 'null'},"next":${pieces[index + 2] || 'null'}}`,
    );
  }
  return `{${members.join(',')}}`;
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

const verbatim = (field: string) => field;
const number = (field: string) => String(Number.parseInt(field, 36));

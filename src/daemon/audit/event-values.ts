// The values of a stored event under each filter, read from its body: what `eventTerms` gives for the event.
import type { AuditFilter, FilterKey } from '../../shared/audit-filter.js';
import { FILTER_KEYS } from '../../shared/audit-filter.js';
import { ACTIONS, type Action, OUTCOMES, type Outcome } from '../../shared/vocabulary.js';
import { ERASED, FIELD, NO_FIELDS } from './event-body.js';
import type { EventRow } from './event-rows.js';
import type { TermReader } from './term-reader.js';

/** The fields of a body. */
export type Fields = string[];

export const fieldsOf = ([, , , body]: EventRow): Fields => body.split('\n');

/** One field of a body, without splitting all of it; empty if it is not there. */
export function fieldOf(body: string, field: number): string {
  let start = 0;
  for (let passed = 0; passed < field; passed += 1) {
    start = body.indexOf('\n', start) + 1;
    if (start === 0) return '';
  }
  const end = body.indexOf('\n', start);
  return end < 0 ? body.slice(start) : body.slice(start, end);
}

/** The two digits of `FIELD.happening`. */
export const actionOf = (happening: string): Action => ACTIONS[Number(happening[0])]!;
export const outcomeOf = (happening: string): Outcome => OUTCOMES[Number(happening[1])]!;

/** How many occurrences the event stands for. */
export function countOf(fields: Fields): number {
  return fields[FIELD.count] ? Number.parseInt(fields[FIELD.count]!, 36) : 1;
}

type Values = (fields: Fields, terms: TermReader) => string[];

const term =
  (field: number): Values =>
  (fields, terms) =>
    fields[field] && fields[field] !== ERASED ? [terms.text(fields[field]!).value] : [];

/** An object answers to `TYPE:ID` and to `TYPE:`. */
const ref =
  (field: number): Values =>
  (fields, terms) => {
    if (!fields[field]) return [];
    const value = terms.text(fields[field]!).value;
    return [value, value.slice(0, value.indexOf(':') + 1)];
  };

const id =
  (field: number): Values =>
  fields =>
    fields[field] ? [JSON.parse(fields[field]!)] : [];

const VALUES: Record<FilterKey, Values> = {
  actor: ref(FIELD.actor),
  target: ref(FIELD.target),
  action: fields => [actionOf(fields[FIELD.happening]!)],
  outcome: fields => [outcomeOf(fields[FIELD.happening]!)],
  field: fields => touchedFields(fields[FIELD.changes]),
  eventName: term(FIELD.eventName),
  requestId: id(FIELD.requestId),
  correlationId: id(FIELD.correlationId),
  tenantId: term(FIELD.tenantId),
  onBehalfOf: ref(FIELD.onBehalfOf),
  ip: term(FIELD.ip),
  sessionId: term(FIELD.sessionId),
  source: term(FIELD.source),
};

/** The names in `FIELD.changes`. */
export function touchedFields(changes: string | undefined): string[] {
  if (!changes || changes === NO_FIELDS) return [];
  const names: string[] = [];
  const pieces = changes.split('\t');
  for (let index = 0; index < pieces.length; index += 3) names.push(JSON.parse(pieces[index]!));
  return names;
}

/** The values of an event under a filter, an object's own before its type's. */
export function valuesOf(fields: Fields, key: FilterKey, terms: TermReader): string[] {
  return VALUES[key](fields, terms);
}

/** Whether a row answers to `filter`: `matches`, for stored events. */
export function rowMatcher(filter: AuditFilter, terms: TermReader): (row: EventRow) => boolean {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = filter;
  const wanted = FILTER_KEYS.flatMap(key => {
    const values = filter.include[key];
    return values === undefined ? [] : [{ key, values: new Set(values) }];
  });
  const unwanted = FILTER_KEYS.flatMap(key => {
    const values = filter.exclude[key];
    return values === undefined ? [] : [{ key, values: new Set(values) }];
  });
  return row => {
    const timestamp = row[2];
    if (timestamp < since || timestamp >= until) return false;
    if (wanted.length === 0 && unwanted.length === 0) return true;
    const fields = fieldsOf(row);
    const answers = ({ key, values }: { key: FilterKey; values: Set<string> }) =>
      VALUES[key](fields, terms).some(value => values.has(value));
    return wanted.every(answers) && !unwanted.some(answers);
  };
}

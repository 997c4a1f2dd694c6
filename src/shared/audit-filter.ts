// What an audit query asks for, and the one definition of which value of an event answers to which filter:
// the log's index, the live stream and the tests all take it from `eventTerms`.
import type { DataEvent, PendingEvent } from './data-event.js';
import { formatRef } from './object-ref.js';

/** The names of the filters, as in the query string. */
export const FILTER_KEYS = [
  'actor',
  'target',
  'action',
  'outcome',
  'field',
  'eventName',
  'requestId',
  'correlationId',
  'tenantId',
  'onBehalfOf',
  'ip',
  'sessionId',
  'source',
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/** Filters whose values are objects: `TYPE:ID`, or `TYPE:` for a whole type. */
export const REF_FILTER_KEYS: ReadonlySet<FilterKey> = new Set(['actor', 'target', 'onBehalfOf']);

/** Values of one filter are alternatives; different filters must all hold. */
export type FilterValues = Partial<Record<FilterKey, string[]>>;

export interface AuditFilter {
  include: FilterValues;
  /** An event to which any of these values answers is left out. */
  exclude: FilterValues;
  /** Inclusive, milliseconds since the Unix epoch. */
  since?: number;
  /** Exclusive, milliseconds since the Unix epoch. */
  until?: number;
}

/** A value of an event, under the filter that finds it. */
export type Term = readonly [key: FilterKey, value: string];

/** What `eventTerms` reads: a stored event, or one on its way. */
export type Filterable = Omit<DataEvent, 'seq' | 'recordedAt'> | PendingEvent;

/**
 * Every value by which `event` can be found. Objects answer to `TYPE:ID` and to `TYPE:`, and an event without
 * a value under a key (or one that was erased) answers to no filter by that key. No term is given twice.
 */
export function eventTerms(event: Filterable): Term[] {
  const terms: Term[] = [
    ['actor', formatRef(event.actorType, event.actorId)],
    ['actor', formatRef(event.actorType, '')],
    ['target', formatRef(event.targetType, event.targetId)],
    ['target', formatRef(event.targetType, '')],
    ['action', event.action],
    ['outcome', event.outcome],
    ['source', event.source],
  ];
  const optional = (key: FilterKey, value: string | null | undefined) => {
    if (value !== undefined && value !== null) terms.push([key, value]);
  };
  for (const field in event.changes) terms.push(['field', field]);
  optional('eventName', event.eventName);
  optional('requestId', event.requestId);
  optional('correlationId', event.correlationId);
  optional('tenantId', event.tenantId);
  if (event.onBehalfOf !== undefined) {
    terms.push(['onBehalfOf', formatRef(event.onBehalfOf.type, event.onBehalfOf.id)]);
    terms.push(['onBehalfOf', formatRef(event.onBehalfOf.type, '')]);
  }
  optional('ip', event.context?.ip);
  optional('sessionId', event.context?.sessionId);
  return terms;
}

/** Whether `event` is one that `filter` asks for. */
export function matches(event: Filterable, filter: AuditFilter): boolean {
  if (filter.since !== undefined && event.timestamp < filter.since) return false;
  if (filter.until !== undefined && event.timestamp >= filter.until) return false;
  const terms = eventTerms(event);
  const answers = (key: FilterKey, values: string[]) =>
    terms.some(([termKey, value]) => termKey === key && values.includes(value));
  for (const key of FILTER_KEYS) {
    const included = filter.include[key];
    if (included !== undefined && !answers(key, included)) return false;
    const excluded = filter.exclude[key];
    if (excluded !== undefined && answers(key, excluded)) return false;
  }
  return true;
}

/** The filter that lets everything through. */
export const EVERYTHING: AuditFilter = { include: {}, exclude: {} };

/** Whether `filter` lets everything through. */
export function isEverything({ include, exclude, since, until }: AuditFilter): boolean {
  return (
    since === undefined &&
    until === undefined &&
    Object.keys(include).length === 0 &&
    Object.keys(exclude).length === 0
  );
}

// An event of another program on its way in: checked by the rules of the data event, given its `id` and its
// `source`, and told apart from others of the same id.
import { createHash, createHmac } from 'node:crypto';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import {
  type DataEvent,
  MAX_CLOCK_AHEAD_MS,
  MAX_METADATA_BYTES,
  type PendingEvent,
  type ReportedEvent,
  ReportedEventSchema,
  SCHEMA_VERSION,
} from '../../shared/data-event.js';
import { iJsonFaults } from '../../shared/i-json.js';
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';
import { canonicalJson } from '../../shared/log/canonical-json.js';
import type { FieldFault } from '../../shared/problem.js';
import { faultsOf } from '../../shared/schema-faults.js';
import { SOURCE_REPORTED } from '../../shared/vocabulary.js';
import { uuidV8 } from './uuid-v8.js';

let validate: ValidateFunction | undefined;

/**
 * What is wrong with a reported event; empty when `pendingFromReport` can take it. Ids may be integers as well as
 * strings, and a change may leave out the side that is null.
 * @param now milliseconds since the Unix epoch; `timestamp` may be 5 minutes ahead of it
 */
export function reportFaults(value: unknown, now: number): FieldFault[] {
  const unfit = iJsonFaults(value);
  if (unfit.length > 0) return unfit;
  validate ??= new Ajv2020({ strict: false }).compile(ReportedEventSchema);
  const report = inFull(value);
  return validate(report) ? ruleFaults(report as ReportedEvent, now) : faultsOf(validate.errors ?? []);
}

function ruleFaults(report: ReportedEvent, now: number): FieldFault[] {
  const { action, outcome = 'success', changes, metadata, timestamp } = report;
  const faults: FieldFault[] = [];
  if (timestamp > now + MAX_CLOCK_AHEAD_MS) {
    const minutes = MAX_CLOCK_AHEAD_MS / 60_000;
    faults.push({
      field: 'timestamp',
      reason: `is more than ${minutes} minutes ahead of the daemon's clock`,
    });
  }
  if (action === 'viewed' || outcome !== 'success') {
    const what = outcome === 'success' ? 'viewed' : `the outcome ${outcome}`;
    if (changes !== undefined) faults.push({ field: 'changes', reason: `must be left out with ${what}` });
  } else if (action === 'changed' && isEmpty(changes ?? {})) {
    faults.push({ field: 'changes', reason: 'is required with changed and must name a field' });
  }
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES) {
    faults.push({ field: 'metadata', reason: `is larger than ${MAX_METADATA_BYTES / 1024} KiB` });
  }
  return faults;
}

/** The report with ids as strings, and both sides of every change. */
function inFull(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const report: JsonObject = { ...value };
  for (const key of ['id', 'actorId', 'targetId']) {
    if (report[key] !== undefined) report[key] = idText(report[key]);
  }
  if (isJsonObject(report.onBehalfOf)) {
    report.onBehalfOf = { ...report.onBehalfOf, id: idText(report.onBehalfOf.id) };
  }
  if (isJsonObject(report.changes)) {
    report.changes = Object.fromEntries(
      Object.entries(report.changes).map(([field, change]) => [
        field,
        isJsonObject(change) ? { prev: null, next: null, ...change } : change,
      ]),
    );
  }
  return report;
}

const idText = (id: unknown) => (Number.isSafeInteger(id) ? String(id) : id);

export interface ReportSource {
  /** A report without `reportFaults`. */
  report: ReportedEvent;
  /** The user whose token reports it. */
  ownerId: string;
  /** The instance's own: makes ids of content that cannot be guessed from them. */
  hmacKey: Uint8Array;
  /** The tenant that the token is bound to. */
  tenantId?: string;
}

/** The data event that a report is. The same report of the same owner is the same event, with the same id. */
export function pendingFromReport({ report, ownerId, hmacKey, tenantId }: ReportSource): PendingEvent {
  const { id: externalId, ...said } = inFull(report) as ReportedEvent;
  const content = contentOf({
    ...said,
    outcome: said.outcome ?? 'success',
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(externalId === undefined ? {} : { externalId }),
  });
  // A JSON array frames its items: no two pairs of owner and id have the same text.
  const hash =
    externalId === undefined
      ? createHmac('sha256', hmacKey).update(canonicalJson([ownerId, content]))
      : createHash('sha256').update(canonicalJson([ownerId, externalId]));
  return {
    id: uuidV8(hash.digest()),
    ...content,
    source: `${SOURCE_REPORTED}${ownerId}`,
    schemaVersion: SCHEMA_VERSION,
  };
}

/** Names what two reports with one id must have in common: everything that the reporting program said. */
export function contentDigest(event: PendingEvent | DataEvent): string {
  const content = contentOf(event);
  return createHash('sha256')
    .update(canonicalJson({ ...content, count: content.count ?? 1 }))
    .digest('base64url');
}

type Content = Omit<PendingEvent, 'id' | 'source' | 'schemaVersion' | 'redactions'>;

/** The fields that a program reports, in the order in which events show them. */
const CONTENT_FIELDS = [
  'action',
  'outcome',
  'timestamp',
  'actorType',
  'actorId',
  'targetType',
  'targetId',
  'eventName',
  'changes',
  'actorName',
  'targetName',
  'onBehalfOf',
  'tenantId',
  'requestId',
  'correlationId',
  'count',
  'context',
  'metadata',
  'externalId',
] as const satisfies (keyof Content)[];

/** What was said of an event; empty objects say nothing and are left out. */
function contentOf(event: Content): Content {
  const said: Partial<Record<keyof Content, unknown>> = {};
  for (const field of CONTENT_FIELDS) {
    const value = event[field];
    if (value !== undefined && !(isJsonObject(value) && isEmpty(value))) said[field] = value;
  }
  return said as Content;
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}

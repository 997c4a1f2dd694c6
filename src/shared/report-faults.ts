// What is wrong with an event that another program reports, by the rules of the data event: the daemon refuses by
// these, and a dry run of the client foretells it.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import {
  MAX_CLOCK_AHEAD_MS,
  MAX_METADATA_BYTES,
  type ReportedEvent,
  ReportedEventSchema,
} from './data-event.js';
import { iJsonFaults } from './i-json.js';
import { isJsonObject, type JsonObject } from './json-object.js';
import type { FieldFault } from './problem.js';
import { faultsOf } from './schema-faults.js';

let validate: ValidateFunction | undefined;

/**
 * What is wrong with a reported event; empty when `pendingFromReport` can take it. Ids may be integers as well as
 * strings, and a change may leave out the side that is null.
 * @param now milliseconds since the Unix epoch; `timestamp` may be 5 minutes ahead of it
 */
export function reportFaults(value: unknown, now: number): FieldFault[] {
  const unfit = iJsonFaults(value);
  return unfit.length > 0 ? unfit : ruleFaults(value, now);
}

/** The same of a value that is known to be I-JSON. */
export function ruleFaults(value: unknown, now: number): FieldFault[] {
  validate ??= new Ajv2020({ strict: false }).compile(ReportedEventSchema);
  const report = reportInFull(value);
  return validate(report) ? beyondSchema(report as ReportedEvent, now) : faultsOf(validate.errors ?? []);
}

/** What the schema cannot say. */
function beyondSchema(report: ReportedEvent, now: number): FieldFault[] {
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
export function reportInFull(value: unknown): unknown {
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

const isEmpty = (object: object) => Object.keys(object).length === 0;

// Checks a reported line as far as that is possible without the daemon: JSON, the schema, the limits that are
// not in the schema. Loaded for a dry run alone: the schema libraries cost more than a whole short command.
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  MAX_CLOCK_AHEAD_MS,
  MAX_METADATA_BYTES,
  type ReportedEvent,
  ReportedEventSchema,
} from '../../shared/data-event.js';
import { iJsonFaults } from '../../shared/i-json.js';
import type { FieldFault } from '../../shared/problem.js';
import { faultsOf } from '../../shared/schema-faults.js';

/** Says why a line would be refused; `undefined` when it looks right. */
export type LineCheck = (line: Buffer) => string | undefined;

/** @param clock now, in milliseconds since the Unix epoch */
export function createLineCheck(clock: () => number): LineCheck {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  const validate = ajv.compile<ReportedEvent>(ReportedEventSchema);
  const utf8 = new TextDecoder('utf-8', { fatal: true });

  function limitFaults(event: ReportedEvent): FieldFault[] {
    const metadataBytes =
      event.metadata === undefined ? 0 : Buffer.byteLength(JSON.stringify(event.metadata));
    return [
      ...(event.timestamp > clock() + MAX_CLOCK_AHEAD_MS
        ? [{ field: 'timestamp', reason: `is more than ${MAX_CLOCK_AHEAD_MS / 60_000} minutes ahead` }]
        : []),
      ...(metadataBytes > MAX_METADATA_BYTES
        ? [{ field: 'metadata', reason: `is larger than ${MAX_METADATA_BYTES / 1024} KiB` }]
        : []),
    ];
  }

  return line => {
    let value: unknown;
    try {
      value = JSON.parse(utf8.decode(line));
    } catch (error) {
      return error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'is not UTF-8';
    }
    const event = withTextIds(value);
    const odd = iJsonFaults(event);
    if (odd.length > 0) return inWords(odd);
    if (!validate(event)) return inWords(faultsOf(validate.errors ?? []));
    const beyond = limitFaults(event);
    return beyond.length > 0 ? inWords(beyond) : undefined;
  };
}

function inWords(faults: FieldFault[]): string {
  return faults.map(({ field, reason }) => `${field} ${reason}`.trim()).join('; ');
}

/** Ids may arrive as numbers and are texts from then on. */
function withTextIds(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const event: Record<string, unknown> = { ...value };
  for (const key of ['actorId', 'targetId', 'id']) {
    if (typeof event[key] === 'number') event[key] = String(event[key]);
  }
  return event;
}

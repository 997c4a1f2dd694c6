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

/** Says why a line would be refused; `undefined` when it looks right. */
export type LineCheck = (line: Buffer) => string | undefined;

/** @param clock now, in milliseconds since the Unix epoch */
export function createLineCheck(clock: () => number): LineCheck {
  const ajv = new Ajv2020({ allErrors: false, strict: false });
  const validate = ajv.compile<ReportedEvent>(ReportedEventSchema);
  const utf8 = new TextDecoder('utf-8', { fatal: true });

  return line => {
    let value: unknown;
    try {
      value = JSON.parse(utf8.decode(line));
    } catch (error) {
      return error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'is not UTF-8';
    }
    const [fault] = iJsonFaults(value);
    if (fault !== undefined) return `${fault.field} ${fault.reason}`;
    const event = withTextIds(value);
    if (!validate(event)) {
      const { instancePath = '', message = 'is wrong', params } = validate.errors?.[0] ?? {};
      const unknown = params?.additionalProperty as string | undefined;
      const field = instancePath.slice(1);
      if (unknown !== undefined)
        return `${field === '' ? '' : `${field}/`}${unknown} is not a field of an event`;
      return `${field} ${message}`.trim();
    }
    if (event.timestamp > clock() + MAX_CLOCK_AHEAD_MS) return 'timestamp is in the future';
    const metadata = event.metadata === undefined ? 0 : Buffer.byteLength(JSON.stringify(event.metadata));
    return metadata > MAX_METADATA_BYTES
      ? `metadata is larger than ${MAX_METADATA_BYTES / 1024} KiB`
      : undefined;
  };
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

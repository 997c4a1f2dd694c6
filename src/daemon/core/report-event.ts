// An event of another program on its way in, checked already (shared/report-faults.ts): given its `id` and its
// `source`, and told apart from others of the same id.
import { createHmac, hash } from 'node:crypto';
import {
  type DataEvent,
  type PendingEvent,
  type ReportedEvent,
  SCHEMA_VERSION,
} from '../../shared/data-event.js';
import { isJsonObject } from '../../shared/json-object.js';
import { canonicalJson } from '../../shared/log/canonical-json.js';
import { sha256 } from '../../shared/log/merkle-hash.js';
import { reportInFull } from '../../shared/report-faults.js';
import { uuidV8 } from '../../shared/uuid-v8.js';
import { SOURCE_REPORTED } from '../../shared/vocabulary.js';

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
  const { id: externalId, ...said } = reportInFull(report) as ReportedEvent;
  const content = contentOf({
    ...said,
    outcome: said.outcome ?? 'success',
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(externalId === undefined ? {} : { externalId }),
  });
  // A JSON array frames its items: no two pairs of owner and id have the same text.
  const name =
    externalId === undefined
      ? createHmac('sha256', hmacKey)
          .update(canonicalJson([ownerId, content]))
          .digest()
      : sha256(canonicalJson([ownerId, externalId]));
  return {
    id: uuidV8(name),
    ...content,
    source: `${SOURCE_REPORTED}${ownerId}`,
    schemaVersion: SCHEMA_VERSION,
  };
}

/** Names what two reports with one id must have in common: everything that the reporting program said. */
export function contentDigest(event: PendingEvent | DataEvent): string {
  // A line for each field, in one order: canonical JSON has no raw line breaks.
  let text = '';
  for (const field of CONTENT_FIELDS) {
    const value = field === 'count' ? (event.count ?? 1) : event[field];
    text += saysNothing(value) ? '\n' : `${canonicalJson(value)}\n`;
  }
  return hash('sha256', text, 'base64url');
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
function contentOf(event: Content | DataEvent): Content {
  const said: Partial<Record<keyof Content, unknown>> = {};
  for (const field of CONTENT_FIELDS) {
    const value = event[field];
    if (!saysNothing(value)) said[field] = value;
  }
  return said as Content;
}

const saysNothing = (value: unknown) => value === undefined || (isJsonObject(value) && isEmpty(value));

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}

// Events as CSV (RFC 4180): every part of the event in a column of its own, texts harmless, structures as JSON.
import { escapeText, safeJsonLines } from '../../../shared/escape-text.js';
import { scanBody } from '../body-scan.js';
import { FIELD } from '../event-body.js';
import { changesJson, contextJson } from '../event-json.js';
import type { EventRow } from '../event-rows.js';
import { actionOf, countOf, fieldsOf, outcomeOf } from '../event-values.js';
import type { TermReader } from '../term-reader.js';
import { hexToUuid } from '../uuid-bytes.js';

const COLUMNS = [
  'seq',
  'id',
  'time',
  'action',
  'outcome',
  'actor',
  'actorName',
  'onBehalfOf',
  'target',
  'targetName',
  'eventName',
  'changes',
  'count',
  'tenantId',
  'requestId',
  'correlationId',
  'context',
  'metadata',
  'redactions',
  'source',
  'externalId',
  'recordedAt',
] as const;

export const CSV_HEAD = `${COLUMNS.join(',')}\r\n`;

/** One row; times in RFC 3339, UTC. */
export function csvLine(row: EventRow, terms: TermReader): string {
  const [seq, id, timestamp, body] = row;
  const fields = fieldsOf(row);
  const happening = fields[FIELD.happening]!;
  const term = (field: number) => (fields[field] ? cell(escapeText(terms.text(fields[field]!).value)) : '');
  const json = (text: string | undefined) => (text ? cell(safeJsonLines(text)) : '');
  const text = (field: number) =>
    fields[field] ? cell(escapeText(JSON.parse(fields[field]!) as string)) : '';
  scanBody(body);
  const recordedAt = timestamp + Number.parseInt(fields[FIELD.recordedAfter]!, 36);
  return `${[
    seq,
    hexToUuid(id),
    new Date(timestamp).toISOString(),
    actionOf(happening),
    outcomeOf(happening),
    term(FIELD.actor),
    term(FIELD.actorName),
    term(FIELD.onBehalfOf),
    term(FIELD.target),
    term(FIELD.targetName),
    term(FIELD.eventName),
    fields[FIELD.changes] ? json(changesJson(fields[FIELD.changes]!)) : '',
    fields[FIELD.count] ? countOf(fields) : '',
    term(FIELD.tenantId),
    text(FIELD.requestId),
    text(FIELD.correlationId),
    json(contextJson(body, terms)),
    json(fields[FIELD.metadata]),
    json(fields[FIELD.redactions]),
    term(FIELD.source),
    text(FIELD.externalId),
    new Date(recordedAt).toISOString(),
  ].join(',')}\r\n`;
}

function cell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// Events as OCSF 1.4 (https://schema.ocsf.io/1.4.0/classes/entity_management), class Entity Management: the target is
// the entity, with its state as far as the event tells it; of a change `entity` is what was before and `entity_result`
// what is now. What OCSF has no attribute for is kept in `unmapped`.
import { isIP } from 'node:net';
import type { Action, Outcome } from '../../../shared/vocabulary.js';
import { ERASED, FIELD, NO_FIELDS } from '../event-body.js';
import type { EventRow } from '../event-rows.js';
import { actionOf, countOf, fieldsOf, outcomeOf } from '../event-values.js';
import type { TermReader } from '../term-reader.js';
import { hexToUuid } from '../uuid-bytes.js';

export const OCSF_VERSION = '1.4.0';

const CLASS_UID = 3004;
const ACTIVITIES: Record<Action, [id: number, name: string]> = {
  created: [1, 'Create'],
  viewed: [2, 'Read'],
  changed: [3, 'Update'],
  deleted: [4, 'Delete'],
};
const STATUSES: Record<Outcome, [id: number, name: string]> = {
  success: [1, 'Success'],
  failure: [2, 'Failure'],
  denied: [2, 'Failure'],
};
/** Informational, and low for what was refused. */
const SEVERITIES: Record<Outcome, [id: number, name: string]> = {
  success: [1, 'Informational'],
  failure: [2, 'Low'],
  denied: [2, 'Low'],
};
/** `type_id` of users and entities whose kind is told by `type`. */
const OTHER = 99;

/** What one export has in common. */
export interface OcsfSource {
  /** The origin of the log. */
  origin: string;
  /** Of whodid. */
  version: string;
}

/** Members of an object, those without a value left out; values are JSON. */
type Members = [name: string, json: string | number | undefined][];

export function ocsfLine(row: EventRow, terms: TermReader, { origin, version }: OcsfSource): string {
  const [seq, id, timestamp] = row;
  const fields = fieldsOf(row);
  const happening = fields[FIELD.happening]!;
  const action = actionOf(happening);
  const outcome = outcomeOf(happening);
  const [activityId, activity] = ACTIVITIES[action];
  const [statusId, status] = STATUSES[outcome];
  const [severityId, severity] = SEVERITIES[outcome];
  const json = (field: number) =>
    fields[field] && fields[field] !== ERASED ? terms.text(fields[field]!).json : undefined;
  const ref = (field: number) => referenceOf(terms.text(fields[field]!).value);
  const { reason, comment, query } = freeContext(fields[FIELD.context]);
  const actor = ref(FIELD.actor);
  const target = ref(FIELD.target);
  const states = statesOf(action, fields[FIELD.changes]);
  const entity = (data: string | undefined) =>
    object([
      ['uid', target.id],
      ['type', target.type],
      ['type_id', OTHER],
      ['name', json(FIELD.targetName)],
      ['data', data],
    ]);
  // Whoever reports an event may call anything its address.
  const isAddress = fields[FIELD.ip] ? isOcsfAddress(terms.text(fields[FIELD.ip]!).value) : false;
  const onBehalfOf = fields[FIELD.onBehalfOf] ? ref(FIELD.onBehalfOf) : undefined;

  return object([
    [
      'metadata',
      object([
        ['version', `"${OCSF_VERSION}"`],
        ['product', `{"name":"whodid","vendor_name":"whodid","version":${JSON.stringify(version)}}`],
        ['uid', `"${hexToUuid(id)}"`],
        ['log_name', JSON.stringify(origin)],
        ['sequence', seq],
        ['logged_time', timestamp + Number.parseInt(fields[FIELD.recordedAfter]!, 36)],
        ['event_code', json(FIELD.eventName)],
        ['tenant_uid', json(FIELD.tenantId)],
        ['correlation_uid', fields[FIELD.correlationId] || undefined],
      ]),
    ],
    ['time', timestamp],
    ['category_uid', 3],
    ['category_name', '"Identity & Access Management"'],
    ['class_uid', CLASS_UID],
    ['class_name', '"Entity Management"'],
    ['activity_id', activityId],
    ['activity_name', `"${activity}"`],
    ['type_uid', CLASS_UID * 100 + activityId],
    ['type_name', `"Entity Management: ${activity}"`],
    ['severity_id', severityId],
    ['severity', `"${severity}"`],
    ['status_id', statusId],
    ['status', `"${status}"`],
    ['status_code', outcome === 'success' ? undefined : `"${outcome}"`],
    ['status_detail', reason],
    ['count', fields[FIELD.count] ? countOf(fields) : undefined],
    [
      'actor',
      object([
        [
          'user',
          object([
            ['uid', actor.id],
            ['type', actor.type],
            ['type_id', OTHER],
            ['name', json(FIELD.actorName)],
          ]),
        ],
        ['session', wrapped('uid', json(FIELD.sessionId))],
      ]),
    ],
    ['entity', entity(states.entity)],
    ['entity_result', states.result === undefined ? undefined : entity(states.result)],
    ['src_endpoint', isAddress ? wrapped('ip', json(FIELD.ip)) : undefined],
    [
      'http_request',
      optionalObject([
        ['uid', fields[FIELD.requestId] || undefined],
        ['user_agent', json(FIELD.userAgent)],
      ]),
    ],
    ['comment', comment],
    [
      'unmapped',
      object([
        ['source', json(FIELD.source)],
        ['on_behalf_of', onBehalfOf && `{"type":${onBehalfOf.type},"uid":${onBehalfOf.id}}`],
        ['ip', isAddress ? undefined : json(FIELD.ip)],
        ['external_id', fields[FIELD.externalId] || undefined],
        ['query', query],
        ['metadata', fields[FIELD.metadata] || undefined],
        ['redactions', fields[FIELD.redactions] || undefined],
      ]),
    ],
  ]);
}

/** OCSF's `ip_t`. */
const isOcsfAddress = (text: string) => text.length <= 40 && isIP(text) !== 0;

function object(members: Members): string {
  let text = '';
  for (const [name, json] of members) {
    if (json !== undefined) text += `${text === '' ? '' : ','}"${name}":${json}`;
  }
  return `{${text}}`;
}

function optionalObject(members: Members): string | undefined {
  return members.some(([, json]) => json !== undefined) ? object(members) : undefined;
}

const wrapped = (name: string, json: string | undefined) => optionalObject([[name, json]]);

/** Type and id of `TYPE:ID`, as JSON. */
function referenceOf(value: string): { type: string; id: string } {
  const colon = value.indexOf(':');
  return { type: JSON.stringify(value.slice(0, colon)), id: JSON.stringify(value.slice(colon + 1)) };
}

/** The members of `context` that have no field of their own, as JSON. Few events have any. */
function freeContext(members: string | undefined): { reason?: string; comment?: string; query?: string } {
  if (!members) return {};
  const values = Object.entries(JSON.parse(`{${members}}`) as Record<string, string | null>).filter(
    ([, value]) => value !== null,
  );
  return Object.fromEntries(values.map(([name, value]) => [name, JSON.stringify(value)]));
}

/** The states that an event tells, as JSON objects; what is null is no part of a state. */
function statesOf(action: Action, changes: string | undefined): { entity?: string; result?: string } {
  if (!changes || changes === NO_FIELDS) return {};
  const pieces = changes.split('\t');
  const side = (offset: 1 | 2) => {
    const members: string[] = [];
    for (let index = 0; index < pieces.length; index += 3) {
      const value = pieces[index + offset];
      if (value) members.push(`${pieces[index]}:${value}`);
    }
    return `{${members.join(',')}}`;
  };
  if (action === 'changed') return { entity: side(1), result: side(2) };
  return { entity: action === 'deleted' ? side(1) : side(2) };
}

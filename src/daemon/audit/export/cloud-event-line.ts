// Events as CloudEvents 1.0 (JSON format): the data event is `data`, what routes it is around it.
import { FIELD } from '../event-body.js';
import { eventJson } from '../event-json.js';
import type { EventRow } from '../event-rows.js';
import { actionOf, fieldsOf } from '../event-values.js';
import type { TermReader } from '../term-reader.js';
import { hexToUuid } from '../uuid-bytes.js';

/** @param origin of the log; `source` and `id` together name an event in the whole world */
export function cloudEventLine(row: EventRow, terms: TermReader, origin: string): string {
  const [, id, timestamp] = row;
  const fields = fieldsOf(row);
  const subject = JSON.stringify(terms.text(fields[FIELD.target]!).value);
  return (
    `{"specversion":"1.0","id":"${hexToUuid(id)}","source":${JSON.stringify(`/${origin}`)},` +
    `"type":"whodid.${actionOf(fields[FIELD.happening]!)}","subject":${subject},` +
    `"time":"${new Date(timestamp).toISOString()}","datacontenttype":"application/json",` +
    `"data":${eventJson(row, terms, true)}}`
  );
}

// What is shown of records, and so what is asked for: a body that nobody sees is not fetched, because showing
// it would be recorded as a view.
import type { Client, RecordObject, WriteOptions, WrittenRecord } from '../shared/client.js';
import { formatRef } from '../shared/object-ref.js';
import { escapeText } from './output/escape.js';
import { fieldNames, formatOf, type OutputFlags } from './output/options.js';
import { recordView, UNKNOWN_RECORD_VIEW } from './output/record-view.js';
import { type ShowOptions, showOne } from './output/show.js';
import { pickFields, properties, type View } from './output/view.js';

/** Whether nothing but ids will be shown. */
export function idsAlone(flags: OutputFlags): boolean {
  return fieldNames(flags)?.every(name => name === 'id') ?? false;
}

/** The view of a type's records, asking the daemon for the fields only where they matter. */
export async function viewOfType(
  client: Client,
  type: string,
  show: ShowOptions,
): Promise<View<RecordObject>> {
  const asItCame =
    ['json', 'jsonl'].includes(formatOf(show.flags, show.io)) && show.flags.fields === undefined;
  if (asItCame || idsAlone(show.flags)) return UNKNOWN_RECORD_VIEW;
  return recordView(await client.types.get(type));
}

/** Something that is gone, or whose body was not asked for. */
export interface WrittenObject {
  type: string;
  id: string;
  /** The ids of the events. */
  events: string[];
}

export const WRITTEN_VIEW: View<WrittenObject> = {
  fields: properties<WrittenObject>(['type', 'id', 'events']),
  row: ['type', 'id', 'events'],
};

/**
 * Refuses options that do not fit before anything is written: afterwards would be too late.
 * @throws Problem `bad_request`
 */
export function checkWrittenFlags(show: ShowOptions): void {
  formatOf(show.flags, show.io);
  pickFields(WRITTEN_VIEW, fieldNames(show.flags) ?? []);
}

/** A sentence on a terminal, else a row or an object. */
export async function showWritten(verb: string, written: WrittenObject, show: ShowOptions): Promise<void> {
  if (formatOf(show.flags, show.io) !== 'table' || show.flags.fields !== undefined) {
    return showOne(written, WRITTEN_VIEW, show);
  }
  const events = written.events.map(id => `  event ${escapeText(id)}\n`).join('');
  await show.io.write(`${verb} ${escapeText(formatRef(written.type, written.id))}.\n${events}`);
}

/** Writes a record and shows it: a sentence on a terminal, else the record. */
export async function writeAndShow(
  verb: 'Created' | 'Updated',
  type: string,
  write: (options: Pick<WriteOptions, 'minimal'>) => Promise<WrittenRecord>,
  client: Client,
  show: ShowOptions,
): Promise<void> {
  const sentence = formatOf(show.flags, show.io) === 'table' && show.flags.fields === undefined;
  const view = sentence ? UNKNOWN_RECORD_VIEW : await viewOfType(client, type, show);
  // Before anything is written: that a field is unknown must not come up afterwards.
  pickFields(view, fieldNames(show.flags) ?? []);
  const minimal = sentence || idsAlone(show.flags);
  const { id, record, eventIds } = await write({ minimal });
  if (sentence && eventIds.length === 0 && (await tellsEveryChange(client, type))) {
    return show.io.write(`Nothing changed: ${escapeText(formatRef(type, id))} stands so already.\n`);
  }
  if (sentence) return showWritten(verb, { type, id, events: eventIds }, show);
  await showOne(record ?? { id }, view, show);
}

/** Whether a change without an event is none: every change of the type's records has one, of whichever field. */
async function tellsEveryChange(client: Client, type: string): Promise<boolean> {
  const { record, schema } = await client.types.get(type);
  const { properties = {} } = schema as {
    properties?: Record<string, { 'x-whodid'?: { ignored?: boolean } }>;
  };
  const ignores = Object.values(properties).some(property => property['x-whodid']?.ignored === true);
  return record.changed !== 'none' && !ignores;
}

// Shows events: rows and JSON for programs, a table for people. What a terminal gets is decided here alone.
import type { FilterValues } from '../../shared/audit-filter.js';
import type { Changes, DataEvent } from '../../shared/data-event.js';
import { EVENT_VIEW, withGiven } from './event-view.js';
import { formatOf } from './options.js';
import { openRows, type Rows, type ShowOptions, showRows } from './show.js';
import type { View } from './view.js';

/** Shows the events of a query. Of changes a table shows those of the fields first that were asked for. */
export async function showEvents(
  events: Rows<DataEvent>,
  show: ShowOptions,
  include: FilterValues = {},
): Promise<void> {
  const fields = include.field ?? [];
  const forPeople = formatOf(show.flags, show.io) === 'table' && show.flags.fields === undefined;
  await showRows(forPeople && fields.length > 0 ? withFirst(events, fields) : events, viewOf(include), show);
}

const viewOf = (include: FilterValues): View<DataEvent> => ({
  ...EVENT_VIEW,
  columns: time => withGiven(EVENT_VIEW.columns?.(time) ?? [], include),
});

function withFirst(events: Rows<DataEvent>, fields: readonly string[]): Rows<DataEvent> {
  return {
    ...events,
    async *[Symbol.asyncIterator]() {
      for await (const event of events) {
        const { changes } = event;
        if (changes === undefined) yield event;
        else {
          const first = fields.filter(field => Object.hasOwn(changes, field));
          yield { ...event, changes: { ...pick(changes, first), ...changes } };
        }
      }
    },
  };
}

function pick(changes: Changes, fields: readonly string[]): Changes {
  return Object.fromEntries(fields.flatMap(field => (changes[field] ? [[field, changes[field]]] : [])));
}

/** Events that come in their own time. */
export interface LiveEvents {
  /** Opens the stream; `opened` is called when it is there. */
  events(opened: () => void): AsyncIterable<DataEvent>;
  /** So many are shown at most. */
  limit: number;
  /** What they were asked for by. */
  include?: FilterValues | undefined;
}

/** Shows each event at once. On a terminal the head of the table says that there will be one. */
export async function showLiveEvents(
  { events: open, limit, include = {} }: LiveEvents,
  show: ShowOptions,
): Promise<void> {
  const writer = await openRows(viewOf(include), show, true);
  let begun: Promise<void> | undefined;
  const events = open(() => {
    begun ??= writer.begin?.();
    begun?.catch(() => undefined);
  });
  let shown = 0;
  for await (const event of events) {
    await begun;
    await writer.write(event);
    shown += 1;
    if (shown >= limit) break;
  }
  await writer.end();
}

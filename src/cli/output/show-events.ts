// Shows events: rows and JSON for programs, a table for people. What a terminal gets is decided here alone.
import type { DataEvent } from '../../shared/data-event.js';
import { EVENT_VIEW } from './event-view.js';
import { formatOf } from './options.js';
import { openRows, type Rows, type ShowOptions, showRows } from './show.js';

/** Shows the events of a query. */
export async function showEvents(events: Rows<DataEvent>, show: ShowOptions): Promise<void> {
  const forPeople = formatOf(show.flags, show.io) === 'table' && show.flags.fields === undefined;
  await (forPeople ? showEventTable(events, show) : showRows(events, EVENT_VIEW, show));
}

/** The table of a terminal. */
export async function showEventTable(events: Rows<DataEvent>, show: ShowOptions): Promise<void> {
  await showRows(events, EVENT_VIEW, show);
}

/** Shows events that come in their own time, each at once, at most `limit` of them. */
export async function showLiveEvents(
  events: AsyncIterable<DataEvent>,
  limit: number,
  show: ShowOptions,
): Promise<void> {
  const writer = await openRows(EVENT_VIEW, show, true);
  let shown = 0;
  for await (const event of events) {
    await writer.write(event);
    shown += 1;
    if (shown >= limit) break;
  }
  await writer.end();
}

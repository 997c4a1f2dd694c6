// Which moments are on the screen as how long ago they were. Pure.
import { busiestRows } from './busiest.js';
import { currentEvent, type ExplorerState, listLines, stepOf } from './state.js';

/** In milliseconds since the Unix epoch: of the rows in view, of the event in detail, of the busiest. */
export function shownTimes(state: ExplorerState): number[] {
  const { list } = stepOf(state);
  const event = currentEvent(state);
  return [
    ...list.rows.slice(list.top, list.top + listLines(state)).map(({ timestamp }) => timestamp),
    ...(event === undefined ? [] : [event.timestamp]),
    ...busiestRows(state).map(({ lastAt }) => lastAt),
  ];
}

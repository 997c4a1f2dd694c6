// Moving through a list of events: by rows, by screens, to its ends, to a time. Pure.
import { clamped, type EventList, newestFirst } from './event-list.js';
import { atHead } from './event-window.js';
import { isAtBottom, isAtTop } from './wanted-rows.js';

/** So many rows up (negative) or down. */
export function movedBy<L extends EventList>(list: L, by: number, lines: number): L {
  return clamped({ ...list, jump: undefined, selected: list.selected + by }, lines);
}

/** A screen up or down; the cursor stays where it is on the screen. */
export function pagedBy<L extends EventList>(list: L, way: 1 | -1, lines: number): L {
  const step = way * Math.max(1, lines - 1);
  return clamped(
    { ...list, jump: undefined, selected: list.selected + step, top: Math.max(0, list.top + step) },
    lines,
  );
}

/** To the first row of the whole answer; what is not loaded is asked for. */
export function toTop<L extends EventList>(list: L, lines: number): L {
  const top = { ...list, jump: undefined, selected: 0, top: 0, above: 0, unseen: 0 };
  if (isAtTop(list)) return clamped({ ...top, above: list.above }, lines);
  const window = newestFirst(list) ? atHead(list.window) : undefined;
  if (window === undefined) return { ...list, jump: 'start', fault: undefined };
  return clamped({ ...top, window, rows: window.stretches[0]?.events ?? [] }, lines);
}

/** To the last row of the whole answer. */
export function toBottom<L extends EventList>(list: L, lines: number): L {
  const last = clamped({ ...list, selected: list.rows.length - 1, top: list.rows.length }, lines);
  return isAtBottom(list) ? last : { ...last, jump: 'end', fault: undefined };
}

/** To what happened last at or before a time (first at or after it, in the other order). */
export function toTime<L extends EventList>(list: L, time: number, lines: number): L {
  const index = list.rows.findIndex(row =>
    newestFirst(list) ? row.timestamp <= time : row.timestamp >= time,
  );
  const [first] = list.rows;
  const startsBefore =
    first !== undefined && (newestFirst(list) ? first.timestamp > time : first.timestamp < time);
  const isHeld = index > 0 || (index === 0 && (startsBefore || isAtTop(list)));
  if (isHeld)
    return clamped({ ...list, selected: index, top: Math.max(0, index - Math.floor(lines / 3)) }, lines);
  if (index < 0 && isAtBottom(list)) return toBottom(list, lines);
  return list.loaded ? { ...list, jump: { time }, fault: undefined } : list;
}

/** To what happened first at or after a time, in a list that has the newest first. */
export function toTimeAfter<L extends EventList>(list: L, time: number, lines: number): L {
  const index = list.rows.findLastIndex(row => row.timestamp >= time);
  const isHeld = index >= 0 && (index < list.rows.length - 1 || isAtBottom(list));
  if (isHeld)
    return clamped({ ...list, selected: index, top: Math.max(0, index - Math.floor(lines / 3)) }, lines);
  if (index < 0 && isAtTop(list)) return toTop(list, lines);
  return list.loaded ? { ...list, jump: { time, after: true }, fault: undefined } : list;
}

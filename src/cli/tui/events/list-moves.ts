// Moving through a list of events: by rows, by screens, to its ends, to a time. Pure.
import { clamped, type EventList, newestFirst, selectedEvent } from './event-list.js';
import { atHead, WINDOW_EVENTS } from './event-window.js';
import { isAtBottom, isAtTop } from './wanted-rows.js';

/** So many rows up (negative) or down. */
export function movedBy<L extends EventList>(list: L, by: number, lines: number): L {
  return gone({ ...list, jump: undefined }, { cursor: by, view: 0 }, lines);
}

/** A screen up or down; the cursor stays where it is on the screen. */
export function pagedBy<L extends EventList>(list: L, way: 1 | -1, lines: number): L {
  const step = way * Math.max(1, lines - 1);
  return gone({ ...list, jump: undefined }, { cursor: step, view: step }, lines);
}

/** The list after more of it has come: the way that led past its end is gone on. */
export function goneOn<L extends EventList>(list: L, lines: number): L {
  return list.owed === undefined ? list : gone(list, { cursor: 0, view: 0 }, lines);
}

/** Whoever holds a key down while nothing comes is not to be carried through the whole log by it. */
const MOST_OWED = WINDOW_EVENTS;

/** Goes as far as rows are loaded, and owes the rest, unless the list ends there. */
function gone<L extends EventList>(list: L, by: { cursor: number; view: number }, lines: number): L {
  const owed = owedBy(list);
  const selected = list.selected + by.cursor + owed.cursor;
  const top = list.top + by.view + owed.view;
  const moved = clamped({ ...list, selected, top: Math.max(0, top) }, lines);
  const event = selectedEvent(moved);
  const within = (rows: number) => Math.max(-MOST_OWED, Math.min(MOST_OWED, rows));
  const cursor = within(selected - moved.selected);
  // A view that follows the cursor owes nothing of its own.
  const view = by.view + owed.view === 0 ? 0 : within(top - moved.top);
  const isEnd = cursor + view > 0 ? isAtBottom(list) : isAtTop(list);
  if (event === undefined || isEnd || (cursor === 0 && view === 0)) return { ...moved, owed: undefined };
  return { ...moved, owed: { from: event.seq, cursor, view } };
}

/** Nothing where the cursor has been put elsewhere since. */
function owedBy(list: EventList): { cursor: number; view: number } {
  const { owed } = list;
  return owed !== undefined && owed.from === selectedEvent(list)?.seq ? owed : { cursor: 0, view: 0 };
}

/** To the first row of the whole answer; what is not loaded is asked for. */
export function toTop<L extends EventList>(list: L, lines: number): L {
  const top = { ...list, jump: undefined, owed: undefined, selected: 0, top: 0, above: 0, unseen: 0 };
  if (isAtTop(list)) return clamped({ ...top, above: list.above }, lines);
  const window = newestFirst(list) ? atHead(list.window) : undefined;
  if (window === undefined) return { ...list, jump: 'start', owed: undefined, fault: undefined };
  return clamped({ ...top, window, rows: window.stretches[0]?.events ?? [] }, lines);
}

/** To the last row of the whole answer. */
export function toBottom<L extends EventList>(list: L, lines: number): L {
  const last = clamped(
    { ...list, owed: undefined, selected: list.rows.length - 1, top: list.rows.length },
    lines,
  );
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

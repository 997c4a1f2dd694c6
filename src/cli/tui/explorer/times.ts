// The actions that go by time: a day back and forth, to a moment, and counting from an event.
import { parseTime } from '../../time.js';
import type { EventList } from '../events/event-list.js';
import { toTime, toTimeAfter } from '../events/list-moves.js';
import type { ExplorerAction } from './action.js';
import { IN_PANES, noEvent, ON_AN_EVENT } from './action.js';
import { currentEvent, type ExplorerState, listLines, stepOf, withList, withStep } from './state.js';

const DAY = 86_400_000;

/** Where in a list to go. */
type Going = (list: EventList, time: number, lines: number) => EventList;

export function wentTo(state: ExplorerState, time: number, going: Going = toTime): ExplorerState {
  const moved = withList(state, going(stepOf(state).list, time, listLines(state)));
  // The scrubber goes through time as well.
  return stepOf(state).overlay?.what === 'scrubber'
    ? moved
    : withStep(moved, { pane: 'events', overlay: undefined });
}

/** A day back ends at or before it, a day on at or after it: both move, however little happened. */
function byDays(days: 1 | -1) {
  return (state: ExplorerState) => {
    const event = currentEvent(state);
    return event === undefined
      ? state
      : wentTo(state, event.timestamp + days * DAY, days > 0 ? toTimeAfter : toTime);
  };
}

/**
 * A moment as one says it: what `--since` takes, and `yesterday 14:00`, `today 9:30`, `14:00`.
 * @param now milliseconds since the Unix epoch
 * @throws Problem `bad_request`
 */
export function momentText(text: string, now: number): number {
  const [, day = 'today', hours, minutes] = /^(?:(\S+)\s+)?(\d{1,2}):(\d\d)$/.exec(text.trim()) ?? [];
  if (hours === undefined || minutes === undefined || Number(hours) > 23 || Number(minutes) > 59) {
    return parseTime(text.trim(), now, 'goto');
  }
  const date = new Date(parseTime(day, now, 'goto'));
  date.setHours(Number(hours), Number(minutes), 0, 0);
  return date.getTime();
}

export const TIMES: readonly ExplorerAction[] = [
  {
    id: 'day-before',
    keys: ['d'],
    label: 'a day back in time',
    places: [...ON_AN_EVENT, 'scrubber'],
    off: noEvent,
    run: byDays(-1),
  },
  {
    id: 'day-after',
    keys: ['D'],
    label: 'a day on in time',
    places: [...ON_AN_EVENT, 'scrubber'],
    off: noEvent,
    run: byDays(1),
  },
  {
    id: 'since',
    keys: ['T'],
    label: 'times as since this event',
    places: IN_PANES,
    off: noEvent,
    run(state) {
      const event = currentEvent(state);
      return { ...state, since: state.since?.seq === event?.seq ? undefined : event };
    },
  },
];

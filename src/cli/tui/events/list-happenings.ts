// What the daemon tells a list of events: pages, new events, how following goes. Pure: list in, list out. Each
// function is given how its list is settled after a change: what is shown, and the cursor inside of it.
import type { DataEvent } from '../../../shared/data-event.js';
import { anchored, type EventList, type Following, newestFirst, selectedEvent } from './event-list.js';
import {
  elsewhere,
  type Stretch,
  WINDOW_EVENTS,
  withArrivals,
  withNewer,
  withOlder,
} from './event-window.js';
import { goneOn } from './list-moves.js';
import { MOST_SORTED, type WantedRows } from './wanted-rows.js';

/** Something that happened to the list whose query has that `epoch`. */
export type ListHappening =
  | {
      what: 'loaded';
      epoch: number;
      wanted: WantedRows;
      stretch: Stretch;
      stale: boolean;
      within?: string;
      storedSeq?: number;
    }
  | { what: 'explained'; epoch: number; hints: readonly string[] }
  | { what: 'fault'; epoch: number; reason: string; refused?: boolean }
  | { what: 'arrived'; epoch: number; events: readonly DataEvent[] }
  | { what: 'following'; epoch: number; following: Following };

export interface Settling<L> {
  settle(list: L): L;
  /** Lines that the list has for its rows. */
  lines: number;
}

export function listHappened<L extends EventList>(list: L, happening: ListHappening, how: Settling<L>): L {
  switch (happening.what) {
    case 'loaded':
      return loaded(list, happening, how);
    case 'fault':
      return {
        ...list,
        fault: happening.reason,
        refused: happening.refused === true,
        jump: undefined,
        owed: undefined,
      };
    case 'explained':
      return { ...list, hints: happening.hints };
    case 'arrived':
      return arrived(list, happening.events, how);
    case 'following':
      return { ...list, following: happening.following };
  }
}

function loaded<L extends EventList>(
  list: L,
  { wanted, stretch, stale, within, storedSeq }: Extract<ListHappening, { what: 'loaded' }>,
  { settle, lines }: Settling<L>,
): L {
  // Somebody has moved on since this jump was asked for.
  if (wanted.place === 'end' && list.jump !== 'end') return list;
  if (wanted.place === 'time' && typeof list.jump !== 'object') return list;
  const most = list.sort.by === 'time' ? WINDOW_EVENTS : MOST_SORTED;
  const next = {
    ...list,
    loaded: true,
    stale: list.stale || stale,
    fault: undefined,
    // Jumps are queries of a part; the first was of the whole.
    within: list.within ?? within,
    ...(storedSeq === undefined ? {} : { storedSeq }),
  };
  switch (wanted.place) {
    case 'start': {
      const known = list.loaded ? undefined : selectedEvent(list);
      if (known !== undefined && list.jump === undefined && !mayHold(stretch, known)) {
        // The event that is known is further down: it stays, and what is around it is asked for.
        const window = { stretches: list.window.stretches, head: stretch };
        return settle({ ...next, window, jump: { time: known.timestamp, seq: known.seq } });
      }
      return settle(
        anchored(
          // A jump that was asked for meanwhile is still wanted.
          {
            ...next,
            jump: list.jump === 'start' ? undefined : list.jump,
            selected: 0,
            top: 0,
            above: 0,
            rows: [],
          },
          { stretches: [stretch], head: undefined },
        ),
      );
    }
    case 'end': {
      const moved = anchored(
        { ...next, jump: undefined, rows: [], above: undefined },
        elsewhere(list.window, stretch),
      );
      return settle({ ...moved, selected: moved.rows.length - 1, top: moved.rows.length });
    }
    case 'time': {
      const moved = anchored(
        { ...next, jump: undefined, rows: [], above: undefined, selected: 0, top: 0 },
        elsewhere(list.window, stretch),
      );
      const jump = typeof list.jump === 'object' ? list.jump : undefined;
      const known = moved.rows.findIndex(({ seq }) => seq === jump?.seq);
      // What came first after a time is the last of what came after it.
      const selected = jump?.after === true ? moved.rows.length - 1 : Math.max(0, known);
      return settle({ ...moved, selected, top: Math.max(0, selected - 1) });
    }
    case 'older':
      return goneOn(counted(list, settle(anchored(next, withOlder(list.window, stretch, most)))), lines);
    case 'newer':
      return goneOn(counted(list, settle(anchored(next, withNewer(list.window, stretch, most)))), lines);
  }
}

/** Whether an event is among those of the newest page, or would be, were it still in the log. */
function mayHold({ events, older }: Stretch, { seq }: DataEvent): boolean {
  return older === null || events.some(event => event.seq === seq);
}

/** Keeps count of the rows above the first that is held. */
function counted<L extends EventList>(before: L, after: L): L {
  if (before.above === undefined) return after;
  const [first] = before.rows;
  const moved = first === undefined ? 0 : after.rows.findIndex(({ seq }) => seq === first.seq);
  if (moved >= 0) return { ...after, above: Math.max(0, before.above - moved) };
  const now = after.rows[0];
  const dropped = now === undefined ? -1 : before.rows.findIndex(({ seq }) => seq === now.seq);
  return { ...after, above: dropped < 0 ? undefined : before.above + dropped };
}

function arrived<L extends EventList>(
  list: L,
  events: readonly DataEvent[],
  { settle, lines }: Settling<L>,
): L {
  const cursor = newestFirst(list) ? list.selected : 0;
  const { window, insertedAt, beyond, cut } = withArrivals(list.window, events, cursor);
  const storedSeq = events.reduce((most, { seq }) => Math.max(most, seq), list.storedSeq);
  if (!newestFirst(list)) return settle(anchored({ ...list, storedSeq }, window));
  const wasAtTop = list.top === 0;
  const past = list.above === undefined ? undefined : list.above + beyond + cut;
  const moved = settle(anchored({ ...list, storedSeq, above: past }, window));
  const above = insertedAt.filter(index => index < moved.top + cut).length;
  if (wasAtTop && moved.top > 0 && moved.selected < lines) {
    // There is room: what is new comes in at the top, and the cursor goes down with its event.
    return settle({ ...moved, top: 0 });
  }
  return { ...moved, unseen: list.unseen + above + beyond };
}

// What the world tells the table: pages, new events, the connection, the size of the terminal. Pure: state in,
// state out.
import type { DataEvent } from '../../../shared/data-event.js';
import type { TerminalSize } from '../terminal/terminal.js';
import {
  elsewhere,
  type Stretch,
  WINDOW_EVENTS,
  withArrivals,
  withNewer,
  withOlder,
} from './event-window.js';
import {
  type Following,
  isTooSmall,
  MOST_SORTED,
  newestFirst,
  type Related,
  settled,
  type TableState,
  withWindow,
} from './state.js';
import type { Wanted } from './wanted.js';

/** Something that happened outside. */
export type Happening =
  | { what: 'loaded'; epoch: number; wanted: Wanted; stretch: Stretch; stale: boolean }
  | { what: 'fault'; epoch: number; reason: string }
  | { what: 'related'; related: Related }
  | { what: 'arrived'; epoch: number; events: readonly DataEvent[] }
  | { what: 'following'; epoch: number; following: Following; reason?: string }
  | { what: 'resized'; size: TerminalSize }
  | { what: 'interrupted' };

export function happened(state: TableState, happening: Happening): TableState {
  if ('epoch' in happening && happening.epoch !== state.epoch) return state;
  switch (happening.what) {
    case 'loaded':
      return loaded(state, happening);
    case 'fault':
      return { ...state, fault: happening.reason, jump: undefined };
    case 'related':
      return happening.related.seq === state.detail?.seq ? { ...state, related: happening.related } : state;
    case 'arrived':
      return arrived(state, happening.events);
    case 'following':
      return {
        ...state,
        following: happening.following,
        ...(happening.reason === undefined ? {} : { notice: happening.reason }),
      };
    case 'resized':
      return resized(state, happening.size);
    case 'interrupted':
      return { ...state, ended: 'interrupted' };
  }
}

function loaded(
  state: TableState,
  { wanted, stretch, stale }: Extract<Happening, { what: 'loaded' }>,
): TableState {
  const most = state.sort.by === 'time' ? WINDOW_EVENTS : MOST_SORTED;
  const next = { ...state, loaded: true, stale: state.stale || stale, fault: undefined };
  switch (wanted.place) {
    case 'start':
      return withWindow(
        // A jump to the end that was asked for meanwhile is still wanted.
        { ...next, jump: state.jump === 'end' ? 'end' : undefined, selected: 0, top: 0, above: 0, rows: [] },
        { stretches: [stretch], head: undefined },
      );
    case 'end': {
      const moved = withWindow(
        { ...next, jump: undefined, rows: [], above: undefined },
        elsewhere(state.window, stretch),
      );
      return settled({ ...moved, selected: moved.rows.length - 1, top: moved.rows.length });
    }
    case 'older':
      return counted(state, withWindow(next, withOlder(state.window, stretch, most)));
    case 'newer':
      return counted(state, withWindow(next, withNewer(state.window, stretch, most)));
  }
}

/** Keeps count of the rows above the first that is held. */
function counted(before: TableState, after: TableState): TableState {
  if (before.above === undefined) return after;
  const [first] = before.rows;
  const moved = first === undefined ? 0 : after.rows.findIndex(({ seq }) => seq === first.seq);
  if (moved >= 0) return { ...after, above: Math.max(0, before.above - moved) };
  const now = after.rows[0];
  const dropped = now === undefined ? -1 : before.rows.findIndex(({ seq }) => seq === now.seq);
  return { ...after, above: dropped < 0 ? undefined : before.above + dropped };
}

function arrived(state: TableState, events: readonly DataEvent[]): TableState {
  const { window, insertedAt, beyond } = withArrivals(state.window, events);
  if (!newestFirst(state)) return withWindow(state, window);
  const wasAtTop = state.top === 0;
  const moved = withWindow(state, window);
  const above = insertedAt.filter(index => index < moved.top).length;
  if (wasAtTop && moved.top > 0 && moved.selected < moved.height - 3) {
    // There is room: what is new comes in at the top, and the cursor goes down with its event.
    return settled({ ...moved, top: 0 });
  }
  return { ...moved, unseen: state.unseen + above + beyond };
}

function resized(state: TableState, size: TerminalSize): TableState {
  const next = { ...state, size };
  if (isTooSmall(next)) return next;
  return settled({
    ...next,
    height: Math.min(next.height, Math.floor((size.lines * next.heightPercent) / 100)),
  });
}

// A table for tests: states made by hand, keys pressed, pages answered without a daemon.

import { stretchOf } from '#src/cli/tui/events/event-window.js';
import { acted, actionOf } from '#src/cli/tui/keys/action.js';
import { askedLine } from '#src/cli/tui/lines/asked-line.js';
import { ACTIONS } from '#src/cli/tui/table/actions.js';
import { withinReach } from '#src/cli/tui/table/body-lines.js';
import { happened } from '#src/cli/tui/table/happenings.js';
import { DEFAULT_PREFERENCES, initialTable, placeOf, type TableState } from '#src/cli/tui/table/state.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { event } from '../events.js';

export const NOW = Date.UTC(2026, 6, 31, 14);

/** Events `from` down to `to`, a minute apart. */
export function events(from: number, to: number, given: Partial<DataEvent> = {}): DataEvent[] {
  return Array.from({ length: from - to + 1 }, (_, index) => {
    const seq = from - index;
    return event({ seq, timestamp: NOW - (1000 - seq) * 60_000, targetId: `t${seq}`, ...given });
  });
}

export interface LoadedOptions {
  rows: DataEvent[];
  more?: boolean;
  columns?: number;
  lines?: number;
}

/** A table whose first page is there. */
export function loadedTable({ rows, more = false, columns = 80, lines = 24 }: LoadedOptions): TableState {
  const state = initialTable({
    filter: { include: {}, exclude: {} },
    order: undefined,
    size: { columns, lines },
    preferences: DEFAULT_PREFERENCES,
  });
  const asked = { start: 'desc' as const };
  const stretch = stretchOf({ data: rows, next: more ? 'more' : null, prev: 'newer' }, asked);
  return happened(state, {
    what: 'loaded',
    epoch: 0,
    wanted: { place: 'start', asked },
    stretch,
    stale: false,
  });
}

/** The state after these keys, in whatever place each of them comes. */
export function pressed(state: TableState, ...keys: string[]): TableState {
  let next = state;
  for (const key of keys) {
    const action = actionOf(ACTIONS, key, placeOf(next));
    if (action === undefined) throw new Error(`"${key}" does nothing in ${placeOf(next)}`);
    next = withinReach({ state: acted(next, action, { now: NOW }), actions: ACTIONS, now: NOW });
  }
  return next;
}

/** The state with this text in the line that is open. */
export function typed(state: TableState, text: string): TableState {
  const { prompt } = state;
  if (prompt === undefined || !('line' in prompt)) throw new Error('No line is open.');
  return { ...state, prompt: { ...prompt, ...askedLine(text) } };
}

/** The text of the line that is open. */
export function lineText({ prompt }: TableState): string | undefined {
  return prompt !== undefined && 'line' in prompt ? prompt.line.text : undefined;
}

/** The number of the event under the cursor. */
export function under(state: TableState): number | undefined {
  return state.rows[state.selected]?.seq;
}

// The interactive table: opens the terminal, turns keys into states, states into frames, and leaves the rows that
// were on the screen behind. React and Ink are loaded here and nowhere else on the way of a command.
import { createElement } from 'react';
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { Client } from '../../../shared/client.js';
import type { DataEvent } from '../../../shared/data-event.js';
import type { ClientPaths } from '../../../shared/paths.js';
import type { Order } from '../../../shared/vocabulary.js';
import type { TtyStreams } from '../../io.js';
import type { TimeFlags } from '../../output/times.js';
import type { Column } from '../../output/view.js';
import { createEventLines, plainColumns } from '../events/event-lines.js';
import { createInkFrames } from '../ink-frames.js';
import { acted, actionOf, unmeant } from '../keys/action.js';
import { bound, readBindings } from '../keys/bindings.js';
import { typedInto } from '../lines/asked-line.js';
import { freshMs } from '../lines/fresh.js';
import { show } from '../show.js';
import type { Input } from '../terminal/key-reader.js';
import { createRegionPainter } from '../terminal/region-painter.js';
import type { TableAction } from './action.js';
import { ACTIONS } from './actions.js';
import { bodyOf, scrolledNote, shownList, withinReach } from './body-lines.js';
import { type Happening, happened } from './happenings.js';
import { createLoader } from './loader.js';
import { readPreferences, writePreferences } from './preferences.js';
import {
  asksAbsolute,
  bodyLines,
  initialTable,
  isTooSmall,
  placeOf,
  type TablePreferences,
  type TableState,
} from './state.js';
import { bodyMessage, TableFrame } from './table-frame.js';

export interface ShowTableOptions {
  tty: TtyStreams;
  colour: boolean;
  client: Client;
  clock: () => number;
  config: Pick<ClientPaths, 'dir'>;
  filter: AuditFilter;
  /** Which end comes first; as it was last time without. */
  order: Order | undefined;
  /** Whether times are dates at first, and whether those are of UTC. */
  times?: TimeFlags;
}

export interface TableResult {
  ended: 'left' | 'interrupted';
  /** The rows that were on the screen. */
  rows: DataEvent[];
  /** The columns that they had. */
  columns: Column<DataEvent>[];
}

/** Shows the table until it is left. @throws what is neither the daemon's nor the user's fault, the terminal restored */
export async function showTable(options: ShowTableOptions): Promise<TableResult> {
  const { tty, colour, client, clock, config, filter, order, times = {} } = options;
  const preferences = await readPreferences(config);
  const actions = bound(ACTIONS, await readBindings(config, 'table'));
  const frames = createInkFrames();
  const table = createEventLines({ colour });

  const within = (state: TableState) => withinReach({ state, actions, now: clock() });

  function frameOf(state: TableState): string[] {
    const small = isTooSmall(state);
    const shown = shownList(state);
    const head = small ? '' : table.head(shown);
    const cutIds = small || placeOf(state) !== 'table' ? [] : table.cutIds(shown);
    const note = scrolledNote({ state, actions, now: clock() });
    const view = createElement(TableFrame, { state, actions, head, note, cutIds, colour });
    const lines = frames.draw(view, state.size.columns);
    if (isTooSmall(state) || bodyMessage(state) !== undefined) return lines;
    lines.splice(1, 0, ...bodyOf({ state, actions, now: clock(), colour, table }));
    return lines;
  }

  try {
    const last = await show<TableState, never, Happening, string[]>({
      tty,
      screen: 'region',
      initial: size => initialTable({ filter, order, size, preferences, times }),
      painter: createRegionPainter,
      entered: (state, input) => within(entered(state, input, { now: clock(), actions })),
      happened: (state, happening) => within(happened(state, happening)),
      frame: frameOf,
      freshMs: state =>
        freshMs(
          rowsInView(state).map(({ timestamp }) => timestamp),
          clock(),
        ),
      servant: world => createLoader({ client, ...world }),
    });
    await writePreferences(config, preferencesOf(last, { times, preferences })).catch(() => undefined);
    return {
      ended: last.ended ?? 'left',
      rows: rowsInView(last),
      columns: plainColumns(last, clock()),
    };
  } finally {
    frames.close();
  }
}

const rowsInView = (state: TableState) => state.rows.slice(state.top, state.top + bodyLines(state));

/** The state after something was typed: a key of this place, else a change of the line that is being typed. */
function entered(
  state: TableState,
  input: Input,
  { now, actions }: { now: number; actions: readonly TableAction[] },
): TableState {
  if (input.kind === 'key') {
    if (isTooSmall(state) && !['q', 'ctrl+c', 'ctrl+z'].includes(input.key)) return state;
    const action = actionOf(actions, input.key, placeOf(state));
    if (action !== undefined) return acted(state, action, { now });
  }
  const { prompt } = state;
  if (prompt === undefined || !('line' in prompt)) {
    return input.kind === 'key' ? unmeant(state, input.key, { actions, place: placeOf(state) }) : state;
  }
  const typed = typedInto(prompt, input);
  return typed === undefined ? state : { ...state, prompt: typed };
}

/** What an option asked for is for this time alone: it is not remembered. */
function preferencesOf(
  { hidden, sort, absoluteTime: shown, heightPercent }: TableState,
  { times, preferences }: { times: TimeFlags; preferences: TablePreferences },
): TablePreferences {
  const absoluteTime = asksAbsolute(times) && shown ? preferences.absoluteTime : shown;
  return { hidden, order: sort.by === 'time' ? sort.order : ('desc' as const), absoluteTime, heightPercent };
}

// An explorer for tests: states made by hand, keys pressed, pages answered without a daemon.
import { stretchOf } from '#src/cli/tui/events/event-window.js';
import type { WantedRows } from '#src/cli/tui/events/wanted-rows.js';
import { wantedRows } from '#src/cli/tui/events/wanted-rows.js';
import { ACTIONS } from '#src/cli/tui/explorer/actions.js';
import { happened } from '#src/cli/tui/explorer/happenings.js';
import {
  currentEvent,
  DEFAULT_PREFERENCES,
  type ExplorerState,
  initialExplorer,
  listLines,
  placeOf,
  stepOf,
} from '#src/cli/tui/explorer/state.js';
import { acted, actionOf } from '#src/cli/tui/keys/action.js';
import { typedInto } from '#src/cli/tui/lines/asked-line.js';
import type { Me, Status } from '#src/shared/api.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { NOW } from '../a-table.js';

export const ME: Me = {
  actorType: 'users',
  id: '1',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'admin',
  expiresAt: NOW + 600_000,
  instance: 'i-1',
};

export const STATUS: Status = {
  pid: 1,
  version: '1.2.3',
  instance: 'i-1',
  url: null,
  socket: '/run/whodid.sock',
  firstSeq: 1,
  storedSeq: 5000,
  backlog: 0,
  backlogLimit: 1_000_000,
  logger: 'running',
  accepting: true,
  freeDiskBytes: 1e9,
  minFreeBytes: 67_108_864,
  ballastBytes: 0,
  limits: [],
  uptimeMs: 1,
};

export function newExplorer(given: Partial<Parameters<typeof initialExplorer>[0]> = {}): ExplorerState {
  return initialExplorer({
    filter: { include: {}, exclude: {} },
    label: 'everything',
    size: { columns: 120, lines: 30 },
    preferences: DEFAULT_PREFERENCES,
    readOnly: false,
    me: ME,
    mayLogIn: true,
    ...given,
  });
}

export interface PageOptions {
  /** Whether there is more further down. */
  more?: boolean;
  wanted?: WantedRows;
}

/** The state after a page for the step where one is. */
export function answered(state: ExplorerState, rows: DataEvent[], options: PageOptions = {}): ExplorerState {
  const { list } = stepOf(state);
  const wanted = options.wanted ?? wantedRows(list, listLines(state));
  if (wanted === undefined) throw new Error('Nothing is wanted.');
  const page = { data: rows, next: options.more ? 'more' : null, prev: 'newer' };
  return happened(state, {
    what: 'loaded',
    epoch: list.epoch,
    wanted,
    stretch: stretchOf(page, wanted.asked),
    stale: false,
    storedSeq: 1000,
  });
}

/** The state after these keys, in whatever place each of them comes; longer texts are typed. */
export function pressed(state: ExplorerState, ...keys: string[]): ExplorerState {
  let next = state;
  for (const key of keys) {
    const action = actionOf(ACTIONS, key, placeOf(next));
    if (action !== undefined) {
      next = acted(next, action, { now: NOW });
      continue;
    }
    const { prompt } = next;
    const input = { kind: 'key', key, text: key } as const;
    const typed = prompt !== undefined && 'line' in prompt ? typedInto(prompt, input) : undefined;
    if (typed === undefined) throw new Error(`"${key}" does nothing in ${placeOf(next)}`);
    next = { ...next, prompt: typed };
  }
  return next;
}

/** The number of the event under the cursor. */
export const under = (state: ExplorerState): number | undefined => currentEvent(state)?.seq;

export const labels = (state: ExplorerState): string[] => state.steps.map(({ label }) => label);

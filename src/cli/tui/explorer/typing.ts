// What a key, a paste or the mouse makes of the state: an action of the place where the keys go, else a change of
// the line that is typed. Pure.
import { acted, actionOf, unmeant } from '../keys/action.js';
import { typedInto } from '../lines/asked-line.js';
import type { Input } from '../terminal/key-reader.js';
import type { ExplorerAction } from './action.js';
import { busiestAt } from './busiest-pane.js';
import { layoutOf, paneAt } from './layout.js';
import { accepted } from './palette.js';
import {
  currentEvent,
  type ExplorerState,
  isTooSmall,
  listLines,
  placeOf,
  stepOf,
  withList,
  withStep,
} from './state.js';

export interface TypingWorld {
  now: number;
  actions: readonly ExplorerAction[];
}

export function entered(state: ExplorerState, input: Input, world: TypingWorld): ExplorerState {
  if (input.kind === 'attributes') return { ...state, clipboard: input.codes.includes(CLIPBOARD) };
  if (input.kind === 'mouse') return moused(state, input, world);
  if (input.kind === 'key') {
    if (isTooSmall(state)) {
      if (input.key === 'q') return { ...state, ended: 'left' };
      if (input.key !== 'ctrl+c' && input.key !== 'ctrl+z') return state;
    }
    const next = pressed(state, input.key, world);
    if (next !== undefined) return next;
  }
  const { prompt } = state;
  if (prompt === undefined || !('line' in prompt)) {
    const here = { actions: world.actions, place: placeOf(state) };
    return input.kind === 'key' ? unmeant(state, input.key, here) : state;
  }
  const typed = typedInto(prompt, input);
  if (typed === undefined) return state;
  return { ...state, prompt: typed.what === 'palette' ? { ...typed, choice: 0 } : typed };
}

/** Of the device attributes: the terminal takes OSC 52. */
const CLIPBOARD = 52;

function pressed(state: ExplorerState, key: string, world: TypingWorld): ExplorerState | undefined {
  const action = actionOf(world.actions, key, placeOf(state));
  if (action === undefined) return undefined;
  if (action.id !== 'run-chosen') return acted(state, action, world);
  const chosen = accepted(state, world.now, world.actions);
  return chosen.action === undefined ? chosen.state : acted(chosen.state, chosen.action, world);
}

const WHEEL = { up: 64, down: 65 };
const LEFT = 0;
/** Rows of one turn of the wheel. */
const WHEEL_ROWS = 3;

/** Lines of the events above the first row: the title of the pane, those of the columns. */
const EVENT_HEAD = 2;

/** The wheel moves what is under it; a click goes to a pane, and to a row of the events or of the busiest. */
function moused(
  state: ExplorerState,
  { button, column, line, released }: Extract<Input, { kind: 'mouse' }>,
  world: TypingWorld,
): ExplorerState {
  if (!state.mouse || released || isTooSmall(state)) return state;
  const step = stepOf(state);
  const open = state.prompt !== undefined || step.overlay !== undefined;
  const layout = layoutOf(state.size, step.pane, state.undecorated);
  const pane = open ? undefined : paneAt(layout, { column, line });
  if (button === WHEEL.up || button === WHEEL.down) {
    // What is under the mouse moves, and the keys stay where they are.
    let next = pane === undefined ? state : withStep(state, { pane });
    const key = button === WHEEL.up ? 'up' : 'down';
    for (let row = 0; row < WHEEL_ROWS; row += 1) next = pressed(next, key, world) ?? next;
    return pane === undefined ? next : withStep(next, { pane: step.pane });
  }
  const rect = pane === undefined ? undefined : layout[pane];
  if (button !== LEFT || pane === undefined || rect === undefined) return state;
  const there = withStep(state, { pane });
  if (pane === 'busiest') {
    const row = busiestAt(state, rect, { column: column - rect.column, line: line - rect.line });
    return row === undefined ? there : withStep(there, { busiest: row });
  }
  const row = line - rect.line - EVENT_HEAD;
  if (pane !== 'events' || row < 0 || row >= listLines(there)) return there;
  const selected = step.list.top + row;
  if (selected >= step.list.rows.length) return there;
  const clicked = withList(there, { ...step.list, selected });
  const again = currentEvent(state)?.seq === currentEvent(clicked)?.seq;
  return again ? withStep(clicked, { pane: 'detail' }) : clicked;
}

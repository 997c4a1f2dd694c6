// The pane of the events: the rows of the step's list, or why there are none.
import { formatFilterLine } from '../../filter-line.js';
import type { EventLines, ShownList } from '../events/event-lines.js';
import { isAtBottom, isAtTop } from '../events/wanted-rows.js';
import { message } from './block.js';
import type { Rect } from './layout.js';
import { paneTitle } from './pane-title.js';
import { type ExplorerState, placeOf, stepOf } from './state.js';

export interface PaneOptions {
  state: ExplorerState;
  rect: Rect;
  now: number;
  colour: boolean;
}

/** Exactly the lines of its rectangle. */
export function eventPane({ state, rect, now, colour }: PaneOptions, lines: EventLines): string[] {
  const shown = shownEvents(state, rect);
  const title = paneTitle({
    title: 'Events',
    note: position(state),
    columns: rect.columns,
    focused: placeOf(state) === 'events',
    colour,
  });
  const why = noRowsMessage(state);
  if (why !== undefined) return [title, ...message(why, { ...rect, lines: rect.lines - 1 })];
  return [title, lines.head(shown), ...lines.rows(shown, now)];
}

function shownEvents(state: ExplorerState, rect: Rect): ShownList {
  const { list } = stepOf(state);
  return {
    list,
    columns: rect.columns,
    lines: Math.max(1, rect.lines - 2),
    hidden: state.hidden,
    absoluteTime: state.absoluteTime,
    search: state.search,
    marked: new Set(state.marked.keys()),
    since: state.since?.timestamp,
    focused: placeOf(state) === 'events',
  };
}

/** What stands in place of rows, when there are none: what happened, and what to do next. */
function noRowsMessage(state: ExplorerState): string | undefined {
  const { list } = stepOf(state);
  const goesBack = state.steps.length > 1 ? ', Backspace goes back' : '';
  // Of a list that could not be asked for, the event that was known is no answer.
  if (list.rows.length > 0 && (list.loaded || list.fault === undefined)) return undefined;
  if (list.fault !== undefined && state.connection !== 'lost') {
    const next = list.refused ? 'f changes the filter' : 'R asks again';
    return `${list.fault} ${next}${goesBack}, q leaves.`;
  }
  if (state.connection === 'lost') return 'The daemon does not answer; it is tried again. q leaves.';
  if (!list.loaded) return 'Asking the daemon …';
  if (!isAtBottom(list)) return 'Looking through the log …';
  if (formatFilterLine(list.filter) === '') return 'The log is empty. What comes shows up here.';
  const why = list.hints.map(hint => `${hint} `).join('');
  return `No event matches. ${why}f changes the filter${goesBack}; what comes shows up here.`;
}

/** `1/10,992`: the row under the cursor, and how many there are; `+` while the end has not been seen. */
export function position(state: ExplorerState): string {
  const { list } = stepOf(state);
  const number = (count: number) => count.toLocaleString('en-US');
  const { rows, selected } = list;
  const above = list.above ?? (isAtTop(list) ? 0 : undefined);
  if (!list.loaded) return '…';
  if (rows.length === 0) return '0';
  const all = totalOf(state);
  if (above === undefined) {
    // Where the event stands among the others is not known yet.
    if (list.jump !== undefined) return '…';
    return isAtBottom(list) ? `${number(rows.length - selected)} from the end` : `…/${all}`;
  }
  return `${number(above + selected + 1)}/${all}${list.owed === undefined ? '' : ' …'}`;
}

function totalOf(state: ExplorerState): string {
  const { list } = stepOf(state);
  const held = (list.above ?? 0) + list.rows.length;
  if (isAtBottom(list) && (list.above !== undefined || isAtTop(list))) return held.toLocaleString('en-US');
  const { status } = state;
  if (formatFilterLine(list.filter) !== '' || status === undefined) return `${held.toLocaleString('en-US')}+`;
  return Math.max(held, status.storedSeq).toLocaleString('en-US');
}

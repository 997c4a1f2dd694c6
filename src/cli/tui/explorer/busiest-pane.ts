// The pane of the busiest actors and targets: counts and last activity, side by side where there is room.
import { escapeText, type SafeText, safe } from '../../output/escape.js';
import { relativeTime } from '../../output/relative-time.js';
import { paint } from '../../output/style.js';
import { padTo } from '../../output/width.js';
import { fitted } from '../events/columns.js';
import { marked } from '../lines/column-mark.js';
import { answerTo } from './answers.js';
import { block } from './block.js';
import { type BusiestRow, busiestRows } from './busiest.js';
import type { PaneOptions } from './event-pane.js';
import type { Rect } from './layout.js';
import { paneTitle } from './pane-title.js';
import { busiestQuestions } from './questions.js';
import { type ExplorerState, placeOf, stepOf } from './state.js';

const TIME_WIDTH = 10;
/** From so many cells on, actors and targets stand side by side. */
const SIDE_BY_SIDE = 70;

export function busiestPane({ state, rect, now, colour }: PaneOptions): string[] {
  const focused = placeOf(state) === 'busiest';
  const { actors, targets } = busiestQuestions(state);
  const answers = [answerTo(state.answers, actors), answerTo(state.answers, targets)];
  const partial = answers.some(answer => answer.state === 'answered' && answer.value.partial);
  const title = paneTitle({
    title: 'Busiest actors and targets',
    note: answers.some(({ state: is }) => is === 'loading') ? '…' : partial ? 'counted so far' : '',
    columns: rect.columns,
    focused,
    colour,
  });
  const room = rect.lines - 1;
  const failed = answers.find(answer => answer.state === 'failed');
  if (failed?.state === 'failed') return [title, ...block([`  ${escapeText(failed.reason)}`], room)];

  const rows = busiestRows(state);
  const { busiest: chosen } = stepOf(state);
  const countWidth = Math.max(3, ...rows.map(({ count }) => count.toLocaleString('en-US').length));
  const [left = [], ...others] = shownColumns(state, rect);
  const width = columnWidth(rect, 1 + others.length);
  const lineOf = (index: number | undefined) => {
    const row = index === undefined ? undefined : rows[index];
    return row === undefined
      ? ''
      : rowLine(row, index === chosen, { width, countWidth, focused, now, colour });
  };
  const lines = left.map((index, line) => {
    const first = lineOf(index);
    const rest = others.map(column => lineOf(column[line]));
    return others.length === 0 ? first : [first === '' ? ' '.repeat(width) : first, ...rest].join(' ');
  });
  return [title, ...lines];
}

const columnWidth = ({ columns }: Rect, across: number) => Math.floor((columns - (across - 1)) / across);

/**
 * Which rows stand where, by column and line: actors and targets side by side where there is room, else the ones
 * among which the cursor is.
 */
function shownColumns(state: ExplorerState, rect: Rect): (number | undefined)[][] {
  const rows = busiestRows(state);
  const { busiest: chosen } = stepOf(state);
  const room = rect.lines - 1;
  const column = (by: BusiestRow['by']) => {
    const all = rows.flatMap((row, index) => (row.by === by ? [index] : []));
    const at = all.indexOf(chosen);
    const first = Math.max(0, Math.min(at - room + 1, all.length - room));
    const from = placeOf(state) === 'busiest' && at >= 0 ? first : 0;
    return Array.from({ length: room }, (_, line) => all[from + line]);
  };
  return rect.columns >= SIDE_BY_SIDE
    ? [column('actor'), column('target')]
    : [column(rows[chosen]?.by ?? 'actor')];
}

/** The row in a place of the pane, counted from its corner. */
export function busiestAt(
  state: ExplorerState,
  rect: Rect,
  { column, line }: { column: number; line: number },
): number | undefined {
  const columns = shownColumns(state, rect);
  const across = Math.min(columns.length - 1, Math.floor(column / (columnWidth(rect, columns.length) + 1)));
  return columns[across]?.[line - 1];
}

interface RowOptions {
  width: number;
  countWidth: number;
  focused: boolean;
  now: number;
  colour: boolean;
}

function rowLine(
  row: BusiestRow,
  chosen: boolean,
  { width, countWidth, focused, now, colour }: RowOptions,
): string {
  const count = row.count.toLocaleString('en-US').padStart(countWidth) as SafeText;
  const name = marked(fitted(escapeText(row.key), Math.max(4, width - countWidth - TIME_WIDTH - 6)));
  const last = padTo(relativeTime(row.lastAt, now), TIME_WIDTH);
  const bar = (chosen ? '▌' : ' ') as SafeText;
  if (chosen && focused) return `\u001b[7m${padTo(safe`${bar} ${name} ${count}  ${last}`, width)}\u001b[27m`;
  return `${bar} ${name} ${count}  ${paint(last, 'dim', colour)}`;
}

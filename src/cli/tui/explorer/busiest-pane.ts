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
import { paneTitle } from './pane-title.js';
import { busiestQuestions } from './questions.js';
import { placeOf, stepOf } from './state.js';

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
  const chosen = stepOf(state).busiest;
  const countWidth = Math.max(3, ...rows.map(({ count }) => count.toLocaleString('en-US').length));
  const of = (by: BusiestRow['by']) => rows.flatMap((row, index) => (row.by === by ? [{ row, index }] : []));
  const across = rect.columns >= SIDE_BY_SIDE ? 2 : 1;
  const width = Math.floor((rect.columns - (across - 1)) / across);
  const lines = (by: BusiestRow['by'], high: number) => {
    const list = of(by);
    const at = list.findIndex(({ index }) => index === chosen);
    const first = Math.max(0, Math.min(at - high + 1, list.length - high));
    const shown = list.map(({ row, index }) =>
      rowLine(row, index === chosen, { width, countWidth, focused, now, colour }),
    );
    return block(shown, high, focused && at >= 0 ? first : 0);
  };
  if (across === 2) {
    const left = lines('actor', room);
    const right = lines('target', room);
    return [title, ...left.map((line, index) => `${line === '' ? ' '.repeat(width) : line} ${right[index]}`)];
  }
  // One below the other: the half in which the cursor is.
  return [title, ...lines(rows[chosen]?.by ?? 'actor', room)];
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

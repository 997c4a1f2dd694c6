// What is open instead of the panes, as lines: bars over time, counts with sparklines, texts and answers.
import { escapeText, type SafeText, safe, safeJsonText, safePrettyJson } from '../../output/escape.js';
import { relativeTime } from '../../output/relative-time.js';
import { sparkline } from '../../output/sparkline.js';
import { padTo } from '../../output/width.js';
import { wrapCommand, wrapTo } from '../../output/wrap.js';
import { fitted } from '../events/columns.js';
import { marked } from '../lines/column-mark.js';
import { type Answer, answerTo } from './answers.js';
import { choiceLine } from './choice-line.js';
import { countRows, countsQuestion, isSampledInPart, seriesOf } from './counts.js';
import { historyView } from './history-view.js';
import { type OpenView, type ViewOptions, waiting } from './open-view.js';
import { COUNTED_COLUMNS, type Overlay } from './overlay.js';
import { MOST_SAMPLED } from './sample.js';
import { scrubberView } from './scrubber-view.js';
import type { ExplorerState } from './state.js';
import { timelineOf } from './timeline.js';

export function overlayView(state: ExplorerState, overlay: Overlay, options: ViewOptions): OpenView {
  switch (overlay.what) {
    case 'text':
      return {
        title: overlay.title,
        lines: textLines(state, overlay, options),
        scroll: overlay.scroll,
      };
    case 'history':
      return historyView(state, overlay, options);
    case 'scrubber':
      return { ...scrubberView(state, options), scroll: overlay.scroll };
    case 'histogram':
      return { ...histogramView(state, overlay.choice, options), chosen: overlay.choice };
    case 'counts':
      return { ...countsView(state, overlay, options), chosen: overlay.choice };
  }
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

function histogramView(state: ExplorerState, choice: number, { columns }: ViewOptions): OpenView {
  const timeline = timelineOf(state);
  if (timeline === undefined) return { title: 'When', lines: ['', '  Counting …'] };
  const { bars, unit, partial } = timeline;
  if (bars.length === 0)
    return { title: 'When', lines: ['', '  Nothing happened. Backspace goes back, Esc to the events.'] };
  const most = Math.max(...bars.map(({ count }) => count));
  const room = Math.max(5, columns - 34);
  const lines = bars.map(({ label, count }, index) => {
    const eighths = Math.round((count / most) * room * 8);
    const bar = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
    const number = count.toLocaleString('en-US').padStart(10);
    return choiceLine(`${label.padEnd(17)}${number}  ${bar}` as SafeText, index === choice, columns);
  });
  return { title: `When, by ${unit}${partial ? ` (${partial})` : ''}`, lines };
}

const COUNT_WIDTH = 10;
const SPARK_WIDTH = 24;
const TIME_WIDTH = 10;

function countsView(
  state: ExplorerState,
  overlay: Extract<Overlay, { what: 'counts' }>,
  { columns, now }: ViewOptions,
): OpenView {
  const { by, choice } = overlay;
  const answer = answerTo(state.answers, countsQuestion(state, by));
  const partial = answer.state === 'answered' && answer.value.partial ? ' (counted so far)' : '';
  const columnsOf = COUNTED_COLUMNS.map(column => (column === by ? `[${column}]` : column)).join(' ');
  // Only actions are counted by day; of all else the bars are of the newest events.
  const bars = isSampledInPart(state, by)
    ? `, bars of the newest ${MOST_SAMPLED.toLocaleString('en-US')} alone`
    : '';
  const title = `Counts by ${columnsOf}${partial}${bars}`;
  if (answer.state !== 'answered') return { title, lines: ['', ...waiting(answer, columns)] };
  const rows = countRows(state, overlay);
  if (rows.length === 0) return { title, lines: ['', '  There is nothing to count.'] };
  const width = Math.max(6, columns - COUNT_WIDTH - SPARK_WIDTH - TIME_WIDTH - 8);
  const lines = rows.map(({ key, count, lastAt }, index) => {
    const series = seriesOf(state, by, key, SPARK_WIDTH);
    const spark = series === undefined ? ('…' as SafeText) : sparkline(series);
    const number = count.toLocaleString('en-US').padStart(COUNT_WIDTH) as SafeText;
    const name = marked(fitted(escapeText(key), width));
    const text = safe`${name} ${number}  ${padTo(spark, SPARK_WIDTH)}  ${relativeTime(lastAt, now)}`;
    return choiceLine(text, index === choice, columns);
  });
  return { title, lines };
}

function textLines(
  state: ExplorerState,
  { source, as }: Extract<Overlay, { what: 'text' }>,
  { columns }: ViewOptions,
): string[] {
  const width = Math.max(10, columns - 3);
  if (!('kind' in source)) {
    const wrap = as === 'command' ? wrapCommand : wrapTo;
    // JSON and commands are shown so that they can be taken from the screen: a backslash is one already.
    const safeLine = as === undefined ? escapeText : safeJsonText;
    return source.flatMap(line => wrap(safeLine(line), width)).map(line => ` ${line}`);
  }
  const answer = answerTo(state.answers, source);
  if (answer.state !== 'answered') return ['', ...waiting(answer, width)];
  return answerLines(answer, columns).map(line => ` ${line}`);
}

function answerLines(answer: Answer<'live'>, columns: number): string[] {
  if (answer.state !== 'answered') return [];
  return safePrettyJson(answer.value)
    .split('\n')
    .flatMap(line => wrapTo(line as SafeText, Math.max(10, columns - 3)));
}

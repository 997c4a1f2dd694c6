// What is open instead of the panes, as lines: bars over time, counts with sparklines, texts and answers.
import { escapeText, type SafeText, safe, safeJson, safePrettyJson } from '../../output/escape.js';
import { changeTexts, named } from '../../output/event-view.js';
import { localTime } from '../../output/local-time.js';
import { relativeTime } from '../../output/relative-time.js';
import { sparkline } from '../../output/sparkline.js';
import { paint } from '../../output/style.js';
import { cutTo, padTo } from '../../output/width.js';
import { fitted } from '../events/columns.js';
import { marked } from '../lines/column-mark.js';
import { type Answer, answerTo, type Question, type QuestionKind } from './answers.js';
import { countRows, countsQuestion, seriesOf } from './counts.js';
import type { Overlay } from './overlay.js';
import type { ExplorerState } from './state.js';
import { timelineOf } from './timeline.js';

export interface OpenView {
  title: string;
  lines: string[];
  /** The line that is chosen, which is kept in sight. */
  chosen?: number;
  /** First line shown, where none is chosen. */
  scroll?: number;
}

export interface ViewOptions {
  columns: number;
  now: number;
  colour: boolean;
}

export function overlayView(state: ExplorerState, overlay: Overlay, options: ViewOptions): OpenView {
  switch (overlay.what) {
    case 'text':
      return {
        title: overlay.title,
        lines: textLines(state, overlay.source, options),
        scroll: overlay.scroll,
      };
    case 'histogram':
      return { ...histogramView(state, overlay.choice, options), chosen: overlay.choice };
    case 'counts':
      return { ...countsView(state, overlay, options), chosen: overlay.choice };
  }
}

/** A line of a list of choices: a bar and reverse video for the chosen one. */
export function choiceLine(text: SafeText, chosen: boolean, columns: number): string {
  const line = cutTo(text, columns - 2);
  return chosen ? `\u001b[7m${padTo(safe`▌ ${line}`, columns)}\u001b[27m` : `  ${line}`;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

function histogramView(state: ExplorerState, choice: number, { columns }: ViewOptions): OpenView {
  const timeline = timelineOf(state);
  if (timeline === undefined) return { title: 'When', lines: ['', '  Counting …'] };
  const { bars, unit, partial } = timeline;
  if (bars.length === 0) return { title: 'When', lines: ['', '  Nothing happened.'] };
  const most = Math.max(...bars.map(({ count }) => count));
  const room = Math.max(5, columns - 34);
  const lines = bars.map(({ label, count }, index) => {
    const eighths = Math.round((count / most) * room * 8);
    const bar = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
    const number = count.toLocaleString('en-US').padStart(10);
    return choiceLine(`${label.padEnd(17)}${number}  ${bar}` as SafeText, index === choice, columns);
  });
  return { title: `When, by ${unit}${partial ? ' (counted so far)' : ''}`, lines };
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
  const title = `How much by ${by}${partial}; bars of the newest events`;
  if (answer.state !== 'answered') return { title, lines: ['', `  ${waiting(answer)}`] };
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

function waiting(answer: Answer<QuestionKind>): string {
  return answer.state === 'failed' ? escapeText(answer.reason) : 'Asking the daemon …';
}

function textLines(
  state: ExplorerState,
  source: Extract<Overlay, { what: 'text' }>['source'],
  options: ViewOptions,
): string[] {
  if (!('kind' in source)) return source.map(line => ` ${cutTo(escapeText(line), options.columns - 2)}`);
  const answer = answerTo(state.answers, source);
  if (answer.state !== 'answered') return ['', `  ${waiting(answer)}`];
  return answerLines(state, source, options).map(line => ` ${line}`);
}

function answerLines(
  state: ExplorerState,
  question: Question,
  { columns, now, colour }: ViewOptions,
): string[] {
  const cut = (text: SafeText) => cutTo(text, columns - 3);
  if (question.kind === 'live') {
    const answer = answerTo(state.answers, question);
    if (answer.state !== 'answered') return [];
    return safePrettyJson(answer.value)
      .split('\n')
      .map(line => cut(line as SafeText));
  }
  if (question.kind === 'blame') {
    const answer = answerTo(state.answers, question);
    if (answer.state !== 'answered') return [];
    return answer.value.map(({ field, value, hidden, actorType, actorId, actorName, timestamp, seq }) => {
      const shown = hidden === undefined ? safeJson(value) : safe`(${escapeText(hidden)})`;
      const who = named(actorName, actorType, actorId);
      return cut(
        safe`${fitted(escapeText(field), 18)} ${fitted(relativeTime(timestamp, now), 10)} ${fitted(who, 28)} ${seq}  ${shown}`,
      );
    });
  }
  if (question.kind === 'history') {
    const answer = answerTo(state.answers, question);
    if (answer.state !== 'answered') return [];
    const lines = answer.value.lines.flatMap(({ timestamp, seq, events, views }) => {
      const [first] = events;
      const when = safe`${localTime(timestamp)}  ${seq}`;
      if (first === undefined) return [cut(safe`${when}  ${views?.count ?? 0} views`)];
      const head = safe`${when}  ${named(first.actorName, first.actorType, first.actorId)}`;
      const changes = events.flatMap(event =>
        changeTexts(event).map(text => cut(safe`    ${escapeText(event.action)}  ${text}`)),
      );
      return [paint(cut(head), 'bold', colour), ...changes];
    });
    return answer.value.more ? [...lines, '…'] : lines;
  }
  return [];
}

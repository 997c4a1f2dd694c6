// The time scrubber on the screen: when the object changed, the event at which one stands, how the object stood after
// it, and what is different now.
import type { Changes, DataEvent } from '../../../shared/data-event.js';
import type { ObjectState } from '../../../shared/object-history.js';
import { escapeText, type SafeText, safe } from '../../output/escape.js';
import { commentText } from '../../output/event-view.js';
import { localDate, localTime, withSeconds } from '../../output/local-time.js';
import { MOST_NAMED, namedWithin } from '../../output/named-within.js';
import { withAge } from '../../output/relative-time.js';
import { sparkline } from '../../output/sparkline.js';
import { paint } from '../../output/style.js';
import { cutTo, widthOf } from '../../output/width.js';
import { diffLines } from '../events/diff-lines.js';
import { answerTo } from './answers.js';
import { type OpenView, type ViewOptions, waiting } from './open-view.js';
import { newestQuestion, recordQuestion } from './questions.js';
import { stateLines } from './record-pane.js';
import { placeInLife } from './scrubber.js';
import { currentEvent, type ExplorerState, stepOf } from './state.js';

/** From so many cells on, the state and what is different now stand side by side. */
const SIDE_BY_SIDE = 110;

export function scrubberView(state: ExplorerState, options: ViewOptions): OpenView {
  const { columns, now, colour } = options;
  const { label, list } = stepOf(state);
  const event = currentEvent(state);
  if (event === undefined) return { title: label, lines: ['', `  ${emptyText(state)}`] };
  const place = placeInLife(state);
  const which = place === undefined ? '' : `: change ${place.number} of ${place.of}`;
  const half = columns >= SIDE_BY_SIDE ? Math.floor(columns / 2) : columns;
  const head = [
    ...axisLines(list.rows, event, columns, colour),
    '',
    ...eventLines(event, columns, now, colour),
    '',
  ];
  const then = recordQuestion(state);
  const newest = newestQuestion(state);
  const answer = then === undefined ? undefined : answerTo(state.answers, then);
  const latest = newest === undefined ? undefined : answerTo(state.answers, newest);
  const left = [
    heading('As it stood then', colour),
    ...(answer?.state !== 'answered'
      ? answer === undefined
        ? []
        : waiting(answer, half)
      : standing(answer.value, event, half, colour)),
  ];
  const right = [
    heading('What is different now (- then, + now)', colour),
    ...(answer?.state !== 'answered' || latest?.state !== 'answered'
      ? []
      : differences(answer.value, latest.value, half, colour)),
  ];
  if (half < columns) {
    return {
      title: label,
      ending: which,
      lines: [...head, ...left],
      beside: { column: half, line: head.length, lines: right },
    };
  }
  return { title: label, ending: which, lines: [...head, ...left, '', ...right] };
}

const heading = (text: string, colour: boolean) => ` ${paint(text as SafeText, 'bold', colour)}`;

function emptyText(state: ExplorerState): string {
  const { list } = stepOf(state);
  if (list.fault !== undefined) return `${escapeText(list.fault)} Esc goes back.`;
  if (!list.loaded) return 'Asking the daemon …';
  return 'The log holds no change of it. Esc goes back.';
}

/** When it changed, as bars from the oldest that is held to the newest, and where among them one stands. */
function axisLines(rows: readonly DataEvent[], event: DataEvent, columns: number, colour: boolean): string[] {
  const newest = rows[0]?.timestamp ?? event.timestamp;
  const oldest = rows.at(-1)?.timestamp ?? event.timestamp;
  const label = localDate(oldest) === localDate(newest) ? localTime : localDate;
  const from = label(oldest);
  const to = label(newest);
  const cells = Math.max(10, columns - widthOf(from) - widthOf(to) - 6);
  const span = Math.max(1, newest - oldest);
  const cellOf = (time: number) => Math.min(cells - 1, Math.floor(((time - oldest) / span) * cells));
  const counts = Array.from({ length: cells }, () => 0);
  for (const { timestamp } of rows) counts[cellOf(timestamp)]! += 1;
  const indent = ' '.repeat(1 + widthOf(from) + 2 + cellOf(event.timestamp));
  return [
    ` ${paint(from, 'dim', colour)} ▕${paint(sparkline(counts), 'cyan', colour)}▏ ${paint(to, 'dim', colour)}`,
    `${indent}${paint('▲' as SafeText, 'bold', colour)}`,
  ];
}

function eventLines(event: DataEvent, columns: number, now: number, colour: boolean): string[] {
  const { timestamp, seq, action, eventName, context } = event;
  const when = withAge(withSeconds(timestamp), timestamp, now);
  const who = namedWithin(MOST_NAMED, event.actorName, event.actorType, event.actorId);
  const what = escapeText(eventName ?? action);
  const line = cutTo(safe`Event ${seq}  ${when}  ${who}  ${what}`, columns - 2);
  const why = context?.comment;
  return [
    ` ${paint(line, 'bold', colour)}`,
    ...(why === undefined ? [] : [` ${cutTo(commentText(why), columns - 2)}`]),
  ];
}

function standing(
  object: ObjectState,
  event: DataEvent,
  columns: number,
  colour: boolean,
): readonly string[] {
  if (!object.exists) return ['  It did not exist after this.'];
  const changed = new Set(Object.keys(event.changes ?? {}));
  return stateLines(object, { columns, colour, changed });
}

function differences(then: ObjectState, now: ObjectState, columns: number, colour: boolean): string[] {
  if (then.exists && !now.exists) return ['  It has been deleted since.'];
  const changes: Changes = {};
  for (const field of new Set([...Object.keys(then.state), ...Object.keys(now.state)])) {
    const [prev, next] = [then.state[field] ?? null, now.state[field] ?? null];
    if (JSON.stringify(prev) !== JSON.stringify(next)) changes[field] = { prev, next };
  }
  if (Object.keys(changes).length === 0) return ['  Nothing: it stands like this.'];
  return diffLines({ action: 'changed', changes }, columns - 2, colour).map(line => ` ${line}`);
}

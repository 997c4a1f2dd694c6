// The pane of the record as the log says it stood at the selected event. It comes from the log alone: looking must
// not add views.
import type { ObjectState } from '../../../shared/object-history.js';
import { formatRef } from '../../../shared/object-ref.js';
import { escapeText, type SafeText, safe, safeJson } from '../../output/escape.js';
import { localTime } from '../../output/local-time.js';
import { paint } from '../../output/style.js';
import { cutTo, padTo, widthOf } from '../../output/width.js';
import { wrapTo, wrapWords } from '../../output/wrap.js';
import { scrollNote } from '../lines/scroll-note.js';
import { answerTo } from './answers.js';
import { blameLines } from './blame-pane.js';
import { block, lastScroll, message } from './block.js';
import type { PaneOptions } from './event-pane.js';
import { paneTitle } from './pane-title.js';
import { blameQuestion, recordQuestion } from './questions.js';
import { currentEvent, placeOf, stepOf } from './state.js';

export function recordPane(options: PaneOptions): string[] {
  return options.state.recordShows === 'blame' ? blamePane(options) : statePane(options);
}

function blamePane({ state, rect, now, colour }: PaneOptions): string[] {
  const event = currentEvent(state);
  const question = blameQuestion(state);
  const room = rect.lines - 1;
  const focused = placeOf(state) === 'record';
  const name = event === undefined ? 'Blame' : `Who set ${formatRef(event.targetType, event.targetId)}`;
  const title = (note = '') =>
    paneTitle({
      title: name,
      ending: event === undefined ? '' : `, as of event ${event.seq}`,
      note,
      columns: rect.columns,
      focused,
      colour,
    });
  if (question === undefined) return [title(), ...block([], room)];
  const answer = answerTo(state.answers, question);
  if (answer.state === 'loading') return [title('…'), ...block([], room)];
  if (answer.state === 'failed') return [title(), ...message(answer.reason, { ...rect, lines: room })];
  if (answer.value.length === 0) return [title(), ...message(NO_STATE, { ...rect, lines: room })];
  const choice = Math.min(stepOf(state).scroll.record, answer.value.length - 1);
  const chosen = focused ? choice : undefined;
  const [head = '', ...all] = blameLines(answer.value, { columns: rect.columns, now, colour, chosen });
  const first = Math.max(0, Math.min(choice - Math.floor(room / 2), lastScroll(all, room - 1)));
  return [title(scrollNote(all.length, first, room - 1)), head, ...block(all, room - 1, first)];
}

/** Of an object of which there are views, queries or the like, and no change. */
const NO_STATE = 'Up to here the log holds no change of it, so that it has no state to show.';

function statePane({ state, rect, colour }: PaneOptions): string[] {
  const event = currentEvent(state);
  const question = recordQuestion(state);
  const room = rect.lines - 1;
  const title = (note = '') =>
    paneTitle({
      title: event === undefined ? 'Record' : formatRef(event.targetType, event.targetId),
      ending: event === undefined ? '' : ` as of event ${event.seq}`,
      note,
      columns: rect.columns,
      focused: placeOf(state) === 'record',
      colour,
    });
  if (event === undefined || question === undefined) return [title(), ...block([], room)];
  const answer = answerTo(state.answers, question);
  if (answer.state === 'loading') return [title('…'), ...block([], room)];
  if (answer.state === 'failed') return [title(), ...message(answer.reason, { ...rect, lines: room })];
  const changed = new Set(Object.keys(event.changes ?? {}));
  const all = stateLines(answer.value, { columns: rect.columns, colour, changed });
  const first = Math.min(stepOf(state).scroll.record, lastScroll(all, room));
  return [title(scrollNote(all.length, first, room)), ...block(all, room, first)];
}

const MOST_LABEL = 18;

interface StateOptions {
  columns: number;
  colour: boolean;
  /** Fields that stand out, with a `*`. */
  changed: ReadonlySet<string>;
}

/** Composed once for each answer and layout: a record can have hundreds of fields, and a key may not wait for them. */
export function stateLines(object: ObjectState, options: StateOptions): readonly string[] {
  const key = `${options.columns} ${options.colour} ${[...options.changed].join('\n')}`;
  const known = composed.get(object);
  if (known?.key === key) return known.lines;
  const lines = composedLines(object, options);
  composed.set(object, { key, lines });
  return lines;
}
const composed = new WeakMap<ObjectState, { key: string; lines: readonly string[] }>();

function composedLines(object: ObjectState, { columns, colour, changed }: StateOptions): string[] {
  const fields = Object.entries(object.state);
  const widest = Math.max(0, ...fields.map(([field]) => widthOf(escapeText(field))));
  const labelWidth = Math.min(MOST_LABEL, widest);
  const room = Math.max(10, columns - labelWidth - 5);
  const lines = fields.flatMap(([field, value]) => {
    const label = padTo(cutTo(escapeText(field), labelWidth), labelWidth);
    const isNew = changed.has(field);
    return wrapTo(safeJson(value), room).map((part, index) => {
      const shown = index === 0 ? label : padTo('' as SafeText, labelWidth);
      const mark = isNew && index === 0 ? '*' : ' ';
      return ` ${mark}${paint(shown, 'dim', colour)}  ${paint(part, isNew ? 'green' : undefined, colour)}`;
    });
  });
  const said = notes(object).flatMap(note => wrapWords(note, Math.max(10, columns - 4)));
  return [...lines, ...said.map(note => `  ${paint(note, 'yellow', colour)}`)];
}

function notes(object: ObjectState): SafeText[] {
  const { exists, complete, notRecorded, knownSince, seq } = object;
  return [
    ...(seq === null ? [escapeText(NO_STATE)] : []),
    ...(!exists && seq !== null ? [escapeText('It did not exist after this.')] : []),
    ...(notRecorded.length > 0 ? [safe`Not in the log: ${escapeText(notRecorded.join(', '))}.`] : []),
    ...(!complete && knownSince !== undefined
      ? [safe`The log knows of it since ${localTime(knownSince)}; what was before is not in it.`]
      : []),
  ];
}

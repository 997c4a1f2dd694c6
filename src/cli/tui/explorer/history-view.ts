// The life of an object on the screen: an entry for each request, with what it changed; views folded between them.
import type { HistoryLine } from '../../../shared/object-history.js';
import { counted } from '../../output/change-lines.js';
import { escapeText, joinSafe, type SafeText, safe } from '../../output/escape.js';
import { commentText } from '../../output/event-view.js';
import { localTime } from '../../output/local-time.js';
import { MOST_NAMED, namedWithin } from '../../output/named-within.js';
import { withAge } from '../../output/relative-time.js';
import { paint } from '../../output/style.js';
import { cutTo } from '../../output/width.js';
import { wrapWords } from '../../output/wrap.js';
import { olderWereRemoved } from '../../pages.js';
import { diffLines } from '../events/diff-lines.js';
import { answerTo, type HistoryEntries } from './answers.js';
import { choiceLine } from './choice-line.js';
import { type OpenView, type ViewOptions, waiting } from './open-view.js';
import type { Overlay } from './overlay.js';
import type { ExplorerState } from './state.js';

type HistoryOverlay = Extract<Overlay, { what: 'history' }>;

/** The entries of an open history, the newest first. */
export function historyEntries(state: ExplorerState, { source }: HistoryOverlay): readonly HistoryLine[] {
  const answer = answerTo(state.answers, source);
  return answer.state === 'answered' ? answer.value.lines : [];
}

export function historyView(
  state: ExplorerState,
  overlay: HistoryOverlay,
  { columns, now, colour }: ViewOptions,
): OpenView {
  const { source, choice } = overlay;
  const title = `The life of ${source.ask.target.type}:${source.ask.target.id}`;
  const answer = answerTo(state.answers, source);
  if (answer.state !== 'answered') return { title, lines: ['', ...waiting(answer, columns)] };
  const entries = answer.value.lines;
  const removed = removedLines(answer.value, columns);
  if (entries.length === 0) {
    const nothing =
      removed.length > 0 ? 'The log holds nothing of it any more.' : 'Nothing has happened to it.';
    return { title, lines: ['', `  ${nothing}`, ...removed] };
  }
  const lines: string[] = [];
  let chosen = 0;
  for (const [index, entry] of entries.entries()) {
    if (index === choice) chosen = lines.length;
    const head = headOf(entry, now);
    lines.push(
      index === choice
        ? choiceLine(head, true, columns)
        : `  ${paint(cutTo(head, columns - 2), entry.events.length === 0 ? 'dim' : 'bold', colour)}`,
      ...entry.events.flatMap(event => diffLines(event, columns - 6, colour).map(line => `    ${line}`)),
    );
  }
  if (answer.value.more)
    lines.push('', '  Older ones are in the events of the object (t), or in whodid audit history.');
  return { title, lines: [...lines, ...removed], chosen };
}

function removedLines({ removedThrough }: HistoryEntries, columns: number): string[] {
  if (removedThrough === undefined) return [];
  const sentence = escapeText(olderWereRemoved(removedThrough));
  return ['', ...wrapWords(sentence, Math.max(10, columns - 4)).map(line => `  ${line}`)];
}

function headOf({ timestamp, seq, events, views }: HistoryLine, now: number): SafeText {
  const when = withAge(localTime(timestamp), timestamp, now);
  const seen =
    views === undefined
      ? ('' as SafeText)
      : safe`${counted(views.count, 'view', 'views')} by ${counted(views.actors, 'person', 'people')}`;
  const [first] = events;
  if (first === undefined) return safe`${when}  ${seen}`;
  const done = joinSafe(
    events.map(({ action }) => escapeText(action)),
    ', ',
  );
  const comment = first.context?.comment;
  const why = comment === undefined ? ('' as SafeText) : safe`  ${commentText(comment)}`;
  const also = seen === '' ? seen : safe`  (${seen})`;
  const who = namedWithin(MOST_NAMED, first.actorName, first.actorType, first.actorId);
  return safe`${when}  ${who}  ${done}  #${seq}${why}${also}`;
}

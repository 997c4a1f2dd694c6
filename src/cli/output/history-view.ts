// How the life of an object is shown: a line for each request in a pipe, a timeline with word diffs for people.
import type { DataEvent } from '../../shared/data-event.js';
import type { HistoryLine } from '../../shared/object-history.js';
import { formatRef } from '../../shared/object-ref.js';
import type { Io } from '../io.js';
import { changeLines, counted } from './change-lines.js';
import { escapeText, joinSafe, type SafeText, safe } from './escape.js';
import { commentText, named } from './event-view.js';
import { paint } from './style.js';
import { minuteInTime, type TimeFlags } from './times.js';
import { properties, type View } from './view.js';
import { widthOf } from './width.js';
import { wrapWords } from './wrap.js';

const actorOf = ({ actorType, actorId }: DataEvent) => formatRef(actorType, actorId);

const actionsOf = ({ events }: HistoryLine) =>
  events.length === 0 ? 'viewed' : events.map(({ action }) => action).join(',');

export const HISTORY_VIEW: View<HistoryLine> = {
  fields: [
    { name: 'time', value: line => new Date(line.timestamp).toISOString() },
    { name: 'actor', value: ({ events }) => events[0] && actorOf(events[0]) },
    { name: 'action', value: actionsOf },
    { name: 'changes', value: ({ events }) => events[0]?.changes },
    ...properties<HistoryLine>(['views', 'requestId', 'seq']),
    { name: 'timestamp', value: line => line.timestamp, time: true },
    ...properties<HistoryLine>(['events']),
  ],
  row: ['time', 'actor', 'action', 'changes', 'views', 'requestId', 'seq'],
};

/**
 * A request with its changes, or `3 views by 2 people`. A comment for which there is no room in the first line has
 * lines of its own.
 */
export function historyText(
  line: HistoryLine,
  io: Pick<Io, 'colour' | 'width'>,
  flags: TimeFlags = {},
): string {
  const { events, views, timestamp } = line;
  const time = minuteInTime(flags)(timestamp);
  const dim = (text: SafeText) => paint(text, 'dim', io.colour);
  const seen =
    views === undefined
      ? undefined
      : safe`${counted(views.count, 'view', 'views')} by ${counted(views.actors, 'person', 'people')}`;
  const [first] = events;
  if (first === undefined) return `${dim(time)}  ${dim(seen ?? escapeText(''))}\n`;
  const who = named(first.actorName, first.actorType, first.actorId);
  const what = joinSafe(
    events.map(({ action }) => escapeText(action)),
    ', ',
  );
  const notes = joinSafe([...(seen === undefined ? [] : [safe`(${seen})`]), safe`#${first.seq}`], ' ');
  const said = first.context?.comment;
  const comment = said === undefined ? [] : [commentText(said)];
  const room = io.width - widthOf(joinSafe([time, who, what, notes], '  '));
  const fits = comment.every(text => widthOf(text) < room);
  const head = [dim(time), paint(who, 'bold', io.colour), what];
  const opening = fits ? [...head, dim(joinSafe([...comment, notes], ' '))] : [...head, dim(notes)];
  const below = fits ? [] : comment.flatMap(text => wrapWords(text, io.width - INDENT.length));
  return [
    `${opening.join('  ')}\n`,
    ...below.map(text => `${INDENT}${dim(text)}\n`),
    ...events.map(event => changeLines(event, io)),
  ].join('');
}

const INDENT = '  ';

// Statistics as a picture for people: totals, a sparkline for each action, the busiest side by side, and a heat map
// of the week.
import type { BusyObject, Stats } from '../../shared/audit-stats.js';
import { ACTIONS } from '../../shared/vocabulary.js';
import type { Io } from '../io.js';
import { escapeText, joinSafe, type SafeText, safe } from './escape.js';
import { localDate, localTime } from './local-time.js';
import { sparkline } from './sparkline.js';
import { WEEKDAYS } from './stats-view.js';
import { paint } from './style.js';
import type { TimeText } from './view.js';
import { cutTo, padTo, widthOf } from './width.js';
import { wrapWords } from './wrap.js';

type Screen = Pick<Io, 'colour' | 'width'>;

const DAY_MS = 86_400_000;

export function statsScreen(stats: Stats, screen: Screen): string {
  if (stats.events === 0) {
    const nothing = stats.removed === undefined ? 'Nothing happened.' : 'The log holds nothing of it.';
    return [nothing, ...removedLines(stats, screen), ''].join('\n');
  }
  const parts = [
    headline(stats, screen),
    timeline(stats, screen),
    busiest(stats, screen),
    week(stats, screen),
  ];
  return parts.map(lines => lines.map(line => `${line.trimEnd()}\n`).join('')).join('\n');
}

const number = (count: number) => escapeText(count.toLocaleString('en-US'));

function howMany({ events, occurrences }: { events: number; occurrences: number }): SafeText {
  return events === occurrences
    ? safe`${number(events)} ${escapeText(events === 1 ? 'event' : 'events')}`
    : safe`${number(occurrences)} occurrences in ${number(events)} events`;
}

function headline(stats: Stats, screen: Screen): string[] {
  const { events, occurrences, firstAt, lastAt, outcomes } = stats;
  const many = howMany({ events, occurrences });
  const refused = (['failure', 'denied'] as const)
    .filter(outcome => outcomes[outcome].events > 0)
    .map(outcome => safe`${number(outcomes[outcome].occurrences)} ${escapeText(outcome)}`);
  const head = (time: TimeText) => {
    const isSeen = firstAt !== null && lastAt !== null;
    const seen = isSeen ? [safe`${time(firstAt)} to ${time(lastAt)}`] : [];
    return joinSafe([many, ...seen, ...refused], ', ');
  };
  const exact = head(localTime);
  // Where there is no room for hours and minutes, dates will do.
  const lines = wrapWords(widthOf(exact) <= screen.width ? exact : head(localDate), screen.width);
  return [...lines, ...removedLines(stats, screen)];
}

function removedLines({ removed }: Stats, screen: Screen): string[] {
  if (removed === undefined) return [];
  const gone = safe`not counted: ${howMany(removed)} of the log, stored before ${localTime(removed.before)} and removed`;
  return wrapWords(gone, screen.width).map(line => paint(line, 'dim', screen.colour));
}

/** A line for each action, as wide as the screen; of all between the first day and the last. */
function timeline({ days, actions }: Stats, { colour, width }: Screen): string[] {
  const counts = ACTIONS.map(action => number(actions[action].occurrences));
  const countWidth = Math.max(...counts.map(widthOf));
  const label = (text: string, count: string) => `${text.padEnd(7)}  ${count.padStart(countWidth)}  `;
  const room = Math.max(8, width - label('', '').length);
  const first = dayNumber(days[0]!.day);
  const span = dayNumber(days.at(-1)!.day) - first + 1;
  const daysPerColumn = Math.ceil(span / room);
  const columns = Math.ceil(span / daysPerColumn);
  const lines = ACTIONS.map((action, index) => {
    const values = new Array<number>(columns).fill(0);
    for (const day of days) {
      values[Math.floor((dayNumber(day.day) - first) / daysPerColumn)]! += day[action];
    }
    return label(action, counts[index]!) + paint(sparkline(values), ACTION_STYLE[action], colour);
  });
  const each = daysPerColumn === 1 ? 'a day' : `${daysPerColumn} days`;
  const scale = escapeText(`${days[0]!.day} to ${days.at(-1)!.day}, each column ${each}`);
  return [...lines, label('', '') + paint(cutTo(scale, room), 'dim', colour)];
}

const ACTION_STYLE = { viewed: 'cyan', created: 'green', changed: 'blue', deleted: 'magenta' } as const;

const dayNumber = (day: string) => Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS);

/** Actors and targets side by side. */
function busiest({ actors, targets }: Stats, { colour, width }: Screen): string[] {
  const half = Math.floor((width - 2) / 2);
  const left = ranking('BUSIEST ACTORS', actors, half);
  const right = ranking('BUSIEST TARGETS', targets, half);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const style = index === 0 ? 'dim' : undefined;
    const cells = [padTo(left[index] ?? escapeText(''), half), right[index] ?? escapeText('')];
    return cells.map(cell => paint(cell, style, colour)).join('  ');
  });
}

/** A name, how often, and a bar as long as that is beside the busiest. */
function ranking(title: string, rows: readonly BusyObject[], width: number): SafeText[] {
  const most = Math.max(1, ...rows.map(({ occurrences }) => occurrences));
  const counts = rows.map(({ occurrences }) => number(occurrences));
  const countWidth = Math.max(0, ...counts.map(widthOf));
  const barWidth = Math.max(0, Math.min(16, Math.floor(width / 4)));
  const nameWidth = Math.max(6, width - countWidth - barWidth - 2);
  const longest = Math.min(nameWidth, Math.max(0, ...rows.map(({ key }) => widthOf(escapeText(key)))));
  const lines = rows.map(({ key, occurrences }, index) => {
    const name = padTo(cutTo(escapeText(key), longest), longest);
    const count = ' '.repeat(countWidth - widthOf(counts[index]!)) as SafeText;
    const bar = escapeText('▇'.repeat(Math.max(1, Math.round((barWidth * occurrences) / most))));
    return cutTo(safe`${name} ${count}${counts[index]!} ${bar}`, width);
  });
  return [cutTo(escapeText(title), width), ...lines];
}

/** Shades from nothing to the busiest hour. */
const SHADES = ['·', '░', '▒', '▓', '█'] as const;

/** The week, an hour two cells wide. */
function week({ hours, timeZone }: Stats, { colour, width }: Screen): string[] {
  const most = Math.max(...hours.flat());
  const hourLabels = [0, 3, 6, 9, 12, 15, 18, 21].map(hour => String(hour).padEnd(6)).join('');
  const head = cutTo(escapeText(`     ${hourLabels}${timeZone}`), width);
  const rows = hours.map((row, weekday) => {
    const shades = row.map(count => {
      const shade = count === 0 ? 0 : Math.ceil((count / most) * (SHADES.length - 1));
      return SHADES[shade]!.repeat(2);
    });
    return `${WEEKDAYS[weekday]}  ${paint(cutTo(escapeText(shades.join('')), width - 5), 'green', colour)}`;
  });
  return [paint(head, 'dim', colour), ...rows];
}

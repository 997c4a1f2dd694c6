// The words above and below the panes: the path, the filter, who and where one is, how the daemon does.
import { FILTER_KEYS } from '../../../shared/audit-filter.js';
import { formatFilterLine } from '../../filter-line.js';
import { escapeText, joinSafe, type SafeText, safe } from '../../output/escape.js';
import { MOST_NAMED, namedWithin } from '../../output/named-within.js';
import { paint } from '../../output/style.js';
import { cutTo, widthOf, withoutMiddle } from '../../output/width.js';
import { wrapWords } from '../../output/wrap.js';
import { position } from './event-pane.js';
import { FOOT_LINES } from './layout.js';
import { type ExplorerState, stepOf, type Work } from './state.js';

/** The breadcrumb; what does not fit is left out at its beginning. */
export function pathLine(state: ExplorerState, columns: number, colour: boolean): string {
  const labels = state.steps.map(({ label }) => escapeText(label));
  const name = 'whodid' as SafeText;
  const room = columns - widthOf(name) - 2;
  let from = 0;
  const shown = () => `${from > 0 ? '… › ' : ''}${labels.slice(from).join(' › ')}` as SafeText;
  while (from < labels.length - 1 && widthOf(shown()) > room) from += 1;
  return `${paint(name, 'bold', colour)}  ${cutTo(shown(), room)}`;
}

/** What is filtered, as chips. */
export function filterChips(state: ExplorerState, columns: number, colour: boolean): string {
  const room = columns - widthOf(filterNews(state)) - 2;
  return paint(cutTo(safe`${chipsOf(state)}`, room), 'cyan', colour);
}

/** What stands at the right of the chips: what is marked, a search that is on, what has come in above. */
export function filterNews(state: ExplorerState): SafeText {
  const { list } = stepOf(state);
  const parts = [
    state.marked.size > 0 ? `● ${state.marked.size} marked` : '',
    state.since === undefined ? '' : `time since ${state.since.seq}`,
    state.search === '' ? '' : `/${state.search}`,
    list.unseen > 0 ? `↑ ${list.unseen.toLocaleString('en-US')} new` : '',
  ];
  return escapeText(parts.filter(text => text !== '').join('  '));
}

function chipsOf(state: ExplorerState): SafeText {
  const { filter } = stepOf(state).list;
  if (formatFilterLine(filter) === '') return '[all events]' as SafeText;
  const chip = (one: Parameters<typeof formatFilterLine>[0]) => {
    const text = formatFilterLine(one);
    return text === '' ? [] : [`[${text}]`];
  };
  const chips = FILTER_KEYS.flatMap(key => [
    ...chip({ include: { [key]: filter.include[key] ?? [] }, exclude: {} }),
    ...chip({ include: {}, exclude: { [key]: filter.exclude[key] ?? [] } }),
  ]);
  const { since, until } = filter;
  const times = [
    ...chip({ include: {}, exclude: {}, ...(since === undefined ? {} : { since }) }),
    ...chip({ include: {}, exclude: {}, ...(until === undefined ? {} : { until }) }),
  ];
  return escapeText([...chips, ...times].join(' '));
}

export interface StatusWords {
  text: SafeText;
  /** Something is wrong. */
  alarming: boolean;
}

/** Who and where one is, how the daemon does; as much of it as `columns` have room for. */
export function statusWords(
  state: ExplorerState,
  { daemon, now, columns }: { daemon: string; now: number; columns: number },
): StatusWords {
  const { status, connection } = state;
  const alarming = connection === 'lost';
  if (state.work !== undefined) return { text: workText(state.work, now, columns), alarming };
  const who = whoText(state);
  const link = { connecting: '○ connecting', on: '● connected', lost: '✕ connection lost, trying again' }[
    connection
  ];
  const lag = status === undefined ? '' : lagText(status);
  const following = { off: 'not following', starting: '', on: 'following', lost: '' }[
    stepOf(state).list.following
  ];
  const parts = [who, escapeText(daemon), escapeText(link), escapeText(lag), escapeText(following)];
  return { text: fittingParts(parts, [1, 4, 3, 0], columns), alarming };
}

function whoText({ me, readOnly }: ExplorerState): SafeText {
  const who = namedWithin(MOST_NAMED, me.name, me.actorType, me.id);
  const role = escapeText(readOnly ? `${me.role}, read-only` : me.role);
  return safe`${who} (${role})`;
}

/** Where one is in the list, and the clock. */
export function statusEnd(state: ExplorerState, now: number): SafeText {
  const parts = [stepOf(state).list.stale ? 'the log is catching up' : '', position(state), clockText(now)];
  return escapeText(parts.filter(text => text !== '').join('  '));
}

/** The parts in one line; where there is no room for all, those go that `leaving` has first. */
function fittingParts(parts: readonly SafeText[], leaving: readonly number[], room: number): SafeText {
  const joined = (left: ReadonlySet<number>) =>
    joinSafe(
      parts.filter((text, index) => text !== '' && !left.has(index)),
      '  ',
    );
  const left = new Set<number>();
  for (const index of leaving) {
    if (widthOf(joined(left)) <= room) break;
    left.add(index);
  }
  return joined(left);
}

/** What is said until the next key, in one line or two. */
export function noticeLines({ notice }: ExplorerState, columns: number): SafeText[] {
  return notice === undefined ? [] : wrapWords(escapeText(notice), columns).slice(0, FOOT_LINES);
}

function lagText({ backlog, logger, accepting }: NonNullable<ExplorerState['status']>): string {
  if (logger !== 'running') return `logger ${logger}, ${backlog.toLocaleString('en-US')} waiting`;
  if (!accepting) return 'no changes accepted';
  return `lag ${backlog.toLocaleString('en-US')}`;
}

const BAR_CELLS = 20;
const SHORT_BAR_CELLS = 8;
/** Cells from which on the bar is a long one. */
const ROOM_FOR_BAR = 100;

/**
 * How far a long work is, how fast it goes, and how long it may still take.
 * @param room cells; of what it is called, the beginning gives way first
 */
export function workText({ name, done, total, startedAt }: Work, now: number, room: number): SafeText {
  const seconds = Math.max(0.001, (now - startedAt) / 1000);
  const rate = done / seconds;
  const count = done.toLocaleString('en-US');
  const speed = `${Math.round(rate).toLocaleString('en-US')}/s`;
  const named = (said: string) => {
    const left = room - widthOf(said as SafeText) - 2;
    return safe`${left < 4 ? cutTo(escapeText(name), 1) : withoutMiddle(escapeText(name), left)}: ${said as SafeText}`;
  };
  if (total === undefined || total === 0) return named(`${count}, ${speed} (Esc stops)`);
  const part = Math.min(1, done / total);
  const cells = room < ROOM_FOR_BAR ? SHORT_BAR_CELLS : BAR_CELLS;
  const bar = '█'.repeat(Math.round(part * cells)).padEnd(cells, '░');
  const left = Math.ceil(Math.max(0, total - done) / Math.max(1, rate));
  return named(`${bar} ${count} of ${total.toLocaleString('en-US')}, ${speed}, ${left} s left (Esc stops)`);
}

function clockText(now: number): string {
  const date = new Date(now);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

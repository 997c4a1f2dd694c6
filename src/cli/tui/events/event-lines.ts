// The rows of a list of events as lines of text. Composed once for each row and layout and kept: laying out
// hundreds of cells again for each key would take longer than a key may take.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { type ColumnLayout, cellLines, createColumnLayout, GAP } from '../../output/column-layout.js';
import { joinSafe, type SafeText } from '../../output/escape.js';
import { givenColumns, withGiven } from '../../output/event-view.js';
import { relativeTime } from '../../output/relative-time.js';
import { paint } from '../../output/style.js';
import { pointInTime } from '../../output/times.js';
import type { Column } from '../../output/view.js';
import { padTo, widthOf, withoutMiddle } from '../../output/width.js';
import { marked } from '../lines/column-mark.js';
import { durationText } from '../lines/duration-text.js';
import { COLUMN_NAMES, type ColumnName, contentColumn, fitted } from './columns.js';
import type { EventList } from './event-list.js';
import { holds } from './search.js';

/** What of a list is shown, and how. */
export interface ShownList {
  list: EventList;
  /** Cells across and lines down that there are for the rows. */
  columns: number;
  lines: number;
  hidden: readonly ColumnName[];
  absoluteTime: boolean;
  /** Absolute ones in UTC, not of this place. */
  utc?: boolean;
  /** Rows that hold it are marked; empty for none. */
  search: string;
  /** The numbers of rows that are marked. */
  marked?: ReadonlySet<number>;
  /** Times are shown as how long before or after this, in milliseconds since the Unix epoch. */
  since?: number | undefined;
  /** False where the keys go elsewhere: the selected row then has its bar alone. */
  focused?: boolean;
}

export interface EventLines {
  /** The titles. */
  head(shown: ShownList): string;
  /** The rows that are in view, filled up with empty lines. */
  rows(shown: ShownList, now: number): string[];
  /** The ids of the selected row that there is no room for. */
  cutIds(shown: ShownList): SafeText[];
}

/** In front of each row: the bar of the selected one, the mark of a match or of a marked row. */
const MARGIN = 2;
/** Long ids lose their middle: of the one under the cursor it is told elsewhere, and what changed is worth the room. */
const KEY_WIDTH = 20;
const KEY_SHARE = 0.2;
const RELATIVE_WIDTH = 10;
/** `2026-07-31 14:05:09`, and with a Z in UTC. */
const ABSOLUTE_WIDTH = 19;
const UTC_WIDTH = 20;
const REVERSE = { on: '\u001b[7m', off: '\u001b[27m' };

interface Composed {
  key: string;
  styled: string;
  plain: SafeText;
  matches: boolean;
}

interface Layout {
  names: ColumnName[];
  widths: number[];
  key: string;
}

/** Columns that are wide enough for every row that was in view: they grow, they do not jump. */
interface Widths {
  key: string;
  columns: ColumnLayout<DataEvent>;
  seen: WeakSet<DataEvent>;
}

export function createEventLines({ colour }: { colour: boolean }): EventLines {
  const cache = new WeakMap<DataEvent, Composed>();
  let kept: Widths | undefined;

  function widthsOf({ list, columns, hidden, absoluteTime, utc }: ShownList): Widths {
    const timeWidth = absoluteTime ? (utc ? UTC_WIDTH : ABSOLUTE_WIDTH) : RELATIVE_WIDTH;
    const given = givenColumns(list.filter.include);
    const key = `${columns} ${timeWidth} ${hidden.join()} ${given.join()}`;
    if (kept?.key === key) return kept;
    const shown = COLUMN_NAMES.filter(name => !hidden.includes(name));
    const keyWidth = Math.max(KEY_WIDTH, Math.floor(columns * KEY_SHARE));
    const laidOut = shown.map(name => (name === 'time' ? timeColumn(timeWidth) : contentColumn(name)));
    const columnsOf = withGiven(laidOut, list.filter.include);
    kept = {
      key,
      columns: createColumnLayout(columnsOf, columns - MARGIN, false, keyWidth),
      seen: new WeakSet(),
    };
    return kept;
  }

  function layoutOf(shown: ShownList): Layout {
    const { list, lines, search } = shown;
    const { columns, seen } = widthsOf(shown);
    for (const row of list.rows.slice(list.top, list.top + lines)) {
      if (seen.has(row)) continue;
      seen.add(row);
      columns.see(row);
    }
    const laidOut = columns.columns();
    const names = laidOut.map(({ column }) => column.title.toLowerCase() as ColumnName);
    const widths = laidOut.map(({ width }) => width);
    return { names, widths, key: `${names.join()} ${widths.join()} ${search}` };
  }

  /** Everything of a row but its time, which changes by itself. */
  function composed(row: DataEvent, { names, widths, key }: Layout, search: string) {
    const known = cache.get(row);
    if (known?.key === key) return known;
    const cells = names.flatMap((name, index) => {
      if (name === 'time') return [];
      const column = contentColumn(name);
      return [{ text: marked(cellOf(column, row, widths[index] ?? 0)), style: column.style?.(row) }];
    });
    const made: Composed = {
      key,
      styled: cells.map(({ text, style }) => paint(text, style, colour)).join(GAP),
      plain: joinSafe(
        cells.map(({ text }) => text),
        '  ',
      ),
      matches: search !== '' && holds(row, search),
    };
    cache.set(row, made);
    return made;
  }

  function rowLine(shown: ShownList, layout: Layout, index: number, now: number): string {
    const { list, search, columns, focused = true } = shown;
    const row = list.rows[index];
    if (row === undefined) return '';
    const { styled, plain, matches } = composed(row, layout, search);
    const time =
      layout.names[0] === 'time' ? fitted(timeText(shown, row, now), layout.widths[0] ?? 0) : undefined;
    const mark = shown.marked?.has(row.seq) ? '●' : matches ? '*' : ' ';
    if (index === list.selected && focused) {
      const text = time === undefined ? plain : `${time}${GAP}${plain}`;
      const line = padTo(`▌${mark}${text}` as SafeText, columns);
      return `${REVERSE.on}${line}${REVERSE.off}`;
    }
    const when = time === undefined ? '' : `${paint(time, 'dim', colour)}${GAP}`;
    return `${index === list.selected ? '▌' : ' '}${mark}${when}${styled}`;
  }

  return {
    head(shown) {
      const { names, widths } = layoutOf(shown);
      const { sort, rows } = shown.list;
      if (rows.length === 0) return '';
      const titles = names.map((name, index) => {
        const arrow = sort.by !== name ? '' : 'order' in sort && sort.order === 'desc' ? '↓' : '↑';
        // The arrow may stand in the gap: a column can be as narrow as its title.
        const gap = index === names.length - 1 ? 0 : 1;
        return fitted(`${name.toUpperCase()}${arrow}` as SafeText, (widths[index] ?? 0) + gap);
      });
      return `${' '.repeat(MARGIN)}${paint(joinSafe(titles, ' '), 'bold', colour)}`;
    },
    cutIds(shown) {
      const row = shown.list.rows[shown.list.selected];
      const { names, widths } = layoutOf(shown);
      return names.flatMap((name, index) => {
        if (row === undefined || name === 'time') return [];
        const kept = contentColumn(name).kept?.(row);
        return kept === undefined || widthOf(kept) <= (widths[index] ?? 0) ? [] : [kept];
      });
    },
    rows(shown, now) {
      const layout = layoutOf(shown);
      return Array.from({ length: shown.lines }, (_, line) =>
        rowLine(shown, layout, shown.list.top + line, now),
      );
    },
  };
}

/** The time as the layout sees it: always as wide. */
const timeColumn = (width: number): Column<DataEvent> => ({
  title: 'TIME',
  cell: () => ' '.repeat(width) as SafeText,
  usual: width,
  whole: true,
});

/** A cell in exactly `width` columns; of a name with an id it keeps the id, and of a long id both ends. */
function cellOf(column: Column<DataEvent>, row: DataEvent, width: number): SafeText {
  const lines = cellLines(column, row, width);
  const [first = '' as SafeText] = lines;
  return lines.length === 1 ? fitted(first, width) : padTo(withoutMiddle(joinSafe(lines, ''), width), width);
}

/** The columns as they are shown, for a plain table. */
export function plainColumns(
  shown: Pick<ShownList, 'hidden' | 'absoluteTime' | 'utc' | 'since'> & { filter: AuditFilter },
  now: number,
): Column<DataEvent>[] {
  const time: Column<DataEvent> = {
    title: 'TIME',
    cell: row => timeText(shown, row, now),
    style: () => 'dim',
    usual: RELATIVE_WIDTH,
    whole: true,
  };
  const names = COLUMN_NAMES.filter(name => !shown.hidden.includes(name));
  const columns = names.map(name => (name === 'time' ? time : contentColumn(name)));
  return withGiven(columns, shown.filter.include);
}

function timeText(
  { absoluteTime, utc, since }: Pick<ShownList, 'absoluteTime' | 'utc' | 'since'>,
  row: DataEvent,
  now: number,
): SafeText {
  if (since !== undefined) return durationText(row.timestamp - since);
  return absoluteTime ? pointInTime({ utc: utc === true })(row.timestamp) : relativeTime(row.timestamp, now);
}

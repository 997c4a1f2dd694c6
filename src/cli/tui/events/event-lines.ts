// The rows of a list of events as lines of text. Composed once for each row and layout and kept: laying out
// hundreds of cells again for each key would take longer than a key may take.
import type { DataEvent } from '../../../shared/data-event.js';
import { cellLines } from '../../output/column-layout.js';
import { joinSafe, type SafeText, safe } from '../../output/escape.js';
import { localTime } from '../../output/local-time.js';
import { relativeTime } from '../../output/relative-time.js';
import { paint } from '../../output/style.js';
import type { Column } from '../../output/view.js';
import { padTo } from '../../output/width.js';
import { marked } from '../lines/column-mark.js';
import { durationText } from '../lines/duration-text.js';
import {
  COLUMN_NAMES,
  type ColumnName,
  columnWidths,
  contentColumn,
  createNeededWidths,
  fitted,
  GAP,
} from './columns.js';
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
}

/** In front of each row: the bar of the selected one, the mark of a match or of a marked row. */
const MARGIN = 2;
const RELATIVE_WIDTH = 10;
const ABSOLUTE_WIDTH = 19;
const REVERSE = { on: '\u001b[7m', off: '\u001b[27m' };
const SPACES = ' '.repeat(GAP);

interface Layout {
  names: ColumnName[];
  widths: number[];
  key: string;
}

export function createEventLines({ colour }: { colour: boolean }): EventLines {
  const needed = createNeededWidths();
  const cache = new WeakMap<DataEvent, { key: string; styled: string; plain: SafeText; matches: boolean }>();

  function layoutOf({ list, columns, lines, hidden, absoluteTime, search }: ShownList): Layout {
    needed.see(list.rows.slice(list.top, list.top + lines));
    const names = COLUMN_NAMES.filter(name => !hidden.includes(name));
    const timeWidth = absoluteTime ? ABSOLUTE_WIDTH : RELATIVE_WIDTH;
    const widths = columnWidths(names, timeWidth, needed.widths, columns - MARGIN);
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
    const made = {
      key,
      styled: cells.map(({ text, style }) => paint(text, style, colour)).join(SPACES),
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
    const time = layout.names.includes('time')
      ? fitted(timeText(shown, row, now), layout.widths[0] ?? 0)
      : undefined;
    const mark = shown.marked?.has(row.seq) ? '●' : matches ? '*' : ' ';
    if (index === list.selected && focused) {
      const text = time === undefined ? plain : `${time}${SPACES}${plain}`;
      const line = padTo(`▌${mark}${text}` as SafeText, columns);
      return `${REVERSE.on}${line}${REVERSE.off}`;
    }
    const when = time === undefined ? '' : `${paint(time, 'dim', colour)}${SPACES}`;
    return `${index === list.selected ? '▌' : ' '}${mark}${when}${styled}`;
  }

  return {
    head(shown) {
      const { names, widths } = layoutOf(shown);
      const { sort } = shown.list;
      const titles = names.map((name, index) => {
        const arrow = sort.by !== name ? '' : 'order' in sort && sort.order === 'desc' ? '↓' : '↑';
        return fitted(`${name.toUpperCase()}${arrow}` as SafeText, widths[index] ?? 0);
      });
      return `${' '.repeat(MARGIN)}${paint(joinSafe(titles, '  '), 'bold', colour)}`;
    },
    rows(shown, now) {
      const layout = layoutOf(shown);
      return Array.from({ length: shown.lines }, (_, line) =>
        rowLine(shown, layout, shown.list.top + line, now),
      );
    },
  };
}

/** A cell in exactly `width` columns; of a name with an id it keeps the id. */
function cellOf(column: Column<DataEvent>, row: DataEvent, width: number): SafeText {
  const [first = '' as SafeText, ...more] = cellLines(column, row, width);
  return fitted(more.length === 0 ? first : column.cell(row), width);
}

/** The columns as they are shown, for a plain table. */
export function plainColumns(
  shown: Pick<ShownList, 'hidden' | 'absoluteTime' | 'since'>,
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
  return names.map(name => (name === 'time' ? time : contentColumn(name)));
}

function timeText(
  { absoluteTime, since }: Pick<ShownList, 'absoluteTime' | 'since'>,
  row: DataEvent,
  now: number,
): SafeText {
  if (since !== undefined) return durationText(row.timestamp - since);
  if (!absoluteTime) return relativeTime(row.timestamp, now);
  const seconds = String(new Date(row.timestamp).getSeconds()).padStart(2, '0') as SafeText;
  return safe`${localTime(row.timestamp)}:${seconds}`;
}

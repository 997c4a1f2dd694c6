// The rows of the table as lines of text. Composed once for each row and layout and kept: laying out hundreds of
// cells again for each key would take longer than a key may take.
import type { DataEvent } from '../../../shared/data-event.js';
import { joinSafe, type SafeText, safe } from '../../output/escape.js';
import { localTime } from '../../output/local-time.js';
import { relativeTime } from '../../output/relative-time.js';
import { paint } from '../../output/style.js';
import type { Column } from '../../output/view.js';
import { padTo } from '../../output/width.js';
import {
  COLUMN_NAMES,
  type ColumnName,
  columnWidths,
  contentColumn,
  createNeededWidths,
  fitted,
  GAP,
} from './columns.js';
import { holds } from './prompts.js';
import { bodyLines, type TableState } from './state.js';

export interface TableLines {
  /** The titles. */
  head(state: TableState): string;
  /** The rows that are in view, filled up with empty lines. */
  rows(state: TableState, now: number): string[];
}

/** In front of each row: the bar of the selected one, the mark of a match. */
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

export function createTableLines({ colour }: { colour: boolean }): TableLines {
  const needed = createNeededWidths();
  const cache = new WeakMap<DataEvent, { key: string; styled: string; plain: SafeText; matches: boolean }>();

  function layoutOf(state: TableState): Layout {
    needed.see(state.rows.slice(state.top, state.top + bodyLines(state)));
    const names = COLUMN_NAMES.filter(name => !state.hidden.includes(name));
    const timeWidth = state.absoluteTime ? ABSOLUTE_WIDTH : RELATIVE_WIDTH;
    const widths = columnWidths(names, timeWidth, needed.widths, state.size.columns - MARGIN);
    return { names, widths, key: `${names.join()} ${widths.join()} ${state.search}` };
  }

  /** Everything of a row but its time, which changes by itself. */
  function composed(row: DataEvent, { names, widths, key }: Layout, search: string) {
    const known = cache.get(row);
    if (known?.key === key) return known;
    const cells = names.flatMap((name, index) => {
      if (name === 'time') return [];
      const column = contentColumn(name);
      return [{ text: fitted(column.cell(row), widths[index] ?? 0), style: column.style?.(row) }];
    });
    const made = {
      key,
      styled: cells.map(({ text, style }) => paint(text, style, colour)).join(SPACES),
      plain: joinCells(cells.map(({ text }) => text)),
      matches: search !== '' && holds(row, search),
    };
    cache.set(row, made);
    return made;
  }

  function rowLine(state: TableState, layout: Layout, index: number, now: number): string {
    const row = state.rows[index];
    if (row === undefined) return '';
    const { styled, plain, matches } = composed(row, layout, state.search);
    const time = layout.names.includes('time')
      ? fitted(timeText(state, row, now), layout.widths[0] ?? 0)
      : undefined;
    const mark = matches ? '*' : ' ';
    if (index === state.selected) {
      const text = time === undefined ? plain : `${time}${SPACES}${plain}`;
      const line = padTo(`▌${mark}${text}` as SafeText, state.size.columns);
      return `${REVERSE.on}${line}${REVERSE.off}`;
    }
    const when = time === undefined ? '' : `${paint(time, 'dim', colour)}${SPACES}`;
    return ` ${mark}${when}${styled}`;
  }

  return {
    head(state) {
      const { names, widths } = layoutOf(state);
      const titles = names.map((name, index) => {
        const arrow =
          state.sort.by !== name ? '' : 'order' in state.sort && state.sort.order === 'desc' ? '↓' : '↑';
        return fitted(`${name.toUpperCase()}${arrow}` as SafeText, widths[index] ?? 0);
      });
      return `${' '.repeat(MARGIN)}${paint(joinCells(titles), 'bold', colour)}`;
    },
    rows(state, now) {
      const layout = layoutOf(state);
      return Array.from({ length: bodyLines(state) }, (_, line) =>
        rowLine(state, layout, state.top + line, now),
      );
    },
  };
}

/** The columns of the table as it is, for a plain table. */
export function plainColumns(state: TableState, now: number): Column<DataEvent>[] {
  const time: Column<DataEvent> = {
    title: 'TIME',
    cell: row => timeText(state, row, now),
    style: () => 'dim',
    usual: RELATIVE_WIDTH,
    whole: true,
  };
  const names = COLUMN_NAMES.filter(name => !state.hidden.includes(name));
  return names.map(name => (name === 'time' ? time : contentColumn(name)));
}

function timeText(state: TableState, row: DataEvent, now: number): SafeText {
  if (!state.absoluteTime) return relativeTime(row.timestamp, now);
  const seconds = String(new Date(row.timestamp).getSeconds()).padStart(2, '0') as SafeText;
  return safe`${localTime(row.timestamp)}:${seconds}`;
}

function joinCells(cells: SafeText[]): SafeText {
  return joinSafe(cells, '  ');
}

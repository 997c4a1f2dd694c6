// A plain table on a terminal: aligned columns, no wider than the screen.
import type { Io } from '../io.js';
import type { SafeText } from './escape.js';
import type { RowWriter } from './row-writer.js';
import { paint } from './style.js';
import type { Column, Style } from './view.js';
import { cutTo, padTo, widthOf } from './width.js';

export interface TableOptions<Row> {
  io: Pick<Io, 'write' | 'width' | 'colour'>;
  columns: Column<Row>[];
  /** Rows come in their own time: each is shown at once, in columns of their usual width. */
  live: boolean;
}

/** Columns are as wide as the first rows need; so many are held back to find out. */
const ROWS_TO_MEASURE = 1000;
const GAP = '  ';
/** A column is not made narrower than this. */
const NARROW = 6;

/** Writes a table; nothing at all, not even its head, when there is no row. */
export function createTableWriter<Row>({ io, columns, live }: TableOptions<Row>): RowWriter<Row> {
  let held: Row[] = [];
  let widths: number[] | undefined;

  const line = (cells: SafeText[], styles: (Style | undefined)[]) =>
    `${tableLine(cells, styles, widths ?? [], io)}\n`;
  const rowLine = (row: Row) =>
    line(
      columns.map(column => column.cell(row)),
      columns.map(column => column.style?.(row)),
    );

  async function start(): Promise<void> {
    const titles = columns.map(column => column.title as SafeText);
    const natural = columns.map((column, index) => {
      const title = titles[index]?.length ?? 0;
      return live ? Math.max(column.usual, title) : widest(held, column, title);
    });
    const whole = columns.map(column => column.whole === true);
    widths = fitWidths(natural, io.width - GAP.length * (columns.length - 1), whole);
    const rows = held;
    held = [];
    const head = line(
      titles,
      titles.map(() => 'dim'),
    );
    await io.write(head + rows.map(rowLine).join(''));
  }

  return {
    async write(row) {
      if (widths !== undefined) return io.write(rowLine(row));
      held.push(row);
      if (live || held.length >= ROWS_TO_MEASURE) await start();
    },
    async end() {
      if (held.length > 0) await start();
    },
  };
}

function widest<Row>(rows: Row[], column: Column<Row>, atLeast: number): number {
  let most = atLeast;
  for (const row of rows) most = Math.max(most, widthOf(column.cell(row)));
  return most;
}

/**
 * Widths that together take at most `available` columns: those that want more than their share are cut to one
 * common width, the others have what they want, and so have those that are to stay whole. Where even the
 * narrowest are too wide, the line is cut.
 */
export function fitWidths(natural: number[], available: number, whole: boolean[] = []): number[] {
  const total = (widths: number[]) => widths.reduce((sum, width) => sum + width, 0);
  if (total(natural) <= available) return natural;
  const cutAt = (level: number) =>
    natural.map((width, index) => (whole[index] ? width : Math.min(width, level)));
  let level = Math.max(...natural);
  while (level > NARROW && total(cutAt(level)) > available) level -= 1;
  const widths = cutAt(level);
  let spare = available - total(widths);
  return widths.map((width, index) => {
    if (spare <= 0 || width >= (natural[index] ?? 0)) return width;
    spare -= 1;
    return width + 1;
  });
}

/** One line, cut to the width of the screen whatever the columns want. */
function tableLine(
  cells: SafeText[],
  styles: (Style | undefined)[],
  widths: number[],
  io: Pick<Io, 'width' | 'colour'>,
): string {
  let room = io.width;
  const shown: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const width = Math.min(widths[index] ?? 0, room);
    if (width <= 0) break;
    const cut = cutTo(cell, width);
    const last = index === cells.length - 1;
    shown.push(paint(last ? cut : padTo(cut, width), styles[index], io.colour));
    room -= width + GAP.length;
  }
  return shown.join(GAP).trimEnd();
}

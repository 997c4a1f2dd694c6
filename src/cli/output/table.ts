// A plain table on a terminal: aligned columns, no wider than the screen.
import type { Io } from '../io.js';
import { cellLines, createColumnLayout, GAP, type LaidOutColumn } from './column-layout.js';
import type { SafeText } from './escape.js';
import type { RowWriter } from './row-writer.js';
import { paint } from './style.js';
import type { Column, Style } from './view.js';
import { cutTo, padTo } from './width.js';

export interface TableOptions<Row> {
  io: Pick<Io, 'write' | 'width' | 'colour'>;
  columns: Column<Row>[];
  /** Rows come in their own time: each is shown at once, in columns of their usual width. */
  live: boolean;
}

type TableWriter<Row> = Required<RowWriter<Row>>;

/** Columns are as wide as the first rows need; so many are held back to find out. */
const ROWS_TO_MEASURE = 1000;

/** Writes a table; nothing at all, not even its head, when there is no row and nobody has begun it. */
export function createTableWriter<Row>({ io, columns, live }: TableOptions<Row>): TableWriter<Row> {
  const layout = createColumnLayout(columns, io.width, live);
  const held: Row[] = [];
  let headed: readonly Column<Row>[] | undefined;

  function head(): string {
    const laidOut = layout.columns();
    const shown = laidOut.map(({ column }) => column);
    // A late row can need so much room that a column goes: the head above is then no longer true.
    if (headed !== undefined && headed.length === shown.length) return '';
    headed = shown;
    const cells = laidOut.map(({ column, width }) => [cutTo(column.title as SafeText, width)]);
    return tableLines(cells, laidOut, () => 'dim', io.colour);
  }

  function lines(row: Row): string {
    const laidOut = layout.columns();
    const cells = laidOut.map(({ column, width }) => cellLines(column, row, width));
    return tableLines(cells, laidOut, column => column.style?.(row), io.colour);
  }

  async function release(): Promise<void> {
    const rows = held.splice(0);
    await io.write(head() + rows.map(lines).join(''));
  }

  return {
    begin: async () => io.write(head()),
    async write(row) {
      layout.see(row);
      if (headed !== undefined) return io.write(head() + lines(row));
      held.push(row);
      if (live || held.length >= ROWS_TO_MEASURE) await release();
    },
    async end() {
      if (held.length > 0) await release();
    },
    missing: layout.missing,
  };
}

/** A row as lines of the screen: as many as its tallest cell has. */
function tableLines<Row>(
  cells: SafeText[][],
  laidOut: readonly LaidOutColumn<Row>[],
  styleOf: (column: Column<Row>) => Style | undefined,
  colour: boolean,
): string {
  const height = Math.max(1, ...cells.map(lines => lines.length));
  let text = '';
  for (let line = 0; line < height; line += 1) {
    const shown = laidOut.map(({ column, width }, index) => {
      const cell = cells[index]?.[line] ?? ('' as SafeText);
      const last = index === laidOut.length - 1;
      return paint(last ? cell : padTo(cell, width), styleOf(column), colour);
    });
    text += `${shown.join(GAP).trimEnd()}\n`;
  }
  return text;
}

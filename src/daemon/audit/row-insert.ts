// Inserts rows several at a time: what a call into SQLite costs beside the row is as much again.
import type { Sqlite } from '../sqlite.js';

/** Rows of one statement. */
export const ROWS_AT_ONCE = 16;

type Value = number | string | Buffer | null;

export interface RowInsert<Row extends Value[]> {
  /** Inserts one row. @returns how many rows came of it */
  one(...row: Row): number;
  /**
   * Inserts `ROWS_AT_ONCE` rows, in their order.
   * @param values those of all rows, one after the other
   * @returns how many rows came of them
   */
  many(values: readonly Value[]): number;
}

export interface RowInsertOptions {
  table: string;
  columns: readonly string[];
  /** A condition for a row to be inserted; its values are `column1`, `column2` … there. */
  where?: string;
  /** What follows `ON CONFLICT`. */
  onConflict?: string;
}

export function createRowInsert<Row extends Value[]>(
  db: Sqlite,
  { table, columns, where, onConflict }: RowInsertOptions,
): RowInsert<Row> {
  const row = `(${columns.map(() => '?').join(', ')})`;
  function statement(rows: number) {
    const values = `VALUES ${Array(rows).fill(row).join(', ')}`;
    const source = where === undefined ? values : `SELECT * FROM (${values}) WHERE ${where}`;
    const end = onConflict === undefined ? '' : ` ON CONFLICT ${onConflict}`;
    return db.prepare<[readonly Value[]]>(`INSERT INTO ${table} (${columns.join(', ')}) ${source}${end}`);
  }
  const oneRow = statement(1);
  const manyRows = statement(ROWS_AT_ONCE);
  return {
    one: (...values) => oneRow.run(values).changes,
    many: values => manyRows.run(values).changes,
  };
}

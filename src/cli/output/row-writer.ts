// Rows for other programs: tab-separated, CSV, a JSON array, JSON lines. Written as they come, in bounded
// memory, whatever their number.
import type { Io } from '../io.js';
import { safeJson } from './escape.js';
import type { Format } from './options.js';
import { cellText, type Field } from './view.js';

export interface RowWriter<Row> {
  /** Writes the head of a table, where it has one, before any row is there. */
  begin?(): Promise<void>;
  write(row: Row): Promise<void>;
  /** Writes what is left, and the closing bracket. */
  end(): Promise<void>;
  /** Titles of columns that a table had no room for. */
  missing?(): string[];
}

export interface RowWriterOptions<Row> {
  format: Exclude<Format, 'table'>;
  io: Pick<Io, 'write'>;
  fields: Field<Row>[];
  /** Whether JSON shows `fields` alone; else the whole row as it came. */
  picked: boolean;
  /** Whether each row goes out at once, for rows that come in their own time. */
  live: boolean;
}

/** Text is collected up to this many characters before it is written. */
const CHUNK = 64 * 1024;

/** A writer of `format`. */
export function createRowWriter<Row>(options: RowWriterOptions<Row>): RowWriter<Row> {
  const { io, format, live } = options;
  const { head, line, separator, tail } = encodings(options)[format];
  let pending = head;
  let rows = 0;

  async function flush(): Promise<void> {
    if (pending === '') return;
    const text = pending;
    pending = '';
    await io.write(text);
  }

  return {
    async write(row) {
      pending += (rows === 0 ? '' : separator) + line(row);
      rows += 1;
      if (live || pending.length >= CHUNK) await flush();
    },
    async end() {
      pending += tail(rows);
      await flush();
    },
  };
}

interface Encoding<Row> {
  head: string;
  line(row: Row): string;
  separator: string;
  tail(rows: number): string;
}

function encodings<Row>({ fields, picked }: RowWriterOptions<Row>) {
  const object = (row: Row) =>
    picked ? Object.fromEntries(fields.map(field => [field.name, field.value(row) ?? null])) : row;
  const json = (row: Row): string => safeJson(object(row));
  const terminated = { separator: '', tail: () => '' };
  return {
    tsv: {
      head: '',
      line: (row: Row) => `${fields.map(field => cellText(field, row)).join('\t')}\n`,
      ...terminated,
    },
    // RFC 4180, section 2: CRLF, and a header, which is told apart from rows by nothing but its place.
    csv: {
      head: `${fields.map(field => csvCell(field.name)).join(',')}\r\n`,
      line: (row: Row) => `${fields.map(field => csvCell(cellText(field, row))).join(',')}\r\n`,
      ...terminated,
    },
    jsonl: { head: '', line: (row: Row) => `${json(row)}\n`, ...terminated },
    json: {
      head: '[',
      line: (row: Row) => `\n${json(row)}`,
      separator: ',',
      tail: (rows: number) => (rows === 0 ? ']\n' : '\n]\n'),
    },
  } satisfies Record<Exclude<Format, 'table'>, Encoding<Row>>;
}

function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

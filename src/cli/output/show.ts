// Shows one thing or many, in the format that was asked for or that the place suggests.
import type { Io } from '../io.js';
import { pagedOutput } from '../pager.js';
import { escapeText, type SafeText, safeJson, safePrettyJson } from './escape.js';
import { fieldNames, formatOf, type OutputFlags } from './options.js';
import { createRowWriter, type RowWriter } from './row-writer.js';
import { paint } from './style.js';
import { minuteInTime, type TimeFlags, timeAsFact, timeInColumn } from './times.js';
import { type Column, type Field, isKey, pickFields, toldText, type View } from './view.js';

export interface ShowOptions {
  io: Io;
  /** Now, in milliseconds since the Unix epoch. */
  clock: () => number;
  flags: OutputFlags;
}

/** Rows that come page by page, and what is to be said on stderr when they are through. */
export interface Rows<Row> extends AsyncIterable<Row> {
  notices?(): string[] | Promise<string[]>;
}

/** The columns of a table of plain fields. Times are there to the minute. */
export function fieldColumns<Row>(fields: Field<Row>[], flags: TimeFlags = {}): Column<Row>[] {
  const time = minuteInTime(flags);
  return fields.map(field => ({
    title: titleOf(field.name),
    cell: row => {
      const value = field.time ? field.value(row) : undefined;
      return typeof value === 'number' ? time(value) : toldText(field, row);
    },
    usual: 16,
    ...(isKey(field) ? { whole: true as const } : {}),
  }));
}

/** `agreedTos` is AGREED TOS: in capitals alone its words would run into each other. */
function titleOf(name: string): SafeText {
  return escapeText(name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toUpperCase());
}

/** What writes the rows of a list. */
export async function openRows<Row>(
  view: View<Row>,
  { io, clock, flags }: ShowOptions,
  live: boolean,
): Promise<RowWriter<Row>> {
  const names = fieldNames(flags);
  const fields = pickFields(view, names ?? view.row);
  const format = formatOf(flags, io);
  if (format !== 'table') return createRowWriter({ format, io, fields, picked: names !== undefined, live });
  const { createTableWriter } = await import('./table.js');
  const columns = names === undefined ? view.columns?.(timeInColumn({ clock, flags }, live)) : undefined;
  return createTableWriter({ io, columns: columns ?? fieldColumns(fields, flags), live });
}

/** Shows every row as it comes, then the notices. @throws Problem `bad_request` for options that do not fit */
export async function showRows<Row>(
  rows: Rows<Row> | Row[],
  view: View<Row>,
  options: ShowOptions,
): Promise<void> {
  const { io, flags } = options;
  const paged = formatOf(flags, io) === 'table' ? pagedOutput(io) : undefined;
  const writer = await openRows(view, { ...options, io: paged?.io ?? io }, false);
  let found = false;
  try {
    for await (const row of rows) {
      found = true;
      await writer.write(row);
    }
    await writer.end();
  } finally {
    await paged?.end();
  }
  // A person who sees nothing would wonder; a program takes nothing for what it is.
  if (!found && formatOf(flags, io) === 'table') io.writeError('Nothing found.\n');
  const missing = writer.missing?.() ?? [];
  if (missing.length > 0) {
    io.writeError(`No room for ${missing.join(', ')}: --fields picks columns, --json has everything.\n`);
  }
  const notices = Array.isArray(rows) ? [] : ((await rows.notices?.()) ?? []);
  for (const notice of notices) io.writeError(`${notice}\n`);
}

/** Shows one thing: a field a line on a terminal, one row in a pipe, one object as JSON. */
export async function showOne<Row>(row: Row, view: View<Row>, options: ShowOptions): Promise<void> {
  const { io, flags } = options;
  const names = fieldNames(flags);
  const fields = pickFields(view, names ?? view.row);
  const format = formatOf(flags, io);
  const object =
    names === undefined
      ? row
      : Object.fromEntries(fields.map(field => [field.name, field.value(row) ?? null]));
  if (format === 'json') {
    await io.write(`${io.terminal ? safePrettyJson(object) : safeJson(object)}\n`);
  } else if (format === 'table') {
    await io.write(fieldLines(fields, row, options));
  } else {
    const writer = createRowWriter({ format, io, fields, picked: names !== undefined, live: false });
    await writer.write(row);
    await writer.end();
  }
}

function fieldLines<Row>(fields: Field<Row>[], row: Row, show: ShowOptions): string {
  const shown = fields
    .map(field => [escapeText(field.name), factText(field, row, show)] as const)
    .filter(([, text]) => text !== '');
  return labelledLines(shown, show.io);
}

/** The value of a field for a person who looks at one thing alone. */
export function factText<Row>(field: Field<Row>, row: Row, show: Omit<ShowOptions, 'io'>): SafeText {
  const value = field.time ? field.value(row) : undefined;
  return typeof value === 'number' ? timeAsFact(show)(value) : toldText(field, row);
}

/** `label  text`, a line each, the labels dim and aligned. */
export function labelledLines(
  lines: (readonly [SafeText, SafeText])[],
  { colour }: Pick<Io, 'colour'>,
): string {
  const width = Math.max(0, ...lines.map(([label]) => label.length));
  const padded = (label: SafeText) => label.padEnd(width) as SafeText;
  return lines.map(([label, text]) => `${paint(padded(label), 'dim', colour)}  ${text}\n`).join('');
}

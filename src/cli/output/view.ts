// How a kind of thing is shown: its fields by name, those that make a row, and what a terminal's table has.

import { didYouMean } from '../../shared/nearest.js';
import { Problem } from '../../shared/problem.js';
import { escapeText, joinSafe, type SafeText, safeJson } from './escape.js';

/** One thing that `--fields` can name. */
export interface Field<Row> {
  name: string;
  /** As JSON; `undefined` when the row has none. */
  value(row: Row): unknown;
  /** Milliseconds since the Unix epoch, which text shows as RFC 3339 in UTC. */
  time?: true;
  /** Names something, as an id does: no table cuts it. */
  key?: true;
}

/** Shows a time, in milliseconds since the Unix epoch, to a person. */
export type TimeText = (ms: number) => SafeText;

export type Style = 'bold' | 'dim' | 'underline' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

/** A column of a table on a terminal. */
export interface Column<Row> {
  title: string;
  cell(row: Row): SafeText;
  style?(row: Row): Style | undefined;
  /** The width that it has when rows are shown as they come, before any is known. */
  usual: number;
  /** Never cut: an id that one must be able to copy, or a time. */
  whole?: true;
  /** The end of the cell that is never cut, where its beginning can be: the id behind a name. */
  kept?(row: Row): SafeText;
  /** An extra that is left out when there is no room; the lowest first. */
  spare?: number;
  /** Narrower than this it is of no use, and left out rather. */
  useful?: number;
  /** Less than this it is not to have for the sake of what is less worth: that is left out rather. */
  wanted?: number;
  /** The same in every row, as the question says it: the first that is left out. */
  given?: true;
}

export interface View<Row> {
  /** Everything that can be asked for, in the order in which it is listed. */
  fields: Field<Row>[];
  /** The names of the fields of a row for a pipe, in their lasting order. */
  row: string[];
  /** For people; without it, the fields of `row`. */
  columns?(time: TimeText): Column<Row>[];
}

/** Fields that are properties of the row. */
export function properties<Row extends object>(names: (keyof Row & string)[]): Field<Row>[] {
  return names.map(name => ({ name, value: row => row[name] }));
}

/** A property that is a time. */
export function timeProperty<Row extends object>(name: keyof Row & string): Field<Row> {
  return { name, value: row => row[name], time: true };
}

/**
 * The fields that `--fields a,b` names.
 * @throws Problem `bad_request` for one that is not known, with the known ones.
 */
export function pickFields<Row>(view: View<Row>, names: string[]): Field<Row>[] {
  return names.map(name => {
    const field = view.fields.find(known => known.name === name);
    if (field !== undefined) return field;
    const known = view.fields.map(other => other.name);
    const meant = didYouMean(name, known);
    throw new Problem(
      'bad_request',
      `--fields does not know "${name}".${meant} It knows ${known.join(', ')}.`,
    );
  });
}

/** Whether a field names something or says when: neither is of use when it is cut. */
export function isKey({ name, time, key }: Field<never>): boolean {
  return time === true || key === true || /(?:^id|^kid|Id)$/.test(name);
}

/** The value of a field as one cell of text: empty for none, JSON for structures. */
export function cellText<Row>(field: Field<Row>, row: Row): SafeText {
  const value = field.value(row);
  if (value === undefined || value === null) return '' as SafeText;
  if (field.time && typeof value === 'number') return isoTime(value);
  if (typeof value === 'string') return escapeText(value);
  return safeJson(value);
}

/** The same for a person: of a list of words the words alone. */
export function toldText<Row>(field: Field<Row>, row: Row): SafeText {
  const value = field.value(row);
  const isWords = Array.isArray(value) && value.every(word => typeof word === 'string');
  return isWords ? joinSafe(value.map(escapeText), ', ') : cellText(field, row);
}

/** RFC 3339 in UTC, with milliseconds. */
export function isoTime(ms: number): SafeText {
  return new Date(ms).toISOString() as SafeText;
}

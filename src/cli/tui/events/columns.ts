// The columns of an event table, as the interactive table shows them: which there are, and how one sorts by them.
import type { DataEvent } from '../../../shared/data-event.js';
import type { SafeText } from '../../output/escape.js';
import { EVENT_VIEW } from '../../output/event-view.js';
import { localTime } from '../../output/local-time.js';
import type { Column } from '../../output/view.js';
import { cutTo, padTo } from '../../output/width.js';

/** The titles of the columns in small letters: what preferences and menus call them. */
export const COLUMN_NAMES = ['time', 'actor', 'action', 'target', 'changes', 'event'] as const;
export type ColumnName = (typeof COLUMN_NAMES)[number];

/** All columns but the time: what they show does not depend on when one looks. */
const CONTENT: ReadonlyMap<ColumnName, Column<DataEvent>> = new Map(
  (EVENT_VIEW.columns?.(localTime) ?? []).flatMap(column => {
    const name = COLUMN_NAMES.find(known => known === column.title.toLowerCase());
    return name === undefined || name === 'time' ? [] : [[name, column] as const];
  }),
);

export function contentColumn(name: ColumnName): Column<DataEvent> {
  const column = CONTENT.get(name);
  if (column === undefined) throw new Error(`There is no column ${name}.`);
  return column;
}

/** A cell in exactly `width` columns. */
export function fitted(text: SafeText, width: number): SafeText {
  return padTo(cutTo(text, width), width);
}

/** How one sorts by a column: by what it shows, bytes in order. Equal ones stay newest first. */
export function comparing(name: ColumnName): (a: DataEvent, b: DataEvent) => number {
  if (name === 'time') return (a, b) => b.timestamp - a.timestamp || b.seq - a.seq;
  const { cell } = contentColumn(name);
  return (a, b) => {
    const [left, right] = [cell(a), cell(b)];
    return left < right ? -1 : left > right ? 1 : b.timestamp - a.timestamp || b.seq - a.seq;
  };
}

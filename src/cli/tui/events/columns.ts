// The columns of an event table, as the interactive table shows them: which there are, how wide each is, how one
// sorts by them.
import type { DataEvent } from '../../../shared/data-event.js';
import type { SafeText } from '../../output/escape.js';
import { EVENT_VIEW } from '../../output/event-view.js';
import { fitWidths, NARROW } from '../../output/fit-widths.js';
import { localTime } from '../../output/local-time.js';
import type { Column } from '../../output/view.js';
import { cutTo, padTo, widthOf } from '../../output/width.js';

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

/** Between two columns. */
export const GAP = 2;

/** How wide columns are for these rows, with the room that there is. */
export function columnWidths(
  names: readonly ColumnName[],
  timeWidth: number,
  needed: ReadonlyMap<ColumnName, number>,
  room: number,
): number[] {
  const natural = names.map(name =>
    name === 'time' ? timeWidth : Math.max(needed.get(name) ?? 0, contentColumn(name).title.length),
  );
  const least = names.map((name, index) => {
    const whole = name === 'time' || contentColumn(name).whole === true;
    return whole ? (natural[index] ?? 0) : NARROW;
  });
  return fitWidths(natural, room - GAP * (names.length - 1), least);
}

/** The widest cell of each column, kept from one call to the next: columns grow, they do not jump. */
export interface NeededWidths {
  /** Looks at rows that it has not seen. */
  see(rows: readonly DataEvent[]): void;
  readonly widths: ReadonlyMap<ColumnName, number>;
}

export function createNeededWidths(): NeededWidths {
  const seen = new WeakSet<DataEvent>();
  const widths = new Map<ColumnName, number>();
  return {
    widths,
    see(rows) {
      for (const row of rows) {
        if (seen.has(row)) continue;
        seen.add(row);
        for (const [name, column] of CONTENT) {
          widths.set(name, Math.max(widths.get(name) ?? 0, widthOf(column.cell(row))));
        }
      }
    },
  };
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

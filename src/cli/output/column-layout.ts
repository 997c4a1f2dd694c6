// How wide the columns of a plain table are, and which of them there is room for. Ids and times are never cut: the
// other columns give way first, then some are left out, and what still does not fit goes on in the next line.
import type { SafeText } from './escape.js';
import { fitWidths, NARROW } from './fit-widths.js';
import type { Column } from './view.js';
import { cutTo, widthOf } from './width.js';
import { wrapTo } from './wrap.js';

export interface ColumnLayout<Row> {
  /** Looks at a row; whether columns became wider or fewer by it. */
  see(row: Row): boolean;
  columns(): readonly LaidOutColumn<Row>[];
  /** Titles of columns without room that are not just extras. */
  missing(): string[];
}

export interface LaidOutColumn<Row> {
  column: Column<Row>;
  width: number;
}

export const GAP = '  ';
/**
 * One very long id does not push everything else off the screen: beyond this share of it, it goes on in the next
 * line. A UUID that has a column of its own stays in one piece.
 */
const KEY_SHARE = 0.36;
const WHOLE_AT_LEAST = 36;
/** One wide character. */
const LEAST = 2;

interface Wish<Row> {
  column: Column<Row>;
  natural: number;
  /** What must not be cut. */
  least: number;
  /** Whether no cell has shown anything yet. */
  empty: boolean;
}

/**
 * @param usual whether columns have their usual width from the start: no row is known yet
 * @param keyWidth how much an id may take from the other columns, where its middle may be left out: names and
 *   what changed are then worth more than the least of the extras
 */
export function createColumnLayout<Row>(
  columns: Column<Row>[],
  width: number,
  usual: boolean,
  keyWidth?: number,
): ColumnLayout<Row> {
  const wishes: Wish<Row>[] = columns.map(column => ({
    column,
    natural: Math.max(column.title.length, usual ? column.usual : 0),
    least: 0,
    empty: true,
  }));
  let laidOut: LaidOutColumn<Row>[] | undefined;

  return {
    see(row) {
      let grown = false;
      for (const wish of wishes) {
        const { column } = wish;
        const cell = widthOf(column.cell(row));
        if (cell > 0) wish.empty = false;
        const kept = keptText(column, row);
        const least = kept === undefined ? Math.min(cell, NARROW) : widthOf(kept);
        // With its usual width a column grows only for what must not be cut.
        const natural = usual ? least : cell;
        grown ||= least > wish.least || natural > wish.natural;
        wish.least = Math.max(wish.least, least);
        wish.natural = Math.max(wish.natural, natural);
      }
      if (grown) laidOut = undefined;
      return grown;
    },
    columns() {
      laidOut ??= layOut(wishes, width, keyWidth);
      return laidOut;
    },
    missing() {
      const shown = new Set((laidOut ?? []).map(({ column }) => column));
      return columns
        .filter(column => !shown.has(column) && column.spare === undefined && !column.given)
        .map(({ title }) => title);
    },
  };
}

function layOut<Row>(wishes: Wish<Row>[], width: number, keyWidth?: number): LaidOutColumn<Row>[] {
  const share = keyWidth ?? Math.floor(width * KEY_SHARE);
  const most = (column: Column<Row>) =>
    column.whole ? Math.max(WHOLE_AT_LEAST, share) : column.kept ? share : NARROW;
  const leastOf = ({ column, least }: Wish<Row>) => Math.max(LEAST, Math.min(least, most(column)));
  const room = (among: Wish<Row>[]) => width - GAP.length * (among.length - 1);
  // What is worth more than a column that could leave is not to be squeezed for it; nor are names for what one knows.
  const needed = (among: Wish<Row>[], leaving: Wish<Row>) =>
    among.reduce((sum, wish) => {
      const { useful = 0, wanted = useful, kept } = wish.column;
      const named = kept !== undefined && leaving.column.given ? most(wish.column) : 0;
      const amount = Math.max(leastOf(wish), named, wish === leaving ? useful : wanted);
      return sum + Math.min(wish.natural, amount);
    }, 0);
  let shown = wishes;
  for (const leaving of inOrderOfLeaving(wishes)) {
    if (needed(shown, leaving) <= room(shown)) break;
    shown = shown.filter(wish => wish !== leaving);
  }
  const total = (widths: number[]) => widths.reduce((sum, width) => sum + width, 0);
  const naturalOf = (wish: Wish<Row>) => Math.max(wish.natural, wish.least);
  // Who and what are better read by name than what changed is read to its end: names give way last.
  const namedWidth = (wish: Wish<Row>) =>
    wish.column.kept
      ? Math.min(naturalOf(wish), most(wish.column))
      : Math.max(leastOf(wish), Math.min(naturalOf(wish), wish.column.useful ?? 0));
  const [first] = inOrderOfLeaving(shown);
  if (
    keyWidth !== undefined &&
    first?.column.spare !== undefined &&
    total(shown.map(namedWidth)) > room(shown)
  )
    shown = shown.filter(wish => wish !== first);
  const natural = shown.map(naturalOf);
  const withNames = shown.map(namedWidth);
  const least = total(withNames) <= room(shown) ? withNames : shown.map(leastOf);
  // Long ids have what is left when what changed has what it wants.
  const modest = shown.map((wish, index) =>
    Math.min(
      natural[index] ?? 0,
      wish.column.kept === undefined ? Number.POSITIVE_INFINITY : most(wish.column),
    ),
  );
  const served = keyWidth === undefined ? least : fitWidths(modest, room(shown), least);
  let widths = fitWidths(natural, room(shown), served);
  // Nothing but keys is left, and they do not fit: all of them are wrapped.
  if (total(widths) > room(shown)) {
    widths = fitWidths(
      natural,
      room(shown),
      shown.map(() => LEAST),
    );
  }
  return shown.map(({ column }, index) => ({ column, width: widths[index] ?? LEAST }));
}

/** What one knows from the question, then extras; then from the right what is no key. */
function inOrderOfLeaving<Row>(wishes: Wish<Row>[]): Wish<Row>[] {
  // One with nothing in it is missed by nobody.
  const rank = ({ column, empty }: Wish<Row>) => (empty ? -2 : column.given ? -1 : (column.spare ?? 0));
  const isExtra = ({ column }: Wish<Row>) => column.spare !== undefined || column.given === true;
  const extras = wishes.filter(isExtra).sort((a, b) => rank(a) - rank(b));
  const others = wishes.filter(wish => !isExtra(wish) && !isKey(wish.column));
  return [...extras, ...others.reverse()];
}

const isKey = (column: Column<never>) => column.whole === true || column.kept !== undefined;

function keptText<Row>(column: Column<Row>, row: Row): SafeText | undefined {
  return column.whole ? column.cell(row) : column.kept?.(row);
}

/** A cell in lines of at most `width` columns. What has a part that is kept loses the beginning before it. */
export function cellLines<Row>(column: Column<Row>, row: Row, width: number): SafeText[] {
  const text = column.cell(row);
  if (widthOf(text) <= width) return [text];
  const kept = keptText(column, row);
  if (kept === undefined) return [cutTo(text, width)];
  const room = width - widthOf(kept) - 1;
  if (room < 0) return wrapTo(kept, width);
  const lead = text.slice(0, text.length - kept.length).trimEnd() as SafeText;
  return room < 2 ? [kept] : [`${cutTo(lead, room)} ${kept}` as SafeText];
}

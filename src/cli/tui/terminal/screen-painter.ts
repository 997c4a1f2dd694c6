// Draws frames over the whole (alternate) screen: rows that the terminal shows already are not written again, the
// others each in their place. The screen is never cleared as a whole: some terminals clear their scrollback with it.
import { BEGIN_FRAME, createFrameQueue, END_FRAME, type FrameTarget } from './frame-queue.js';
import { harmless } from './harmless.js';

/** A part of a row: text from a column on, which counts from 0. */
export interface Segment {
  column: number;
  text: string;
}

/** From left to right. What one writes too far, the next overwrites. */
export type ScreenRow = readonly Segment[];

export interface ScreenPainter {
  /** Shows these rows from the top of the screen; as many as the screen has. */
  paint(rows: readonly ScreenRow[]): void;
  /** The terminal no longer shows what was drawn: the next frame is written whole. */
  reset(): void;
}

const ESC = '\u001b';

export function createScreenPainter(target: FrameTarget): ScreenPainter {
  /** The rows that the terminal shows, as they were given. */
  let shown: (ScreenRow | undefined)[] = [];

  const queue = createFrameQueue<readonly ScreenRow[]>(target, rows => {
    let text = '';
    for (const [index, row] of rows.entries()) {
      const from = firstDifferent(row, shown[index]);
      if (from === undefined) continue;
      text += `${ESC}[${index + 1};1H${ESC}[0m${rowText(row, from)}`;
      shown[index] = row;
    }
    shown.length = rows.length;
    return text === '' ? '' : `${BEGIN_FRAME}${text}${ESC}[0m${END_FRAME}`;
  });

  return {
    paint: rows => queue.push(rows),
    reset() {
      shown = [];
      queue.clear();
    },
  };
}

/** The segment from which on a row is another than the terminal shows; `undefined` where it is the same. */
function firstDifferent(row: ScreenRow, other: ScreenRow | undefined): number | undefined {
  if (other === undefined) return 0;
  const at = row.findIndex(
    ({ column, text }, index) => column !== other[index]?.column || text !== other[index].text,
  );
  // What stood there began further left: only the segment before erases that.
  if (at > 0 && (other[at]?.column ?? Infinity) < row[at]!.column) return at - 1;
  if (at >= 0) return at;
  // What it had more at its end is to go, and only a segment erases.
  return row.length === other.length ? undefined : Math.max(0, row.length - 1);
}

/** What is on the line from that segment on is erased first, since the width of what follows is the terminal's to say. */
function rowText(row: ScreenRow, from: number): string {
  const erased = from === 0 ? `${ESC}[2K` : '';
  return (
    erased +
    row
      .slice(from)
      .map(({ column, text }, index) => {
        // CHA, EL 0 (ECMA-48, 8.3.9, 8.3.41).
        const move = column === 0 ? '' : `${ESC}[0m${ESC}[${column + 1}G`;
        return move + (index === 0 && from > 0 ? `${ESC}[K` : '') + harmless(text, column);
      })
      .join('')
  );
}

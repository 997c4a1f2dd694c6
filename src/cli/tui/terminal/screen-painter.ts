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
      if (isSame(row, shown[index])) continue;
      // CUP, SGR 0, EL 2 (ECMA-48, 8.3.21, 8.3.117, 8.3.41): erased first, since the width of what follows is
      // the terminal's to say.
      text += `${ESC}[${index + 1};1H${ESC}[0m${ESC}[2K${rowText(row)}`;
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

function isSame(row: ScreenRow, other: ScreenRow | undefined): boolean {
  if (row.length !== other?.length) return false;
  return row.every(
    ({ column, text }, index) => column === other[index]?.column && text === other[index].text,
  );
}

function rowText(row: ScreenRow): string {
  return row
    .map(({ column, text }) => {
      // CHA (ECMA-48, 8.3.9).
      const move = column === 0 ? '' : `${ESC}[0m${ESC}[${column + 1}G`;
      return move + harmless(text, column);
    })
    .join('');
}

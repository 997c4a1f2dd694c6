// Draws frames below what the terminal already shows, in place: the one writer that touches the terminal while
// something interactive is shown. Between two frames the cursor is parked in the first cell of the region, so
// that it stays where the region begins however a terminal reflows its lines when it is resized.
import { BEGIN_FRAME, createFrameQueue, END_FRAME, type FrameTarget } from './frame-queue.js';
import { harmless } from './harmless.js';

export interface RegionPainter {
  /** Shows these lines; those that the terminal shows already are not written again. */
  paint(lines: string[]): void;
  /** Takes the region from the screen, so that the next frame is drawn whole; what is above stays as it is. */
  reset(): void;
}

export interface PaintTarget extends FrameTarget {
  /** Lines of the terminal. */
  height(): number;
}

const ESC = '\u001b';
const ERASE_LINE = `${ESC}[0m${ESC}[2K`;

export function createRegionPainter(target: PaintTarget): RegionPainter {
  let shown: string[] = [];
  const queue = createFrameQueue(target, composed);

  function composed(lines: string[]): string {
    const room = roomFor(lines.length);
    let at = 0;
    let text = '';
    for (let index = 0; index < Math.max(lines.length, shown.length); index += 1) {
      const line = lines[index] ?? '';
      if (line === shown[index]) continue;
      text += down(index - at) + ERASE_LINE + harmless(line);
      shown[index] = line;
      at = index;
    }
    return text === '' && room === '' ? '' : BEGIN_FRAME + room + text + up(at) + END_FRAME;
  }

  /** Makes the region as high as `height`; lines above scroll up where there is no room below. */
  function roomFor(height: number): string {
    const missing = height - shown.length;
    if (missing <= 0) return '';
    const from = Math.max(0, shown.length - 1);
    const to = height - 1;
    for (let index = 0; index < missing; index += 1) shown.push('');
    return down(from) + '\n'.repeat(to - from) + up(to);
  }

  return {
    paint: lines => queue.push(lines),
    reset() {
      shown = [];
      queue.clear();
      target.write(eraseBelow(target.height()));
    },
  };
}

/**
 * Erases from the line of the cursor down. Not with ED (`ESC [ J`): from the first line of the screen, tmux takes
 * that for clearing the screen and moves what was there into the scrollback.
 */
export function eraseBelow(height: number): string {
  return `\r${ESC}[0m${ESC}7${`${ESC}[2K${ESC}[B`.repeat(height)}${ESC}8`;
}

function down(lines: number): string {
  return `\r${lines > 0 ? `${ESC}[${lines}B` : ''}`;
}

function up(lines: number): string {
  return `\r${lines > 0 ? `${ESC}[${lines}A` : ''}`;
}

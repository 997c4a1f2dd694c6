// Draws frames below what the terminal already shows, in place: the one writer that touches the terminal while
// something interactive is shown. Between two frames the cursor is parked in the first cell of the region, so
// that it stays where the region begins however a terminal reflows its lines when it is resized.
import { harmless } from './harmless.js';

export interface RegionPainter {
  /** Shows these lines; those that the terminal shows already are not written again. */
  paint(lines: string[]): void;
  /** Takes the region from the screen, so that the next frame is drawn whole; what is above stays as it is. */
  erase(): void;
}

/** Where bytes go; `false` says that the terminal is slow and `onDrain` will be called when it has caught up. */
export interface PaintTarget {
  /** Lines of the terminal. */
  height(): number;
  write(text: string): boolean;
  onDrain(listener: () => void): void;
}

const ESC = '\u001b';
/** Synchronized output (mode 2026): the terminal shows the frame as a whole. */
const BEGIN = `${ESC}[?2026h${ESC}[?7l`;
const END = `${ESC}[?7h${ESC}[?2026l`;
const ERASE_LINE = `${ESC}[0m${ESC}[2K`;

export function createRegionPainter(target: PaintTarget): RegionPainter {
  let shown: string[] = [];
  let pending: string[] | undefined;
  let slow = false;

  function send(text: string): void {
    if (target.write(text)) return;
    slow = true;
    target.onDrain(() => {
      slow = false;
      const next = pending;
      pending = undefined;
      if (next !== undefined) draw(next);
    });
  }

  function draw(lines: string[]): void {
    const room = roomFor(lines.length);
    let at = 0;
    let text = '';
    for (let index = 0; index < Math.max(lines.length, shown.length); index += 1) {
      const line = harmless(lines[index] ?? '');
      if (line === shown[index]) continue;
      text += down(index - at) + ERASE_LINE + line;
      shown[index] = line;
      at = index;
    }
    if (text === '' && room === '') return;
    send(BEGIN + room + text + up(at) + END);
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
    paint(lines) {
      if (slow) pending = lines;
      else draw(lines);
    },
    erase() {
      shown = [];
      pending = undefined;
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

// Draws frames over the whole (alternate) screen: rows that the terminal shows already are not written again, the
// others each in their place. The screen is never cleared as a whole: some terminals clear their scrollback with it.
import { BEGIN_FRAME, createFrameQueue, END_FRAME, type FrameTarget } from './frame-queue.js';
import { harmless } from './harmless.js';

export interface ScreenPainter {
  /** Shows these lines from the top of the screen; as many as the screen has. */
  paint(lines: string[]): void;
  /** The terminal no longer shows what was drawn: the next frame is written whole. */
  forget(): void;
}

const ESC = '\u001b';

export function createScreenPainter(target: FrameTarget): ScreenPainter {
  let shown: (string | undefined)[] = [];

  const queue = createFrameQueue(target, lines => {
    let text = '';
    for (const [index, raw] of lines.entries()) {
      const line = harmless(raw);
      if (line === shown[index]) continue;
      // CUP, SGR 0, EL 2 (ECMA-48, 8.3.21, 8.3.117, 8.3.41): erased first, since the width of what follows is
      // the terminal's to say.
      text += `${ESC}[${index + 1};1H${ESC}[0m${ESC}[2K${line}`;
      shown[index] = line;
    }
    shown.length = lines.length;
    return text === '' ? '' : `${BEGIN_FRAME}${text}${ESC}[0m${END_FRAME}`;
  });

  return {
    paint: lines => queue.push(lines),
    forget() {
      shown = [];
      queue.clear();
    },
  };
}

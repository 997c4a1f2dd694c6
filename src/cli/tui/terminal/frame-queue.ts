// Frames on their way to a terminal that may be slow: while it is, one frame waits, the newest.

/** Where bytes go; `false` says that the terminal is slow and `onDrain` will be called when it has caught up. */
export interface FrameTarget {
  write(text: string): boolean;
  onDrain(listener: () => void): void;
}

export interface FrameQueue {
  /** Shows these lines, or keeps them until the terminal takes more. */
  push(lines: string[]): void;
  /** Forgets what waits. */
  clear(): void;
}

/** @param compose what to write to show these lines; empty for nothing */
export function createFrameQueue(target: FrameTarget, compose: (lines: string[]) => string): FrameQueue {
  let waiting: string[] | undefined;
  let slow = false;

  function show(lines: string[]): void {
    const text = compose(lines);
    if (text === '' || target.write(text)) return;
    slow = true;
    target.onDrain(() => {
      slow = false;
      const next = waiting;
      waiting = undefined;
      if (next !== undefined) show(next);
    });
  }

  return {
    push(lines) {
      if (slow) waiting = lines;
      else show(lines);
    },
    clear() {
      waiting = undefined;
    },
  };
}

const ESC = '\u001b';
/** Synchronized output (mode 2026): the terminal shows the frame as a whole. No wrapping at the last column. */
export const BEGIN_FRAME = `${ESC}[?2026h${ESC}[?7l`;
export const END_FRAME = `${ESC}[?7h${ESC}[?2026l`;

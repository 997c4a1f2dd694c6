// Frames on their way to a terminal that may be slow: while it is, one frame waits, the newest.

/** Where bytes go; `false` says that the terminal is slow and `onDrain` will be called when it has caught up. */
export interface FrameTarget {
  write(text: string): boolean;
  onDrain(listener: () => void): void;
}

export interface FrameQueue<Frame> {
  /** Shows the frame, or keeps it until the terminal takes more. */
  push(frame: Frame): void;
  /** Forgets what waits. */
  clear(): void;
}

/** @param compose what to write to show a frame; empty for nothing */
export function createFrameQueue<Frame>(
  target: FrameTarget,
  compose: (frame: Frame) => string,
): FrameQueue<Frame> {
  let waiting: Frame | undefined;
  let slow = false;

  function show(frame: Frame): void {
    const text = compose(frame);
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
    push(frame) {
      if (slow) waiting = frame;
      else show(frame);
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

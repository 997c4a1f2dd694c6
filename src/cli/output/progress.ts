// A bar on stderr while something long goes on; silent where stderr is no terminal.
import type { Io } from '../io.js';
import type { SafeText } from './escape.js';

export interface Progress {
  /** Draws how far it is: so many lines, so many bytes of the source. At most ten times a second. */
  show(lines: number, bytes: number): void;
  /** Prints a line above the bar. */
  print(line: SafeText | string): void;
  /** Takes the bar away. */
  clear(): void;
}

export interface ProgressOptions {
  io: Pick<Io, 'writeError' | 'errorTerminal' | 'width'>;
  clock: () => number;
  /** Without it there is no bar and no remaining time, but still a rate. */
  totalBytes: number | undefined;
  /** What is counted. */
  unit?: 'lines' | 'events' | 'pages';
}

const REDRAW_MS = 100;
const BAR_WIDTH = 24;
/** Back to the first column, and erase to the end of the line (ECMA-48, 8.3.41). */
const ERASE = '\r\u001b[K';

export function createProgress({ io, clock, totalBytes, unit = 'lines' }: ProgressOptions): Progress {
  const started = clock();
  let drawnAt = 0;
  let drawn = false;

  function clear(): void {
    if (drawn) io.writeError(ERASE);
    drawn = false;
  }

  return {
    show(lines, bytes) {
      if (!io.errorTerminal || clock() - drawnAt < REDRAW_MS) return;
      drawnAt = clock();
      const text = progressText({ lines, bytes, totalBytes, elapsedMs: drawnAt - started, unit });
      io.writeError(ERASE + text.slice(0, Math.max(0, io.width - 1)));
      drawn = true;
    },
    print(line) {
      clear();
      io.writeError(`${line}\n`);
    },
    clear,
  };
}

interface Reached {
  lines: number;
  bytes: number;
  totalBytes: number | undefined;
  elapsedMs: number;
  unit?: string;
}

/** `███████░░░  62 %  6,800 lines  3,120/s  1.4 s left`. */
export function progressText({ lines, bytes, totalBytes, elapsedMs, unit = 'lines' }: Reached): string {
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const counted = `${lines.toLocaleString('en-US')} ${unit}  ${Math.round(lines / seconds).toLocaleString('en-US')}/s`;
  if (totalBytes === undefined || totalBytes === 0 || bytes === 0) return counted;
  const part = Math.min(1, bytes / totalBytes);
  const full = Math.round(part * BAR_WIDTH);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
  const left = (seconds / part) * (1 - part);
  return `${bar}  ${Math.round(part * 100)} %  ${counted}  ${left.toFixed(1)} s left`;
}

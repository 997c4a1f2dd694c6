// The terminal while something interactive is shown: raw input, hidden cursor, bracketed paste, and all of it put
// back however the program ends or is stopped: by a key, a signal, an error, Ctrl-Z.
import { writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { TtyStreams } from '../../io.js';
import { createKeyReader, type Input } from './key-reader.js';
import { eraseBelow, type PaintTarget } from './region-painter.js';

export interface TerminalSize {
  columns: number;
  lines: number;
}

export interface TerminalEvents {
  onInput(input: Input): void;
  onResize(size: TerminalSize): void;
  /** The program is about to be stopped (Ctrl-Z, SIGTSTP): take from the screen what is ours. */
  onStop(): void;
  /** It goes on: draw again. */
  onContinue(): void;
  /** SIGINT, SIGTERM or SIGHUP. */
  onInterrupt(): void;
}

/** How much of the screen is taken. */
export type Screen =
  /** Lines below what it shows. */
  | 'region'
  /** All of it, on the alternate screen: what it showed before comes back. */
  | 'whole';

export interface Terminal extends PaintTarget {
  size(): TerminalSize;
  /** Whether wheel and clicks are reported; without, selecting with the mouse works as everywhere. */
  reportMouse(on: boolean): void;
  /** Stops the program as Ctrl-Z would, until it is continued. */
  stop(): void;
  /** Puts everything back. Safe to call twice. */
  close(): void;
}

/** File descriptor 1, for the one write that cannot wait. */
const STDOUT = 1;

const ESC = '\u001b';
/** Bracketed paste on, cursor hidden; the alternate screen (xterm ctlseqs, mode 1049). */
const ENTER = `${ESC}[?2004h${ESC}[?25l`;
const LEAVE = `${ESC}[0m${ESC}[?7h${ESC}[?2004l${ESC}[?25h`;
const ALTERNATE = { on: `${ESC}[?1049h`, off: `${ESC}[?1049l` };
/** Button presses and the wheel, in the form that has no limits (modes 1000 and 1006). */
const MOUSE = { on: `${ESC}[?1000h${ESC}[?1006h`, off: `${ESC}[?1006l${ESC}[?1000l` };

/** Takes the terminal over. */
export function openTerminal(
  { input, output }: TtyStreams,
  events: TerminalEvents,
  screen: Screen = 'region',
): Terminal {
  const decoder = new StringDecoder('utf8');
  const reader = createKeyReader({
    onInput: events.onInput,
    after(ms, later) {
      let unread: NodeJS.Immediate | undefined;
      // While a frame was drawn more may have arrived, which Node reads only after its timers.
      const timer = setTimeout(() => {
        unread = setImmediate(later);
      }, ms);
      return () => {
        clearTimeout(timer);
        clearImmediate(unread);
      };
    },
  });
  let open = true;
  let mouse = false;
  /** Called once the terminal has taken all that was written. */
  let whenTaken: (() => void) | undefined;
  const whole = screen === 'whole';
  const leaving = () => `${mouse ? MOUSE.off : ''}${whole ? ALTERNATE.off : ''}${LEAVE}`;

  const size = (): TerminalSize => ({ columns: output.columns || 80, lines: output.rows || 24 });
  const onData = (chunk: Buffer | string) =>
    reader.feed(typeof chunk === 'string' ? chunk : decoder.write(chunk));
  const onResize = () => events.onResize(size());

  function take(): void {
    input.setRawMode(true);
    waitForTerminal(output, false);
    output.write(`${whole ? ALTERNATE.on : ''}${ENTER}${mouse ? MOUSE.on : ''}`);
  }
  function giveBack(): void {
    waitForTerminal(output, true);
    output.write(leaving());
    input.setRawMode(false);
  }

  function onSuspend(): void {
    events.onStop();
    giveBack();
    process.once('SIGCONT', onContinued);
    process.removeListener('SIGTSTP', onSuspend);
    // The whole group, as the terminal itself would do it: the shell has to see that its job has stopped.
    process.kill(0, 'SIGTSTP');
  }
  function onContinued(): void {
    process.on('SIGTSTP', onSuspend);
    if (!open) return;
    take();
    events.onContinue();
  }

  /** When the process ends without `close`: nothing that waits would still be written. */
  function onExit(): void {
    if (!open) return;
    open = false;
    try {
      waitForTerminal(output, true);
      writeSync(STDOUT, (whole ? '' : eraseBelow(size().lines)) + leaving());
      input.setRawMode(false);
    } catch {
      // The terminal is gone, and with it what there was to put back.
    }
  }

  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  take();
  input.on('data', onData);
  input.resume();
  output.on('resize', onResize);
  process.on('SIGTSTP', onSuspend);
  process.on('exit', onExit);
  for (const signal of signals) process.on(signal, events.onInterrupt);

  return {
    size,
    height: () => size().lines,
    write(text) {
      output.write(text, () => {
        if (output.writableLength > 0) return;
        const caughtUp = whenTaken;
        whenTaken = undefined;
        caughtUp?.();
      });
      return output.writableLength === 0;
    },
    onDrain(listener) {
      whenTaken = listener;
    },
    reportMouse(on) {
      mouse = on;
      output.write(on ? MOUSE.on : MOUSE.off);
    },
    stop: onSuspend,
    close() {
      if (!open) return;
      open = false;
      // What waits for a slow terminal would land on the screen that comes back.
      whenTaken = undefined;
      input.off('data', onData);
      input.pause();
      output.off('resize', onResize);
      process.removeListener('SIGTSTP', onSuspend);
      process.removeListener('SIGCONT', onContinued);
      process.removeListener('exit', onExit);
      for (const signal of signals) process.removeListener(signal, events.onInterrupt);
      giveBack();
    },
  };
}

/**
 * Node stands still until a terminal has taken what is written to it: one that stalls would keep the program from
 * following, and from ending when it is told to. Only where libuv has opened the terminal for itself: what the shell
 * has open is not to change.
 */
function waitForTerminal(output: object, waits: boolean): void {
  const { _handle: handle } = output as { _handle?: { fd: number; setBlocking?(on: boolean): void } };
  if (handle !== undefined && handle.fd > 2) handle.setBlocking?.(waits);
}

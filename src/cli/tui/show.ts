// The loop of everything interactive: what is typed and what happens outside change the state, the state is served
// and drawn, until it has ended; and then the terminal is as it was. The rest is pure, or is given to it.
import type { TtyStreams } from '../io.js';
import { outcome } from './outcome.js';
import type { Input } from './terminal/key-reader.js';
import { openTerminal, type Screen, type Terminal, type TerminalSize } from './terminal/terminal.js';

/** What the terminal tells every state. */
export type TerminalHappening = { what: 'resized'; size: TerminalSize } | { what: 'interrupted' };

/** What the state asks of the terminal itself. */
export type TerminalErrand = { what: 'stop' } | { what: 'repaint' };

export interface Painter<Frame> {
  paint(frame: Frame): void;
  /** What was painted is no longer on the screen, or is not to be: the next frame is painted whole. */
  reset(): void;
}

/** What the loop gives to those who serve the state. */
export interface ShowWorld<Happening> {
  terminal: Terminal;
  tell(happening: Happening | TerminalHappening): void;
  /** The program is wrong, and ends. */
  fail(error: unknown): void;
  /** Runs `later` after `ms`, unless cancelled by the function that it answers. */
  after(ms: number, later: () => void): () => void;
}

export interface Servant<State, Errand> {
  /** Looks at the state and does what it lacks. */
  serve(state: State): void;
  /** Does what the state asks of the world outside, once. @param state the one that asked for it */
  run?(errand: Errand, state: State): void;
  close(): void;
}

export interface ShowParts<State, Errand, Happening, Frame> {
  tty: TtyStreams;
  screen: Screen;
  initial(size: TerminalSize): State;
  painter(terminal: Terminal): Painter<Frame>;
  entered(state: State, input: Input): State;
  happened(state: State, happening: Happening | TerminalHappening): State;
  frame(state: State): Frame;
  /** How long the frame stays true by itself, in milliseconds: until an age or the clock in it is another. */
  freshMs(state: State): number;
  servant(world: ShowWorld<Happening>): Servant<State, Errand>;
}

/** What the loop looks at in every state. */
interface Shown<Errand> {
  errands: readonly (Errand | TerminalErrand)[];
  ended: 'left' | 'interrupted' | undefined;
}

/** @returns the state in which it ended. @throws what is neither the daemon's nor the user's fault, the terminal restored */
export async function show<State extends Shown<Errand>, Errand extends { what: string }, Happening, Frame>(
  parts: ShowParts<State, Errand, Happening, Frame>,
): Promise<State> {
  const finished = outcome<State>();
  let scheduled = false;
  let aged: NodeJS.Timeout | undefined;
  let stopped = false;

  const guarded = <Arguments extends unknown[]>(work: (...args: Arguments) => void) => {
    return (...args: Arguments) => {
      try {
        work(...args);
      } catch (error) {
        finished.reject(error);
      }
    };
  };
  const tell = guarded((happening: Happening | TerminalHappening) =>
    change(parts.happened(state, happening)),
  );
  const resized = () => {
    painter.reset();
    tell({ what: 'resized', size: terminal.size() });
  };

  const terminal = openTerminal(
    parts.tty,
    {
      onInput: guarded(input => change(parts.entered(state, input))),
      onResize: guarded(resized),
      onStop() {
        stopped = true;
        painter.reset();
      },
      onContinue: guarded(() => {
        stopped = false;
        resized();
      }),
      onInterrupt: () => tell({ what: 'interrupted' }),
    },
    parts.screen,
  );
  const painter = parts.painter(terminal);
  let state = parts.initial(terminal.size());
  const servant = parts.servant({
    terminal,
    tell,
    fail: finished.reject,
    after(ms, later) {
      const timer = setTimeout(guarded(later), ms);
      return () => clearTimeout(timer);
    },
  });

  function change(next: State): void {
    if (next === state) return;
    const { errands } = next;
    state = errands.length === 0 ? next : { ...next, errands: [] };
    if (state.ended !== undefined) finished.resolve(state);
    for (const errand of errands) run(errand);
    servant.serve(state);
    draw();
  }

  function run(errand: Errand | TerminalErrand): void {
    if (errand.what === 'stop') terminal.stop();
    else if (errand.what === 'repaint') painter.reset();
    else servant.run?.(errand as Errand, state);
  }

  /** Draws once for all that happens in one turn. */
  function draw(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(
      guarded(() => {
        scheduled = false;
        // A signal to stop takes its time; what is drawn meanwhile would land on the shell's screen.
        if (state.ended !== undefined || stopped) return;
        painter.paint(parts.frame(state));
        clearTimeout(aged);
        aged = setTimeout(draw, parts.freshMs(state));
      }),
    );
  }

  try {
    servant.serve(state);
    draw();
    return await finished.promise;
  } finally {
    clearTimeout(aged);
    servant.close();
    if (parts.screen === 'region') painter.reset();
    terminal.close();
  }
}

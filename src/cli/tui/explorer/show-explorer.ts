// The explorer: takes the whole terminal, turns keys into states, states into frames, errands into deeds, and gives
// the terminal back as it was. React and Ink are loaded here and nowhere else on the way of a command.
import { createElement } from 'react';
import type { Me } from '../../../shared/api.js';
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { Client } from '../../../shared/client.js';
import type { ClientPaths } from '../../../shared/paths.js';
import type { TtyStreams } from '../../io.js';
import { createInkFrames } from '../ink-frames.js';
import { bound, readBindings } from '../keys/bindings.js';
import { outcome } from '../outcome.js';
import { highContrast } from '../terminal/contrast.js';
import type { Input } from '../terminal/key-reader.js';
import { createScreenPainter, type ScreenRow } from '../terminal/screen-painter.js';
import { openTerminal } from '../terminal/terminal.js';
import { ACTIONS } from './actions.js';
import { createBody } from './body.js';
import { createErrandRunner } from './errand-runner.js';
import { ExplorerFrame } from './explorer-frame.js';
import { type Happening, happened } from './happenings.js';
import { HEAD_LINES } from './layout.js';
import { createLoader } from './loader.js';
import { readPreferences, writePreferences } from './preferences.js';
import { type ExplorerState, initialExplorer, isTooSmall } from './state.js';
import { entered } from './typing.js';

export interface ShowExplorerOptions {
  tty: TtyStreams;
  colour: boolean;
  client: Client;
  clock: () => number;
  config: Pick<ClientPaths, 'dir'>;
  /** What is shown first, and how the path calls it. */
  filter: AuditFilter;
  label: string;
  /** Nothing faint, no colours. */
  highContrast: boolean;
  /** Where the daemon is, for the status line. */
  daemon: string;
  /** Nothing can be changed. */
  readOnly: boolean;
  me: Me;
  /** Logs in again after a session has ended; absent where that would not help. @throws Problem */
  login?(email: string, password: string): Promise<Me>;
}

/** Primary device attributes (ECMA-48 DA): among them whether it takes what is copied. */
const ASK_ATTRIBUTES = '\u001b[c';

/** Relative times grow old: the screen is looked at again this often. */
const TICK_MS = 10_000;

/**
 * Shows the explorer until it is left.
 * @throws what is neither the daemon's nor the user's fault, the terminal restored
 */
export async function showExplorer(options: ShowExplorerOptions): Promise<'left' | 'interrupted'> {
  const { tty, colour, client, clock, config, filter, label, daemon, readOnly } = options;
  const preferences = await readPreferences(config);
  const actions = bound(ACTIONS, await readBindings(config, 'explorer'));
  const frames = createInkFrames();
  const body = createBody({ colour, actions });
  const finished = outcome<ExplorerState>();
  let scheduled = false;
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

  const terminal = openTerminal(
    tty,
    {
      onInput: guarded(onInput),
      onResize: guarded(size => {
        painter.forget();
        tell({ what: 'resized', size });
      }),
      onStop() {
        stopped = true;
      },
      onContinue: guarded(() => {
        stopped = false;
        painter.forget();
        tell({ what: 'resized', size: terminal.size() });
      }),
      onInterrupt: guarded(() => tell({ what: 'interrupted' })),
    },
    'whole',
  );
  const painter = createScreenPainter(terminal);
  let state = initialExplorer({
    filter,
    label,
    size: terminal.size(),
    preferences,
    readOnly,
    me: options.me,
    mayLogIn: options.login !== undefined,
  });
  const loader = createLoader({
    client,
    tell: guarded(tell),
    fail: finished.reject,
    after(ms, later) {
      const timer = setTimeout(guarded(later), ms);
      return () => clearTimeout(timer);
    },
  });
  const errands = createErrandRunner({
    client,
    terminal,
    clock,
    login: options.login ?? (async () => options.me),
    tell: guarded(tell),
    fail: finished.reject,
    repaint: () => painter.forget(),
  });

  function change(next: ExplorerState): void {
    if (next === state) return;
    const todo = next.errands;
    state = todo.length === 0 ? next : { ...next, errands: [] };
    if (state.ended !== undefined) finished.resolve(state);
    for (const errand of todo) errands.run(errand, state);
    loader.serve(state);
    draw();
  }
  function tell(happening: Happening): void {
    change(happened(state, happening));
  }
  function onInput(input: Input): void {
    change(entered(state, input, { now: clock(), actions }));
  }

  /** Draws once for all that happens in one turn. */
  function draw(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(
      guarded(() => {
        scheduled = false;
        // A signal to stop takes its time; what is drawn meanwhile would land on the shell's screen.
        if (state.ended === undefined && !stopped) painter.paint(frameOf());
      }),
    );
  }

  function frameOf(): ScreenRow[] {
    const now = clock();
    const { columns, lines } = state.size;
    const view = createElement(ExplorerFrame, { state, actions, daemon, now, colour });
    const drawn = frames.draw(view, columns);
    const rows: ScreenRow[] = Array.from({ length: lines }, (_, line) => [
      { column: 0, text: drawn[line] ?? '' },
    ]);
    if (isTooSmall(state)) return rows;
    const inside = body.rows(state, now);
    rows.splice(HEAD_LINES, inside.length, ...inside);
    return options.highContrast ? rows.map(contrasted) : rows;
  }

  const tick = setInterval(draw, TICK_MS);
  try {
    terminal.write(ASK_ATTRIBUTES);
    loader.serve(state);
    draw();
    const last = await finished.promise;
    await writePreferences(config, last).catch(() => undefined);
    return last.ended ?? 'left';
  } finally {
    clearInterval(tick);
    loader.close();
    errands.close();
    terminal.close();
    frames.close();
  }
}

const contrasted = (row: ScreenRow): ScreenRow =>
  row.map(({ column, text }) => ({ column, text: highContrast(text) }));

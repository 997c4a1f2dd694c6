// The explorer: takes the whole terminal, turns keys into states, states into frames, errands into deeds, and gives
// the terminal back as it was. React and Ink are loaded here and nowhere else on the way of a command.
import type { Me } from '../../../shared/api.js';
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { Client } from '../../../shared/client.js';
import type { ClientPaths } from '../../../shared/paths.js';
import type { TtyStreams } from '../../io.js';
import { createInkFrames } from '../ink-frames.js';
import { bound, readBindings } from '../keys/bindings.js';
import { freshMs } from '../lines/fresh.js';
import { show } from '../show.js';
import { highContrast } from '../terminal/contrast.js';
import { createScreenPainter, type ScreenRow } from '../terminal/screen-painter.js';
import { ACTIONS } from './actions.js';
import { createErrandRunner } from './errand-runner.js';
import type { OutsideErrand } from './errands.js';
import { createExplorerScreen } from './explorer-screen.js';
import { type Happening, happened } from './happenings.js';
import { createLoader } from './loader.js';
import { readPreferences, writePreferences } from './preferences.js';
import { shownTimes } from './shown-times.js';
import { type ExplorerState, initialExplorer } from './state.js';
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

/**
 * Shows the explorer until it is left.
 * @throws what is neither the daemon's nor the user's fault, the terminal restored
 */
export async function showExplorer(options: ShowExplorerOptions): Promise<'left' | 'interrupted'> {
  const { tty, colour, client, clock, config, filter, label, daemon, readOnly, me } = options;
  const preferences = await readPreferences(config);
  const actions = bound(ACTIONS, await readBindings(config, 'explorer'));
  const frames = createInkFrames();
  const screen = createExplorerScreen({ actions, daemon, colour, frames });

  function frameOf(state: ExplorerState): ScreenRow[] {
    const rows = screen.rows(state, clock());
    return options.highContrast ? rows.map(contrasted) : rows;
  }

  try {
    const last = await show<ExplorerState, OutsideErrand, Happening, ScreenRow[]>({
      tty,
      screen: 'whole',
      initial: size =>
        initialExplorer({
          ...{ filter, label, size, preferences, readOnly, me },
          mayLogIn: options.login !== undefined,
        }),
      painter: createScreenPainter,
      entered: (state, input) => entered(state, input, { now: clock(), actions }),
      happened,
      frame: frameOf,
      freshMs: state => freshMs(shownTimes(state), clock()),
      servant({ terminal, tell, fail, after }) {
        terminal.write(ASK_ATTRIBUTES);
        const loader = createLoader({ client, tell, fail, after });
        const login = options.login ?? (async () => me);
        const errands = createErrandRunner({ client, terminal, clock, login, tell, fail });
        return {
          serve: loader.serve,
          run: errands.run,
          close() {
            loader.close();
            errands.close();
          },
        };
      },
    });
    await writePreferences(config, last).catch(() => undefined);
    return last.ended ?? 'left';
  } finally {
    frames.close();
  }
}

const contrasted = (row: ScreenRow): ScreenRow =>
  row.map(({ column, text }) => ({ column, text: highContrast(text) }));

// whodid explore: the log on the full screen, with the keyboard. React is loaded only when it is shown.
import type { Command } from 'commander';
import { EVERYTHING } from '../../shared/audit-filter.js';
import type { Client } from '../../shared/client.js';
import { type Endpoint, endpointName } from '../../shared/endpoint.js';
import { formatRef } from '../../shared/object-ref.js';
import type { ClientPaths } from '../../shared/paths.js';
import { EXIT, Problem } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import { Exit } from '../exit.js';
import type { Io } from '../io.js';
import { examples } from '../lazy-commands.js';
import { objectArgument } from '../object-argument.js';
import type { SessionStore } from '../session.js';

interface ExploreFlags {
  readOnly?: boolean;
}

export interface ExploreOptions {
  io: Io;
  client: Client;
  clock: () => number;
  config: ClientPaths;
  /** `WHODID_CONTRAST=high` leaves out what is faint or coloured. */
  env: Record<string, string | undefined>;
  session: SessionStore;
  endpoint: Endpoint;
  /** Whether `WHODID_TOKEN` is set, which goes before any session. */
  tokenSet: boolean;
  /** `TYPE ID`, `TYPE:ID`, or nothing for the whole log. */
  words: string[];
  flags: ExploreFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Look through the log on the full screen: live events, who is busiest, each event in detail, each record as it stood. ? shows the keys.',
  );
  examples(command, [
    ['The whole log', 'whodid explore'],
    ['What has happened to one object', 'whodid explore users 2'],
    ['For looking alone', 'whodid explore --read-only'],
  ]);
  command
    .argument('[object...]', 'TYPE ID or TYPE:ID')
    .option('--read-only', 'switch off everything that changes data')
    .action((words: string[], flags: ExploreFlags) =>
      run({
        ...context,
        client: context.client(),
        session: context.session(),
        endpoint: context.endpoint(),
        tokenSet: Boolean(context.env.WHODID_TOKEN),
        words,
        flags,
      }),
    );
}

/**
 * @throws Problem `bad_request` without a terminal, or for an object that is none; Exit with 130 when it was ended
 * by Ctrl-C or a signal
 */
export async function run({
  io,
  client,
  words,
  flags,
  session,
  endpoint,
  tokenSet,
  ...rest
}: ExploreOptions): Promise<void> {
  const target = words.length === 0 ? undefined : objectArgument(words);
  const name = target === undefined ? undefined : formatRef(target.type, target.id);
  const filter = name === undefined ? EVERYTHING : { include: { target: [name] }, exclude: {} };
  const label = name ?? 'everything';
  if (io.accessible) {
    const { walkLog } = await import('../accessible/walk-log.js');
    const { clock, config } = rest;
    const readOnly = flags.readOnly === true;
    return walkLog({ io, client, clock, config, filter, label, readOnly, order: undefined, flags: {} });
  }
  const { tty } = io;
  if (tty === undefined) {
    throw new Problem(
      'bad_request',
      'The explorer needs a terminal on both sides. In a script, use `whodid audit events` and its formats.',
    );
  }
  // Whoever is not logged in, or has no daemon, hears of it before the screen is taken.
  const me = await client.me();
  // React looks at this when it is loaded; its development build takes twice as long for each key.
  process.env.NODE_ENV ??= 'production';
  const { showExplorer } = await import('../tui/explorer/show-explorer.js');
  const ended = await showExplorer({
    tty,
    client,
    clock: rest.clock,
    config: rest.config,
    colour: io.colour,
    filter,
    label,
    daemon: endpointName(endpoint),
    readOnly: flags.readOnly === true,
    highContrast: rest.env.WHODID_CONTRAST === 'high',
    me,
    ...(tokenSet ? {} : { login: loggingIn({ client, session }) }),
  });
  if (ended === 'interrupted') throw new Exit(EXIT.interrupted);
}

function loggingIn({ client, session }: Pick<ExploreOptions, 'client' | 'session'>) {
  return async (email: string, password: string) => {
    await session.save(await client.sessions.create({ email, password }));
    return client.me();
  };
}

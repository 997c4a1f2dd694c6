// whodid daemon start: the daemon in the background, and back when it is ready.
import type { Command } from 'commander';
import { configText } from '../../../shared/config-file.js';
import type { DaemonFlags } from '../../../shared/daemon-process.js';
import type { DataPaths } from '../../../shared/paths.js';
import { Problem } from '../../../shared/problem.js';
import { loadSettings } from '../../../shared/settings.js';
import type { CommandContext } from '../../context.js';
import { addListenOptions, daemonFlagsOf, type ListenFlags } from '../../daemon-flags.js';
import { Exit } from '../../exit.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { findLocalDaemon } from '../../local-daemon.js';
import { createOffline, type Offline } from '../../offline.js';
import { escapeText } from '../../output/escape.js';
import { settingDifferences, settingWords } from '../../setting-differences.js';
import { DaemonRefused, startInBackground } from '../../start-daemon.js';

/** Recovery after a crash with a full backlog is the longest start that there is, in milliseconds. */
const PATIENCE_MS = 60_000;

export interface StartDaemonOptions {
  io: Io;
  data: DataPaths;
  env: Record<string, string | undefined>;
  hasData: () => boolean;
  offline: Offline;
  flags: DaemonFlags;
  /** The JavaScript file of the daemon. */
  program?: string;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Start the daemon in the background and wait until it is ready. One that runs is left alone; if it runs with ' +
      'another address than the flags ask for, that is a conflict (exit 6).',
  );
  examples(command, [
    ['Start it', 'whodid daemon start'],
    ['When port 4180 is taken', 'whodid daemon start --listen 127.0.0.1:0'],
    ['And where is it?', 'whodid daemon status --fields url'],
  ]);
  addListenOptions(command).action((flags: ListenFlags) =>
    run({
      ...context,
      offline: createOffline(context.env),
      flags: daemonFlagsOf(flags),
    }),
  );
}

export async function run(options: StartDaemonOptions): Promise<void> {
  const { io, data, env, flags, program } = options;
  if (!options.hasData()) {
    throw new Problem(
      'not_found',
      `There is no data directory at ${data.dir}. Create it with \`whodid init\`.`,
    );
  }
  if (await saysRunning(options)) return;
  try {
    const { pid, url, socket } = await startInBackground({
      data,
      env,
      flags,
      timeoutMs: PATIENCE_MS,
      signal: io.interrupted(),
      ...(program === undefined ? {} : { program }),
    });
    io.writeError(`The daemon is running (pid ${pid}) on ${escapeText(url ?? socket)}.\n`);
  } catch (error) {
    if (!(error instanceof DaemonRefused)) throw error;
    // Of two that start at once one is refused, and has what it wanted.
    if (await saysRunning(options)) return;
    io.writeError(`whodid: ${escapeText(error.message)}\n`);
    throw new Exit(error.exit);
  }
}

/**
 * Whether a daemon runs; then that is said, and what it does otherwise than asked for.
 * @throws Problem `conflict` if flags ask for something else: whoever gave them would wait for it in vain
 */
async function saysRunning({ io, data, env, flags, offline }: StartDaemonOptions): Promise<boolean> {
  const daemon = await findLocalDaemon(data, offline);
  if (daemon.state !== 'running') return false;
  const { pid } = daemon.health;
  const wanted = loadSettings({
    flags,
    env,
    tomlText: configText(data.config),
    tomlFile: data.config,
  }).effective;
  const { settings } = daemon.note ?? {};
  const differences = settings === undefined ? [] : settingDifferences(settings, wanted);
  const [refused] = differences.filter(({ next }) => next.origin === 'flag');
  if (refused !== undefined) {
    throw new Problem(
      'conflict',
      `The daemon is running already (pid ${pid}), with ${settingWords(refused.now)}. For other flags use \`whodid daemon restart\` with them.`,
    );
  }
  io.writeError(`The daemon is running already (pid ${pid}).\n`);
  for (const { now, next } of differences) {
    // A flag of the running daemon stays in force with a restart.
    if (now.origin === 'flag') continue;
    io.writeError(`It has ${settingWords(now)}; \`whodid daemon restart\` makes it ${settingWords(next)}.\n`);
  }
  return true;
}

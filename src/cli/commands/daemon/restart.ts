// whodid daemon restart: stop and start, with the flags that it was started with unless others are given.
import type { Command } from 'commander';
import { configText } from '../../../shared/config-file.js';
import type { DaemonFlags, DaemonNote } from '../../../shared/daemon-process.js';
import { loadSettings } from '../../../shared/settings.js';
import type { CommandContext } from '../../context.js';
import { addListenOptions, daemonFlagsOf, type ListenFlags } from '../../daemon-flags.js';
import { examples } from '../../lazy-commands.js';
import { findLocalDaemon } from '../../local-daemon.js';
import { createOffline } from '../../offline.js';
import { type StartDaemonOptions, run as start } from './start.js';
import { type StopDaemonOptions, run as stop } from './stop.js';

export type RestartDaemonOptions = StartDaemonOptions & StopDaemonOptions;

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Stop the daemon if it runs, and start it with the same flags unless others are given.',
  );
  examples(command, [
    ['Restart it, e.g. after a change of config.toml', 'whodid daemon restart'],
    ['From now on without TCP', 'whodid daemon restart --no-tcp'],
  ]);
  addListenOptions(command).action((flags: ListenFlags) =>
    run({ ...context, offline: createOffline(context.env), kill: process.kill, flags: daemonFlagsOf(flags) }),
  );
}

export async function run(options: RestartDaemonOptions): Promise<void> {
  const daemon = await findLocalDaemon(options.data, options.offline);
  const before = daemon.state === 'running' ? flagsOf(daemon.note) : {};
  const flags = Object.keys(options.flags).length > 0 ? options.flags : before;
  // What cannot be started must not be found out when the one that runs is gone.
  loadSettings({
    flags,
    env: options.env,
    tomlText: configText(options.data.config),
    tomlFile: options.data.config,
  });
  await stop(options);
  await start({ ...options, flags });
}

/** The flags that a running daemon was started with. */
function flagsOf(note: DaemonNote | null): DaemonFlags {
  const byFlag = new Map(
    (note?.settings ?? []).filter(({ origin }) => origin === 'flag').map(({ name, value }) => [name, value]),
  );
  const listen = byFlag.get('listen');
  return {
    ...(typeof listen === 'string' || listen === false ? { listen } : {}),
    ...(byFlag.get('allowRemote') === true ? { allowRemote: true } : {}),
  };
}

// whodid daemon stop: ends the daemon when everything is in the log.
import type { Command } from 'commander';
import { EXIT } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import { Exit } from '../../exit.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { createOffline } from '../../offline.js';
import { type StopOptions, type Stopped, stopDaemon } from '../../stop-daemon.js';

export interface StopDaemonOptions extends StopOptions {
  io: Io;
}

const SENTENCES: Record<Stopped, string> = {
  absent: 'No daemon is running.',
  clean: 'The daemon has stopped.',
  undrained:
    'The daemon has stopped, but its logger did not finish in time. Nothing is lost: the next start stores the rest.',
};

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Stop the daemon: running requests are finished and their events stored. When none runs, all is done.',
  );
  examples(command, [['Stop it', 'whodid daemon stop']]);
  command.action(() =>
    run({ io: context.io, data: context.data, offline: createOffline(context.env), kill: process.kill }),
  );
}

export async function run({ io, ...stop }: StopDaemonOptions): Promise<void> {
  const stopped = await stopDaemon(stop);
  io.writeError(`${SENTENCES[stopped]}\n`);
  if (stopped === 'undrained') throw new Exit(EXIT.failed);
}

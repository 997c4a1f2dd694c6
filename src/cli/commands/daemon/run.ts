// whodid daemon run: the daemon in the foreground, for a terminal or a service manager.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Command } from 'commander';
import { daemonArguments } from '../../../shared/daemon-process.js';
import type { CommandContext } from '../../context.js';
import { addListenOptions, daemonFlagsOf, type ListenFlags } from '../../daemon-flags.js';
import { Exit } from '../../exit.js';
import { examples } from '../../lazy-commands.js';
import { DAEMON_PROGRAM } from '../../start-daemon.js';

export interface RunDaemonOptions {
  /** Aborted by Ctrl-C or SIGTERM. */
  interrupted: AbortSignal;
  env: Record<string, string | undefined>;
  flags: ListenFlags;
  /** The JavaScript file of the daemon. */
  program?: string;
  /** `inherit` unless told otherwise: the daemon logs where we do. */
  stdio?: 'inherit' | 'ignore';
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Run the daemon in the foreground until Ctrl-C or SIGTERM. It logs to stderr; what it is asked to finish, it finishes.',
  );
  examples(command, [
    ['In a terminal', 'whodid daemon run'],
    ['On a free port', 'whodid daemon run --listen 127.0.0.1:0'],
    ['For this machine alone, by its socket', 'whodid daemon run --no-tcp'],
  ]);
  addListenOptions(command).action((flags: ListenFlags) =>
    run({ interrupted: context.io.interrupted(), env: context.env, flags }),
  );
}

/** Ends as the daemon does. */
export async function run(options: RunDaemonOptions): Promise<void> {
  const { interrupted, env, flags, program = DAEMON_PROGRAM, stdio = 'inherit' } = options;
  const status = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...daemonArguments(daemonFlagsOf(flags))], {
      env,
      stdio,
    });
    // On a terminal Ctrl-C has reached the daemon already: being asked twice is the same to it.
    interrupted.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
  if (status !== 0) throw new Exit(status);
}

// The flags of `daemon run`, `start` and `restart`, declared once.
import type { Command } from 'commander';
import type { DaemonFlags } from '../shared/daemon-process.js';
import { Problem } from '../shared/problem.js';

export interface ListenFlags {
  listen?: string;
  /** False with `--no-tcp`. */
  tcp: boolean;
  allowRemote?: boolean;
}

/** Declares `--listen`, `--no-tcp` and `--allow-remote`. */
export function addListenOptions(command: Command): Command {
  return command
    .option('--listen <host:port>', 'the TCP address for other programs; port 0 takes a free one')
    .option('--no-tcp', 'the Unix socket alone')
    .option('--allow-remote', 'allow an address that other machines reach (put TLS in front)');
}

/** What the daemon is told. @throws Problem `bad_request` for flags that contradict each other */
export function daemonFlagsOf({ listen, tcp, allowRemote }: ListenFlags): DaemonFlags {
  if (listen !== undefined && !tcp) {
    throw new Problem('bad_request', '--listen and --no-tcp contradict each other: give one of them.');
  }
  return {
    ...(tcp ? {} : { listen: false as const }),
    ...(listen === undefined ? {} : { listen }),
    ...(allowRemote ? { allowRemote: true as const } : {}),
  };
}

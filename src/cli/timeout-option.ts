// How long a command waits for the log: `--timeout 10s`.
import type { Command } from 'commander';
import { Problem } from '../shared/problem.js';
import { durationMs } from './time.js';

export interface TimeoutFlags {
  timeout?: string;
}

const DEFAULT = '10s';

export function addTimeoutOption(command: Command): Command {
  return command.option('--timeout <time>', `how long to wait: 500ms, 30s, 2m (${DEFAULT})`);
}

/** In milliseconds. @throws Problem `bad_request` */
export function timeoutMs({ timeout = DEFAULT }: TimeoutFlags): number {
  const short = /^(\d{1,9})ms$/.exec(timeout)?.[1];
  const ms = short === undefined ? durationMs(timeout) : Number(short);
  if (ms === undefined)
    throw new Problem('bad_request', `--timeout takes 500ms, 30s or 2m, not "${timeout}".`);
  return ms;
}

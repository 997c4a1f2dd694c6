// The commands without a world to run in: for whoever reads what they are, as the manual page does.
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { hostIo } from './io.js';
import { createProgram } from './program.js';

/** Every command, unloaded (`loadCommand`), with nothing around it. */
export function commandTree(version: string): Command {
  const env = {};
  const stream = () => new PassThrough();
  const host = { stdin: stream(), stdout: stream(), stderr: stream(), env, once: () => undefined };
  return createProgram({
    io: () => hostIo(host, { interactive: false }),
    print: { out: () => undefined, error: () => undefined },
    clock: () => 0,
    env,
    version,
    width: 80,
  });
}

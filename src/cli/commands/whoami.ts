// whodid whoami: who the daemon takes you for.
import type { Command } from 'commander';
import type { Client } from '../../shared/client.js';
import type { CommandContext } from '../context.js';
import type { Io } from '../io.js';
import { examples } from '../lazy-commands.js';
import { addOutputOptions, type OutputFlags } from '../output/options.js';
import { showOne } from '../output/show.js';
import { ME_VIEW } from '../output/views.js';

export interface WhoamiOptions {
  io: Io;
  client: Client;
  clock: () => number;
  output: OutputFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description('Show who is logged in, with which role and until when.');
  examples(command, [
    ['Who am I here?', 'whodid whoami'],
    ['The id alone, for a script', 'whodid whoami --fields id'],
  ]);
  addOutputOptions(command);
  command.action((flags: OutputFlags) =>
    run({ io: context.io, client: context.client(), clock: context.clock, output: flags }),
  );
}

export async function run({ io, client, clock, output }: WhoamiOptions): Promise<void> {
  await showOne(await client.me(), ME_VIEW, { io, clock, flags: output });
}

// whodid audit checkpoint: what the log is at the moment, signed.
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { escapeText } from '../../output/escape.js';
import { CATCHING_UP } from '../../pages.js';

interface CheckpointFlags {
  publicKey?: boolean;
}

export interface CheckpointOptions {
  io: Io;
  client: Client;
  flags: CheckpointFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Print the newest checkpoint of the log: its size and the root of its tree, signed (C2SP tlog-checkpoint). Kept ' +
      'elsewhere, it shows later whether what the log was then has been changed.',
  );
  examples(command, [
    ['Keep it', 'whodid audit checkpoint > checkpoint.txt'],
    ['Keep the key that checks it, once', 'whodid audit checkpoint --public-key > whodid.pub'],
  ]);
  command
    .option('--public-key', 'print the key that signs checkpoints instead')
    .action((flags: CheckpointFlags) => run({ ...context, client: context.client(), flags }));
}

export async function run({ io, client, flags }: CheckpointOptions): Promise<void> {
  const { checkpoint, publicKey, stale } = await client.audit.checkpoint();
  if (stale && !flags.publicKey) io.writeError(`${CATCHING_UP}\n`);
  if (flags.publicKey) await io.write(`${escapeText(publicKey)}\n`);
  else await io.write(checkpoint.split('\n').map(escapeText).join('\n'));
}

// whodid audit checkpoint: what the log is at the moment, signed.
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import { EXIT } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import { Exit } from '../../exit.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { escapeText } from '../../output/escape.js';
import { CATCHING_UP } from '../../pages.js';
import { createPins, type Pins } from '../../pins.js';
import { seeLog } from '../../seen-log.js';

interface CheckpointFlags {
  publicKey?: boolean;
}

export interface CheckpointOptions {
  io: Io;
  client: Client;
  pins: Pins;
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
    .action((flags: CheckpointFlags) =>
      run({ ...context, client: context.client(), pins: createPins(context.config), flags }),
    );
}

/** @throws Exit with 7 if the log does not continue what this client has seen of it */
export async function run({ io, client, pins, flags }: CheckpointOptions): Promise<void> {
  const { checkpoint, key, findings, stale } = await seeLog({ client, pins });
  if (stale && !flags.publicKey) io.writeError(`${CATCHING_UP}\n`);
  if (flags.publicKey) await io.write(`${escapeText(key)}\n`);
  else await io.write(checkpoint.split('\n').map(escapeText).join('\n'));
  if (findings.length === 0) return;
  io.writeError('whodid: This is not the log that this client has seen before.\n');
  for (const { sentence } of findings) io.writeError(`  ${escapeText(sentence)}\n`);
  throw new Exit(EXIT.verificationFailed);
}

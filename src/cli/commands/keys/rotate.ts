// whodid keys rotate
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addOutputOptions, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showOne } from '../../output/show.js';
import { KEY_VIEW } from './key-view.js';

export interface RotateKeyOptions extends ShowOptions {
  client: Pick<Client, 'keys'>;
  flags: RotateFlags;
}

interface RotateFlags extends OutputFlags {
  checkpoints?: boolean;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Make a new key that signs from now on. Nobody is logged out: tokens of the old key stay good until they expire, ' +
      'after 10 minutes at most. With --checkpoints it is the key of checkpoints of the log: the old key signs for the ' +
      'new one, so whoever knows the old one verifies what the new one signs. For administrators.',
  );
  examples(command, [
    ['The key of access tokens', 'whodid keys rotate'],
    ['The key of checkpoints', 'whodid keys rotate --checkpoints'],
  ]);
  command.option(
    '--checkpoints',
    'the key that signs checkpoints of the log, instead of that of access tokens',
  );
  addOutputOptions(command, KEY_VIEW).action((flags: RotateFlags) =>
    run({ ...context, client: context.client(), flags }),
  );
}

export async function run({ client, ...show }: RotateKeyOptions): Promise<void> {
  const use = show.flags.checkpoints ? 'checkpoints' : 'tokens';
  await showOne(await client.keys.rotate(use), KEY_VIEW, show);
}

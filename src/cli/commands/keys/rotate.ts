// whodid keys rotate
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addOutputOptions, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showOne } from '../../output/show.js';
import { KEY_VIEW } from './key-view.js';

export interface RotateKeyOptions extends ShowOptions {
  client: Client;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Make a new key that signs from now on. Nobody is logged out: tokens of the old key stay good until they expire, ' +
      'after 10 minutes at most. For administrators.',
  );
  examples(command, [['Rotate', 'whodid keys rotate']]);
  addOutputOptions(command, KEY_VIEW).action((flags: OutputFlags) =>
    run({ ...context, client: context.client(), flags }),
  );
}

export async function run({ client, ...show }: RotateKeyOptions): Promise<void> {
  await showOne(await client.keys.rotate(), KEY_VIEW, show);
}

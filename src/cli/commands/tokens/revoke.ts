// whodid tokens revoke
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addOutputOptions, type OutputFlags } from '../../output/options.js';
import type { ShowOptions } from '../../output/show.js';
import { checkWrittenFlags, showWritten, WRITTEN_VIEW } from '../../record-output.js';

export interface RevokeTokenOptions extends ShowOptions {
  client: Client;
  id: string;
}

export function register(command: Command, context: CommandContext): void {
  command.description('Make an API token stop working, at once and for good.');
  examples(command, [
    ['Find its id', 'whodid tokens list'],
    ['Revoke it', 'whodid tokens revoke 9f3c61d27ab04e58a1c2d3e4f5061728'],
  ]);
  command.argument('<id>', 'the id of the token, not the token');
  addOutputOptions(command, WRITTEN_VIEW).action((id: string, flags: OutputFlags) =>
    run({ ...context, client: context.client(), id, flags }),
  );
}

export async function run({ client, id, ...show }: RevokeTokenOptions): Promise<void> {
  checkWrittenFlags(show);
  const { eventIds } = await client.tokens.revoke(id);
  await showWritten('Revoked', { type: 'tokens', id, events: eventIds }, show);
}

// whodid tokens list
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addOutputOptions, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showRows } from '../../output/show.js';
import { TOKEN_VIEW } from './token-view.js';

interface ListTokensFlags extends OutputFlags {
  all?: boolean;
}

export interface ListTokensOptions extends ShowOptions {
  client: Client;
  flags: ListTokensFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'List your API tokens: what they may do and until when. The secret itself is not kept anywhere.',
  );
  examples(command, [
    ['Your tokens', 'whodid tokens list'],
    ["Everybody's, as administrator", 'whodid tokens list --all'],
    ['Names and ends alone', 'whodid tokens list --fields name,expiresAt'],
  ]);
  command.option('--all', "everybody's tokens, as administrator");
  addOutputOptions(command, TOKEN_VIEW).action((flags: ListTokensFlags) =>
    run({ ...context, client: context.client(), flags }),
  );
}

export async function run({ client, ...show }: ListTokensOptions): Promise<void> {
  const { data } = await client.tokens.list({ all: show.flags.all === true });
  await showRows(data, TOKEN_VIEW, show);
}

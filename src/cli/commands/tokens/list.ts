// whodid tokens list
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addOutputOptions, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showRows } from '../../output/show.js';
import { addPagingOptions, limitOf, type PagingFlags, pagedRows } from '../../pages.js';
import { TOKEN_VIEW } from './token-view.js';

export interface ListTokensOptions extends ShowOptions {
  client: Client;
  flags: OutputFlags & PagingFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'List API tokens: what they may do and until when. The secret itself is not kept anywhere.',
  );
  examples(command, [
    ['The tokens', 'whodid tokens list'],
    ['Which were used, and when', 'whodid tokens list --fields name,lastUsedAt'],
  ]);
  addOutputOptions(addPagingOptions(command)).action((flags: OutputFlags & PagingFlags) =>
    run({ ...context, client: context.client(), flags }),
  );
}

export async function run({ client, ...show }: ListTokensOptions): Promise<void> {
  await showRows(
    pagedRows(page => client.tokens.list(page), limitOf(show.flags)),
    TOKEN_VIEW,
    show,
  );
}

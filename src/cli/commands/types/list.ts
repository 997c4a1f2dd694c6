// whodid types list
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addOutputOptions, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showRows } from '../../output/show.js';
import { addPagingOptions, limitOf, type PagingFlags, pagedRows } from '../../pages.js';
import { TYPE_VIEW } from './type-view.js';

export interface ListTypesOptions extends ShowOptions {
  client: Client;
  flags: OutputFlags & PagingFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description('List the types of records.');
  examples(command, [
    ['The types', 'whodid types list'],
    ['Their names', 'whodid types list --fields name'],
  ]);
  addOutputOptions(addPagingOptions(command)).action((flags: OutputFlags & PagingFlags) =>
    run({ ...context, client: context.client(), flags }),
  );
}

export async function run({ client, ...show }: ListTypesOptions): Promise<void> {
  await showRows(
    pagedRows(page => client.types.list(page), limitOf(show.flags)),
    TYPE_VIEW,
    show,
  );
}

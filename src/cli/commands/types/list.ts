// whodid types list
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addOutputOptions, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showRows } from '../../output/show.js';
import { TYPE_VIEW } from './type-view.js';

export interface ListTypesOptions extends ShowOptions {
  client: Client;
}

export function register(command: Command, context: CommandContext): void {
  command.description('List the types of records.');
  examples(command, [
    ['The types', 'whodid types list'],
    ['Their names', 'whodid types list --fields name'],
  ]);
  addOutputOptions(command, TYPE_VIEW).action((flags: OutputFlags) =>
    run({ ...context, client: context.client(), flags }),
  );
}

export async function run({ client, ...show }: ListTypesOptions): Promise<void> {
  const { data } = await client.types.list();
  await showRows(data, TYPE_VIEW, show);
}

// whodid types delete
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { typeArgument } from '../../object-argument.js';
import { addOutputOptions, type OutputFlags } from '../../output/options.js';
import type { ShowOptions } from '../../output/show.js';
import { checkWrittenFlags, showWritten, WRITTEN_VIEW } from '../../record-output.js';

interface DeleteTypeFlags extends OutputFlags {
  purge?: boolean;
}

export interface DeleteTypeOptions extends ShowOptions {
  client: Client;
  type: string;
  flags: DeleteTypeFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description('Delete a type that has no records, or with --purge all of them too. The log stays.');
  examples(command, [
    ['An empty type', 'whodid types delete invoices'],
    ['With all its records', 'whodid types delete drafts --purge'],
  ]);
  command
    .argument('<type>', 'the name of the type')
    .option('--purge', 'delete its records too, each with an event of its own');
  addOutputOptions(command, WRITTEN_VIEW).action((type: string, flags: DeleteTypeFlags) =>
    run({ ...context, client: context.client(), type, flags }),
  );
}

export async function run({ client, type, ...show }: DeleteTypeOptions): Promise<void> {
  checkWrittenFlags(show);
  const name = typeArgument(type);
  const { eventIds } = await client.types.delete(name, { purge: show.flags.purge === true });
  await showWritten('Deleted', { type: 'types', id: name, events: eventIds }, show);
}

// whodid delete: removes a record; the log keeps what it was.
import type { Command } from 'commander';
import type { Client } from '../../shared/client.js';
import type { CommandContext } from '../context.js';
import { examples } from '../lazy-commands.js';
import { objectArgument } from '../object-argument.js';
import { addOutputOptions, type OutputFlags } from '../output/options.js';
import type { ShowOptions } from '../output/show.js';
import { checkWrittenFlags, showWritten, WRITTEN_VIEW } from '../record-output.js';
import { addWriteOptions, type WriteFlags, writeOptions } from '../write-flags.js';

interface DeleteFlags extends OutputFlags, WriteFlags {}

export interface DeleteOptions extends ShowOptions {
  client: Client;
  /** `TYPE ID` or `TYPE:ID`. */
  object: string[];
  flags: DeleteFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description('Delete a record. The log keeps what it was, and who deleted it.');
  examples(command, [
    ['A note', 'whodid delete notes 17'],
    ['With the reason in the log', 'whodid delete users:3 --comment "asked for it"'],
  ]);
  command.argument('<object...>', 'TYPE ID, or TYPE:ID');
  addWriteOptions(command, { ifMatch: true });
  addOutputOptions(command, WRITTEN_VIEW).action((object: string[], flags: DeleteFlags) =>
    run({ ...context, client: context.client(), object, flags }),
  );
}

export async function run({ client, object, ...show }: DeleteOptions): Promise<void> {
  const { type, id } = objectArgument(object);
  checkWrittenFlags(show);
  const { eventIds } = await client.records.delete(type, id, writeOptions(show.flags));
  await showWritten('Deleted', { type, id, events: eventIds }, show);
}

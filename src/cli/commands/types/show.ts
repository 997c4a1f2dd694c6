// whodid types show
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { typeArgument } from '../../object-argument.js';
import { escapeText, safe, safePrettyJson } from '../../output/escape.js';
import { addOutputOptions, formatOf, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showOne } from '../../output/show.js';
import { TYPE_VIEW } from './type-view.js';

export interface ShowTypeOptions extends ShowOptions {
  client: Client;
  type: string;
}

export function register(command: Command, context: CommandContext): void {
  command.description('Show a type: its version, how much is recorded, and its schema.');
  examples(command, [
    ['What a user has', 'whodid types show users'],
    ['The schema, to change it', 'whodid types show invoices --fields schema --json | jq .schema'],
  ]);
  command.argument('<type>', 'the name of the type');
  addOutputOptions(command, TYPE_VIEW).action((type: string, flags: OutputFlags) =>
    run({ ...context, client: context.client(), type, flags }),
  );
}

export async function run({ client, type, ...show }: ShowTypeOptions): Promise<void> {
  const info = await client.types.get(typeArgument(type));
  if (formatOf(show.flags, show.io) !== 'table' || show.flags.fields !== undefined) {
    return showOne(info, TYPE_VIEW, show);
  }
  const kind = info.builtIn ? 'built in' : 'your own';
  await show.io.write(`${safe`${escapeText(info.name)}, version ${info.version}`}, ${kind}\n`);
  await show.io.write(`recorded ${safePrettyJson(info.record)}\n`);
  await show.io.write(`schema ${safePrettyJson(info.schema)}\n`);
}

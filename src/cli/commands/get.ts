// whodid get: one record.
import type { Command } from 'commander';
import type { Client } from '../../shared/client.js';
import type { CommandContext } from '../context.js';
import { examples } from '../lazy-commands.js';
import { objectArgument } from '../object-argument.js';
import { escapeText } from '../output/escape.js';
import { addOutputOptions, formatOf, type OutputFlags } from '../output/options.js';
import { type ShowOptions, showOne } from '../output/show.js';
import { viewOfType } from '../record-output.js';

export interface GetOptions extends ShowOptions {
  client: Client;
  /** `TYPE ID` or `TYPE:ID`. */
  object: string[];
}

export function register(command: Command, context: CommandContext): void {
  command.description('Show one record. The log keeps that you looked.');
  examples(command, [
    ['A user', 'whodid get users 1'],
    ['The same, as JSON', 'whodid get users:1 --json'],
    ['One field', 'whodid get users 1 --fields email'],
  ]);
  command.argument('<object...>', 'TYPE ID, or TYPE:ID');
  addOutputOptions(command).action((object: string[], flags: OutputFlags) =>
    run({ ...context, client: context.client(), object, flags }),
  );
}

export async function run({ client, object, ...show }: GetOptions): Promise<void> {
  const { type, id } = objectArgument(object);
  const view = await viewOfType(client, type, show);
  const { record, etag } = await client.records.get(type, id);
  await showOne(record, view, show);
  const whole = formatOf(show.flags, show.io) === 'table' && show.flags.fields === undefined;
  if (whole && etag !== undefined) await show.io.write(`\nETag ${escapeText(etag)}\n`);
}

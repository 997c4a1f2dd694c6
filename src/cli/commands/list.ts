// whodid list: the records of a type.
import type { Command } from 'commander';
import type { Client } from '../../shared/client.js';
import { Problem } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import { examples } from '../lazy-commands.js';
import { typeArgument } from '../object-argument.js';
import { addOutputOptions, type OutputFlags } from '../output/options.js';
import { type ShowOptions, showRows } from '../output/show.js';
import { addPagingOptions, limitOf, type PagingFlags, pagedRows } from '../pages.js';
import { idsAlone, viewOfType } from '../record-output.js';
import { collect } from '../repeatable.js';

interface ListFlags extends OutputFlags, PagingFlags {
  where?: string[];
}

export interface ListOptions extends ShowOptions {
  client: Client;
  type: string;
  flags: ListFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'List the records of a type. The log keeps a view of each record that is shown; --fields id shows ids alone, which is no view.',
  );
  examples(command, [
    ['The users', 'whodid list users'],
    ['The notes on one object', 'whodid list notes --where targetType=users --where targetId=1'],
    ['All of them, for another program', 'whodid list invoices --all --jsonl'],
  ]);
  command
    .argument('<type>', 'users, notes, or a type of your own (whodid types list)')
    .option('--where <field=value>', 'only records with this value; repeat for more', collect);
  addOutputOptions(addPagingOptions(command)).action((type: string, flags: ListFlags) =>
    run({ ...context, client: context.client(), type, flags }),
  );
}

export async function run({ client, type, ...show }: ListOptions): Promise<void> {
  const { flags } = show;
  const limit = limitOf(flags);
  const where = (flags.where ?? []).map(condition);
  const name = typeArgument(type);
  const view = await viewOfType(client, name, show);
  const minimal = idsAlone(flags);
  const rows = pagedRows(page => client.records.list(name, { ...page, where, minimal }), limit);
  await showRows(rows, view, show);
}

function condition(text: string): [field: string, value: string] {
  const sign = text.indexOf('=');
  if (sign > 0) return [text.slice(0, sign), text.slice(sign + 1)];
  throw new Problem('bad_request', `--where takes field=value, not "${text}".`);
}

// whodid restore-record: brings a record back to how it stood, as an ordinary change of whoever runs it.
import type { Command } from 'commander';
import type { Client } from '../../shared/client.js';
import { formatRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import { examples } from '../lazy-commands.js';
import { addMomentOptions, type MomentFlags, momentOf } from '../moment-options.js';
import { objectArgument } from '../object-argument.js';
import type { ShowOptions } from '../output/show.js';
import { addRevertOptions, type RevertFlags, revertAndShow } from '../revert-and-show.js';

interface RestoreFlags extends RevertFlags, MomentFlags {}

export interface RestoreOptions extends ShowOptions {
  client: Client;
  /** `TYPE ID` or `TYPE:ID`. */
  object: string[];
  flags: RestoreFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Bring a record back to how it stood at a moment, also a deleted one, under its id. Fields that the log does not hold stay as they are.',
  );
  examples(command, [
    ['Back to yesterday', 'whodid restore-record invoices 4 --time yesterday'],
    ['Only look', 'whodid restore-record invoices 4 --time 2h --dry-run'],
    ['In a script', 'whodid restore-record notes:17 --seq 1234 --yes --comment "deleted by mistake"'],
  ]);
  command.argument('<object...>', 'TYPE ID, or TYPE:ID');
  addMomentOptions(command);
  addRevertOptions(command).action((object: string[], flags: RestoreFlags) =>
    run({ ...context, client: context.client(), object, flags }),
  );
}

export async function run({ client, object, ...show }: RestoreOptions): Promise<void> {
  const { type, id } = objectArgument(object);
  const moment = momentOf(show.flags, show.clock());
  if (moment.time === undefined && moment.seq === undefined) {
    throw new Problem('bad_request', 'Back to when? Give --time or --seq.');
  }
  await revertAndShow(client, { target: formatRef(type, id), ...moment }, show);
}

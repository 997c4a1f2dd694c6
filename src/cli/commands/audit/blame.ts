// whodid audit blame: like `git blame` for an object: who set each of its fields, and when.
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import { didYouMean } from '../../../shared/nearest.js';
import { formatRef } from '../../../shared/object-ref.js';
import type { CommandContext } from '../../context.js';
import { explainingUnknown } from '../../empty-answer.js';
import { examples } from '../../lazy-commands.js';
import { addMomentOptions, type MomentFlags, momentOf } from '../../moment-options.js';
import { objectArgument } from '../../object-argument.js';
import { BLAME_VIEW } from '../../output/blame-view.js';
import { escapeText } from '../../output/escape.js';
import { addOutputOptions, fieldNames, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showRows } from '../../output/show.js';
import { pickFields } from '../../output/view.js';
import { CATCHING_UP } from '../../pages.js';

interface BlameFlags extends OutputFlags, MomentFlags {
  field?: string;
}

export interface BlameOptions extends ShowOptions {
  client: Client;
  /** `TYPE ID` or `TYPE:ID`. */
  object: string[];
  flags: BlameFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'For each field of an object: its value, who set it, when, in which event, and how many events named it.',
  );
  examples(command, [
    ['Who set what', 'whodid audit blame users 1'],
    ['One field alone', 'whodid audit blame users 1 --field email'],
    ['As it was a week ago', 'whodid audit blame invoices:4 --time 7d'],
    ['The event behind a value', 'whodid audit blame users 1 --field email --fields eventId'],
  ]);
  command.argument('<object...>', 'TYPE ID, or TYPE:ID').option('--field <name>', 'this field alone');
  addMomentOptions(command);
  addOutputOptions(command, BLAME_VIEW).action((object: string[], flags: BlameFlags) =>
    run({ ...context, client: context.client(), object, flags }),
  );
}

export async function run({ client, object, ...show }: BlameOptions): Promise<void> {
  const { flags } = show;
  const target = objectArgument(object);
  const moment = momentOf(flags, show.clock());
  pickFields(BLAME_VIEW, fieldNames(flags) ?? []);
  const fields = await client.audit.blame(target, moment).catch(explainingUnknown(client, target));
  if (fields.some(({ stale }) => stale)) show.io.writeError(`${CATCHING_UP}\n`);
  const wanted = fields.filter(({ field }) => flags.field === undefined || field === flags.field);
  await showRows(wanted, BLAME_VIEW, show);
  if (wanted.length > 0 || flags.field === undefined) return;
  const known = fields.map(({ field }) => field);
  const said = `${formatRef(target.type, target.id)} has no field "${flags.field}".`;
  show.io.writeError(
    `${escapeText(`${said}${didYouMean(flags.field, known)} It has ${known.join(', ')}.`)}\n`,
  );
}

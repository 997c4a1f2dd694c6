// whodid audit blame: like `git blame` for an object: who set each of its fields, and when.
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { Blame } from '../../../shared/object-history.js';
import { formatRef } from '../../../shared/object-ref.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addMomentOptions, type MomentFlags, momentOf } from '../../moment-options.js';
import { objectArgument } from '../../object-argument.js';
import { escapeText, safe, safeJson } from '../../output/escape.js';
import { named } from '../../output/event-view.js';
import { addOutputOptions, fieldNames, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showRows } from '../../output/show.js';
import { pickFields, properties, timeProperty, type View } from '../../output/view.js';
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

const BLAME_VIEW: View<Blame> = {
  fields: [
    ...properties<Blame>(['field', 'value', 'hidden']),
    { name: 'actor', value: ({ actorType, actorId }) => formatRef(actorType, actorId) },
    ...properties<Blame>(['actorType', 'actorId', 'actorName']),
    timeProperty<Blame>('timestamp'),
    ...properties<Blame>(['eventId', 'seq', 'changes']),
  ],
  row: ['field', 'value', 'actor', 'timestamp', 'eventId', 'changes'],
  columns: time => [
    { title: 'FIELD', cell: ({ field }) => escapeText(field), style: () => 'bold', usual: 12 },
    {
      title: 'VALUE',
      cell: ({ value, hidden }) => (hidden === undefined ? safeJson(value) : safe`(${escapeText(hidden)})`),
      usual: 30,
    },
    {
      title: 'SET BY',
      cell: ({ actorName, actorType, actorId }) => named(actorName, actorType, actorId),
      kept: ({ actorType, actorId }) => escapeText(formatRef(actorType, actorId)),
      usual: 20,
    },
    { title: 'WHEN', cell: ({ timestamp }) => time(timestamp), style: () => 'dim', usual: 10, whole: true },
    { title: 'CHANGES', cell: ({ changes }) => safe`${changes}`, usual: 7, spare: 1 },
    { title: 'SEQ', cell: ({ seq }) => safe`${seq}`, style: () => 'dim', usual: 5, whole: true },
  ],
};

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
  const fields = await client.audit.blame(target, moment);
  if (fields.some(({ stale }) => stale)) show.io.writeError(`${CATCHING_UP}\n`);
  const wanted = fields.filter(({ field }) => flags.field === undefined || field === flags.field);
  await showRows(wanted, BLAME_VIEW, show);
}

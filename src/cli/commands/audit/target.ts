// whodid audit target: who has done what to one object.
import type { Command } from 'commander';
import { formatRef } from '../../../shared/object-ref.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { objectArgument } from '../../object-argument.js';
import { addQueryOptions, type QueryFlags, type QueryOptions, runQuery } from './query.js';

export interface TargetOptions extends Omit<QueryOptions, 'subject'> {
  /** `TYPE ID` or `TYPE:ID`. */
  object: string[];
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Who has done what to this object, newest first. Objects that are gone are remembered.',
  );
  examples(command, [
    ['Everything that happened to a user', 'whodid audit target users 1'],
    ['Who changed the e-mail address', 'whodid audit target users 1 --field email'],
    ['Without the views', 'whodid audit target notes:17 --not action=viewed'],
    ['As it happens', 'whodid audit target files fastify.js --follow'],
  ]);
  command.argument('<object...>', 'TYPE ID, or TYPE:ID');
  addQueryOptions(command).action((object: string[], flags: QueryFlags) =>
    run({ ...context, client: context.client(), object, flags }),
  );
}

export async function run({ object, ...query }: TargetOptions): Promise<void> {
  const { type, id } = objectArgument(object);
  await runQuery({ ...query, subject: { key: 'target', value: formatRef(type, id) } });
}

// whodid audit actor: what one actor has done with their own hands.
import type { Command } from 'commander';
import { formatRef } from '../../../shared/object-ref.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { objectArgument } from '../../object-argument.js';
import { addQueryOptions, type QueryFlags, type QueryOptions, runQuery } from './query.js';

export interface ActorOptions extends Omit<QueryOptions, 'subject'> {
  /** `TYPE ID` or `TYPE:ID`. */
  object: string[];
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'What this actor has done, newest first. What tokens did for a user is found with audit events --on-behalf-of.',
  );
  examples(command, [
    ['Everything that a user did', 'whodid audit actor users 1'],
    ['What they changed since yesterday', 'whodid audit actor users 1 --action changed --since yesterday'],
    ['Refused, too', 'whodid audit actor users:2 --outcome denied,failure'],
    ['For another program', 'whodid audit actor users 1 --all --jsonl | jq .targetId'],
  ]);
  command.argument('<object...>', 'TYPE ID, or TYPE:ID');
  addQueryOptions(command).action((object: string[], flags: QueryFlags) =>
    run({ ...context, client: context.client(), object, flags }),
  );
}

export async function run({ object, ...query }: ActorOptions): Promise<void> {
  const { type, id } = objectArgument(object);
  await runQuery({ ...query, subject: { key: 'actor', value: formatRef(type, id) } });
}

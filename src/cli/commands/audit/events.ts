// whodid audit events: the whole log, by any filter.
import type { Command } from 'commander';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addQueryOptions, type QueryFlags, runQuery } from './query.js';

export function register(command: Command, context: CommandContext): void {
  command.description('All events, newest first, by any combination of filters.');
  examples(command, [
    ['The last two hours', 'whodid audit events --since 2h'],
    ['Who was refused what', 'whodid audit events --outcome denied'],
    ['Everything of one request', 'whodid audit events --request 4f1d… --order asc'],
    ['What comes, without views', 'whodid audit events --follow --not action=viewed'],
    ['A day, for a spreadsheet', 'whodid audit events --since 2026-07-30 --until 2026-07-31 --all --csv'],
  ]);
  addQueryOptions(command).action((flags: QueryFlags) =>
    runQuery({ ...context, client: context.client(), flags }),
  );
}

// whodid tokens: API tokens, for programs that report events or ask questions.
import type { Command } from 'commander';
import type { CommandContext } from '../../context.js';
import { addCommands, type CommandGroup } from '../../lazy-commands.js';

const TOKEN_COMMANDS: CommandGroup[] = [
  {
    heading: 'Commands:',
    entries: [
      { name: 'list', summary: 'list your tokens', load: () => import('./list.js') },
      { name: 'create', summary: 'create a token; it is shown once', load: () => import('./create.js') },
      { name: 'revoke', summary: 'make a token stop working', load: () => import('./revoke.js') },
    ],
  },
];

export function register(command: Command, context: CommandContext): void {
  command.description(
    'API tokens for programs: never more than their role and their owner may do, and until they expire.',
  );
  addCommands(command, TOKEN_COMMANDS, () => context);
}

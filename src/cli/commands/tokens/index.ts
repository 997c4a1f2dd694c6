// whodid tokens: API tokens, for programs that report events or ask questions.
import type { Command } from 'commander';
import type { CommandContext } from '../../context.js';
import { addCommands, type CommandGroup, examples } from '../../lazy-commands.js';

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
  examples(command, [
    [
      'One for a program that asks the log',
      'whodid tokens create --name dashboard --role auditor --expires 30d',
    ],
    ['Which there are', 'whodid tokens list'],
    ['One that is not needed any more', 'whodid tokens revoke 9f3c61d27ab04e58a1c2d3e4f5061728'],
  ]);
  addCommands(command, TOKEN_COMMANDS, () => context);
}

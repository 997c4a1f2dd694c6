// whodid keys: the keys that sign access tokens and checkpoints of the log.
import type { Command } from 'commander';
import type { CommandContext } from '../../context.js';
import { addCommands, type CommandGroup, examples } from '../../lazy-commands.js';

const KEY_COMMANDS: CommandGroup[] = [
  {
    heading: 'Commands:',
    entries: [
      { name: 'list', summary: 'list the keys', load: () => import('./list.js') },
      { name: 'rotate', summary: 'sign with a new key from now on', load: () => import('./rotate.js') },
    ],
  },
];

export function register(command: Command, context: CommandContext): void {
  command.description(
    'The keys that sign access tokens and checkpoints of the log. The newest of each use signs. An older one of tokens ' +
      'verifies until its last tokens have expired; one of checkpoints verifies for ever.',
  );
  examples(command, [
    ['Which there are', 'whodid keys list'],
    ['A new one for access tokens', 'whodid keys rotate'],
  ]);
  addCommands(command, KEY_COMMANDS, () => context);
}

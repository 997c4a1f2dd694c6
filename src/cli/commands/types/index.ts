// whodid types: the types of records, the user's own among them.
import type { Command } from 'commander';
import type { CommandContext } from '../../context.js';
import { addCommands, type CommandGroup, examples } from '../../lazy-commands.js';

const TYPE_COMMANDS: CommandGroup[] = [
  {
    heading: 'Commands:',
    entries: [
      { name: 'list', summary: 'list the types', load: () => import('./list.js') },
      { name: 'show', summary: 'show the schema of a type', load: () => import('./show.js') },
      { name: 'define', summary: 'define a type, or a new version of it', load: () => import('./define.js') },
      { name: 'delete', summary: 'delete a type', load: () => import('./delete.js') },
    ],
  },
];

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Show and define types of records. A type of your own is a full citizen of every command.',
  );
  examples(command, [
    ['Which there are', 'whodid types list'],
    ['What a user has', 'whodid types show users'],
    ['One of your own', 'whodid types define invoices --schema invoice.schema.json'],
  ]);
  addCommands(command, TYPE_COMMANDS, () => context);
}

// Commands that are known by name and loaded when they are called: `whodid audit target` reads the files of
// that one command, and `whodid --help` none.
import type { Command } from 'commander';
import type { CommandContext } from './context.js';

/** What the file of a command exports. */
export interface CommandModule {
  /** Gives `command`, which has its name already, its arguments, options, help and action. */
  register(command: Command, context: CommandContext): void;
}

/** One line of a table of commands. */
export interface CommandEntry {
  name: string;
  /** One line for the list of commands; starts in lower case. */
  summary: string;
  load(): Promise<CommandModule>;
}

/** Puts a heading and its commands under `parent`; their files are loaded when they are called. */
export function addCommands(parent: Command, entries: CommandEntry[], context: () => CommandContext): void {
  for (const { name, summary } of entries) parent.command(name).summary(summary);
  parent.hook('preSubcommand', async (_parent, command) => {
    const entry = entries.find(({ name }) => name === command.name());
    if (entry === undefined) return;
    const { register } = await entry.load();
    register(command, context());
  });
}

/** Puts examples at the head of a command's help: `[what it shows, the command line]`. */
export function examples(command: Command, lines: [meaning: string, example: string][]): void {
  const text = lines.map(([meaning, example]) => `  # ${meaning}\n  $ ${example}`).join('\n');
  command.addHelpText('before', `Examples:\n${text}\n`);
}

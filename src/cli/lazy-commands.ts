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

/** Commands that belong together, under the heading that `--help` gives them. */
export interface CommandGroup {
  heading: string;
  entries: CommandEntry[];
}

/** Puts commands under `parent` by name; the file of one is loaded when it is called. */
export function addCommands(parent: Command, groups: CommandGroup[], context: () => CommandContext): void {
  const entries = new Map<string, CommandEntry>();
  parent.helpCommand(false);
  for (const { heading, entries: members } of groups) {
    for (const entry of members) {
      entries.set(entry.name, entry);
      parent.command(entry.name).summary(entry.summary).helpGroup(heading);
    }
  }
  parent.hook('preSubcommand', async (_parent, command) => {
    const entry = entries.get(command.name());
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

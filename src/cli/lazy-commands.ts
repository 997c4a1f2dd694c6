// Commands that are known by name and loaded when they are called: `whodid audit target` reads the files of
// that one command, and `whodid --help` none.
import type { Command } from 'commander';
import { fullName } from './command-name.js';
import type { CommandContext } from './context.js';
import { refuseUnknownCommands } from './unknown-command.js';

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

/** What is still to be done for a command that is known by name alone. */
const loaders = new WeakMap<Command, () => Promise<void>>();

/** Puts commands under `parent` by name; the file of one is loaded when it is called. */
export function addCommands(parent: Command, groups: CommandGroup[], context: () => CommandContext): void {
  parent.helpCommand(false);
  refuseUnknownCommands(parent);
  for (const { heading, entries } of groups) {
    for (const { name, summary, load } of entries) {
      const command = parent.command(name).summary(summary).helpGroup(heading);
      command.showHelpAfterError(`See \`${fullName(command)} --help\`.`);
      loaders.set(command, async () => (await load()).register(command, context()));
    }
  }
  parent.hook('preSubcommand', (_parent, command) => loadCommand(command));
}

/** Loads the file of `command`, unless that was done: then it has its arguments, options and subcommands. */
export async function loadCommand(command: Command): Promise<void> {
  const load = loaders.get(command);
  loaders.delete(command);
  await load?.();
}

/** What an example shows, and its command line. */
export type Example = [meaning: string, example: string];
const shownExamples = new WeakMap<Command, readonly Example[]>();

/** The examples of a command that is loaded. */
export const examplesOf = (command: Command): readonly Example[] => shownExamples.get(command) ?? [];

/** Puts examples at the head of a command's help: `[what it shows, the command line]`. */
export function examples(command: Command, lines: Example[]): void {
  shownExamples.set(command, lines);
  const text = lines.map(([meaning, example]) => `  # ${meaning}\n  $ ${example}`).join('\n');
  command.addHelpText('before', `Examples:\n${text}\n`);
}

// A word where a command should stand that is none: refused, also where help was asked for.
import type { Command } from 'commander';

/** Thrown for a word that names no command of `parent`. */
export class UnknownCommand extends Error {
  readonly parent: Command;
  readonly word: string;

  constructor(parent: Command, word: string) {
    super(`unknown command ${word}`);
    this.name = 'UnknownCommand';
    this.parent = parent;
    this.word = word;
  }
}

/** Has `parent` throw `UnknownCommand` for what is none of its commands. */
export function refuseUnknownCommands(parent: Command): void {
  parent.on('command:*', ([word = '']: string[]) => {
    throw new UnknownCommand(parent, word);
  });
  parent.addHelpText('beforeAll', ({ command }) => {
    const [word] = command.args;
    const isCommand = command.commands.some(each => each.name() === word);
    if (command === parent && word !== undefined && !word.startsWith('-') && !isCommand) {
      throw new UnknownCommand(parent, word);
    }
    return '';
  });
}

// whodid completion: the script by which a shell completes commands, options, types, ids and fields.
import type { Command } from 'commander';
import { Problem } from '../../shared/problem.js';
import { SHELL_WAYS } from '../completion/shells.js';
import { SHELLS } from '../completion/word-table.js';
import type { CommandContext } from '../context.js';
import type { Io } from '../io.js';
import { examples } from '../lazy-commands.js';

export interface CompletionOptions {
  io: Pick<Io, 'write'>;
  shell: string;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Print what makes the tab key complete commands, options, types, ids and field names in a shell. Completing records no views: it asks for ids alone.',
  );
  examples(command, [
    ['In ~/.bashrc', 'eval "$(whodid completion bash)"'],
    ['In ~/.zshrc, after compinit', 'eval "$(whodid completion zsh)"'],
    ['In ~/.config/fish/config.fish', 'whodid completion fish | source'],
  ]);
  command.argument('<shell>', SHELLS.join(', ')).action((shell: string) => run({ io: context.io, shell }));
}

export async function run({ io, shell }: CompletionOptions): Promise<void> {
  const known = SHELLS.find(name => name === shell);
  if (known === undefined) {
    throw new Problem('bad_request', `"${shell}" is not a shell that is known: ${SHELLS.join(', ')}.`);
  }
  await io.write(SHELL_WAYS[known].script);
}

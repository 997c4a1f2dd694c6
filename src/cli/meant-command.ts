// Which command was meant by a word that is none, be it one of another group: `whodid events` is `whodid audit events`.
import type { Command } from 'commander';
import { nearest } from '../shared/nearest.js';
import { Problem } from '../shared/problem.js';
import { fullName } from './command-name.js';
import { loadCommand } from './lazy-commands.js';
import type { UnknownCommand } from './unknown-command.js';

/** The usage error `bad_request`, with what may have been meant. */
export async function unknownCommandProblem({ parent, word }: UnknownCommand): Promise<Problem> {
  const sibling = nearest(word, namesUnder(parent));
  const meant = sibling === undefined ? await inAnyGroup(rootOf(parent), word) : fullName(parent, sibling);
  const suggestion = meant === undefined ? '' : ` Did you mean "${meant}"?`;
  return new Problem(
    'bad_request',
    `There is no command "${fullName(parent, word)}".${suggestion} See \`${fullName(parent)} --help\`.`,
  );
}

const namesUnder = (command: Command) => command.commands.map(each => each.name());
const rootOf = (command: Command): Command => (command.parent === null ? command : rootOf(command.parent));

async function inAnyGroup(root: Command, word: string): Promise<string | undefined> {
  const paths = new Map(namesUnder(root).map(name => [name, fullName(root, name)]));
  for (const group of root.commands) {
    await loadCommand(group);
    for (const name of namesUnder(group)) {
      if (!paths.has(name)) paths.set(name, fullName(group, name));
    }
  }
  const name = nearest(word, paths.keys());
  return name === undefined ? undefined : paths.get(name);
}

// What the roles may do, for the help of commands that give one.
import type { Command } from 'commander';
import { ROLE_SUMMARIES, type Role } from '../shared/vocabulary.js';
import { escapeText } from './output/escape.js';
import { wrapWords } from './output/wrap.js';

/** Puts the roles below a command's options. */
export function addRoleHelp(command: Command, heading: string, roles: readonly Role[]): Command {
  return command.addHelpText('after', ({ command: shown }) => {
    const width = shown.createHelp().helpWidth ?? shown.configureOutput().getOutHelpWidth?.() ?? 80;
    const lines = roles.flatMap(role => {
      const [first = '', ...more] = wrapWords(escapeText(ROLE_SUMMARIES[role]), Math.max(30, width - 12));
      return [`  ${role.padEnd(8)}  ${first}`, ...more.map(line => `${' '.repeat(12)}${line}`)];
    });
    return `\n${heading}\n${lines.join('\n')}`;
  });
}

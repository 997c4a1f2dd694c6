// whodid passwd: one's own password, or as administrator somebody's.
import type { Command } from 'commander';
import type { Client } from '../../shared/client.js';
import { Problem } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import type { Io } from '../io.js';
import { examples } from '../lazy-commands.js';
import { escapeText } from '../output/escape.js';
import { askNewPassword } from '../secrets.js';
import { readLines } from '../stdin.js';

interface PasswdFlags {
  passwordStdin?: boolean;
}

export interface PasswdOptions extends PasswdFlags {
  io: Io;
  client: Client;
  /** Whose; one's own when absent. */
  user?: string;
}

interface Passwords {
  password: string;
  currentPassword?: string;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Set your own password, or as administrator that of another user. All other sessions of that user end.',
  );
  examples(command, [
    ['Your own; both passwords are asked for', 'whodid passwd'],
    ["Somebody's, as administrator", 'whodid passwd 2'],
    [
      'Your own in a script: the current one on the first line, the new one on the second',
      `printf '%s\\n' "$OLD" "$NEW" | whodid passwd --password-stdin`,
    ],
    ["Somebody's in a script: one line", `printf '%s\\n' "$NEW" | whodid passwd 2 --password-stdin`],
  ]);
  command
    .argument('[user-id]', 'the id of the user; you when absent')
    .option('--password-stdin', 'read the new password from stdin (your own: after the current one)')
    .action((user: string | undefined, flags: PasswdFlags) =>
      run({ ...flags, ...(user === undefined ? {} : { user }), io: context.io, client: context.client() }),
    );
}

export async function run(options: PasswdOptions): Promise<void> {
  const { io, client } = options;
  if (!options.passwordStdin && !io.canPrompt) {
    throw new Problem(
      'bad_request',
      'The password is missing: there is no terminal to ask on. Use --password-stdin.',
    );
  }
  const me = await client.me();
  const user = options.user ?? me.id;
  const own = me.actorType === 'users' && user === me.id;
  const passwords = await (options.passwordStdin ? fromStdin(io, own) : fromTerminal(io, own));
  await client.setPassword(user, passwords);
  io.writeError(own ? 'Your password is set.\n' : `The password of users:${escapeText(user)} is set.\n`);
}

async function fromTerminal(io: Io, own: boolean): Promise<Passwords> {
  const current = own ? { currentPassword: await io.prompts.password('Current password') } : {};
  return { ...current, password: await askNewPassword(io) };
}

async function fromStdin(io: Io, own: boolean): Promise<Passwords> {
  const lines = await readLines(io.stdin);
  const [first = '', second = ''] = lines;
  if (own && lines.length === 2) return { currentPassword: first, password: second };
  if (!own && lines.length === 1) return { password: first };
  throw new Problem(
    'bad_request',
    own
      ? '--password-stdin takes two lines for your own password: the current one, then the new one.'
      : '--password-stdin takes one line, the new password.',
  );
}

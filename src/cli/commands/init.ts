// whodid init: the data directory, its keys and the first administrator.
import type { Command } from 'commander';
import type { DataPaths } from '../../shared/paths.js';
import { Problem } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import type { Io } from '../io.js';
import { examples } from '../lazy-commands.js';
import { createOffline, type Offline } from '../offline.js';
import { escapeText } from '../output/escape.js';
import { askNewPassword, askPassword } from '../secrets.js';

interface InitFlags {
  name?: string;
  email?: string;
  passwordStdin?: boolean;
}

export interface InitOptions extends InitFlags {
  io: Io;
  data: DataPaths;
  hasData: () => boolean;
  offline: Offline;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Create the data directory ($WHODID_HOME, else $XDG_DATA_HOME/whodid) with keys and the first administrator.',
  );
  examples(command, [
    ['What is missing is asked for', 'whodid init'],
    ['In a script', 'whodid init --name Ada --email ada@example.com --password-stdin < password.txt'],
    ['Somewhere else', 'WHODID_HOME=/srv/whodid whodid init'],
  ]);
  command
    .option('--name <name>', 'how the administrator is called')
    .option('--email <email>', 'the address by which the administrator logs in')
    .option('--password-stdin', 'read the password (8 characters or more) from stdin')
    .action((flags: InitFlags) => run({ ...context, ...flags, offline: createOffline(context.env) }));
}

export async function run({ io, data, hasData, offline, ...flags }: InitOptions): Promise<void> {
  // Before anything is asked: nobody should type a password for nothing.
  if (hasData()) {
    throw new Problem(
      'conflict',
      `${data.dir} is a data directory already. Start its daemon with \`whodid daemon start\`.`,
    );
  }
  if (io.canPrompt) await offline('checkPlace', {});
  const name = flags.name ?? (await ask(io, 'Your name', '--name'));
  const email = flags.email ?? (await ask(io, 'Your e-mail address', '--email'));
  const password =
    flags.passwordStdin || !io.canPrompt
      ? await askPassword(io, flags.passwordStdin === true)
      : await askNewPassword(io);
  const { dir } = await offline('init', { name, email, password });
  io.writeError(
    `Created ${escapeText(dir)} with the administrator ${escapeText(name)} (users:1).\n\n` +
      'Next:\n' +
      '  whodid daemon start\n' +
      `  whodid login --email ${escapeText(email)}\n`,
  );
}

async function ask(io: Io, question: string, flag: string): Promise<string> {
  if (io.canPrompt) return io.prompts.input(question);
  throw new Problem('bad_request', `${flag} is missing: there is no terminal to ask on.`);
}

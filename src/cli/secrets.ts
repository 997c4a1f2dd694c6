// Asking for what must not stand on a command line, where others can read it.

import { Problem } from '../shared/problem.js';
import type { Io } from './io.js';
import { readLines } from './stdin.js';

/**
 * A password: typed and not shown, or from stdin with `--password-stdin`.
 * @throws Problem `bad_request` when there is neither
 */
export async function askPassword(io: Io, fromStdin: boolean, message = 'Password'): Promise<string> {
  if (fromStdin) {
    const [password = '', ...more] = await readLines(io.stdin);
    if (password === '' || more.length > 0) {
      throw new Problem('bad_request', '--password-stdin takes one line, the password.');
    }
    return password;
  }
  if (io.canPrompt) return io.prompts.password(message);
  throw new Problem(
    'bad_request',
    'The password is missing: there is no terminal to ask on. Use --password-stdin.',
  );
}

/**
 * A new password, typed twice.
 * @throws Problem `bad_request` when the two are not the same
 */
export async function askNewPassword(io: Io): Promise<string> {
  const password = await io.prompts.password('New password');
  if ((await io.prompts.password('New password again')) === password) return password;
  throw new Problem('bad_request', 'The two passwords are not the same. Nothing was changed.');
}

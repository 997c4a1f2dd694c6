// A text file that the user named; `-` is stdin.
import { readFile } from 'node:fs/promises';
import { Problem } from '../shared/problem.js';
import { systemFault } from './failure.js';
import type { Io } from './io.js';
import { readAll } from './stdin.js';

/**
 * The text of `file`, without a byte order mark.
 * @throws Problem `bad_request` when it cannot be read
 */
export async function namedText(file: string, io: Pick<Io, 'stdin'>): Promise<string> {
  const text = file === '-' ? await readAll(io.stdin) : await readFile(file, 'utf8').catch(unreadable(file));
  return text.replace(/^\ufeff/, '');
}

/** Makes a usage error of the system's: the file was named on the command line. */
export function unreadable(file: string): (error: NodeJS.ErrnoException) => never {
  return error => {
    // Reading a directory fails without naming it.
    const sentence = systemFault(Object.assign(error, { path: file }));
    throw sentence === undefined ? error : new Problem('bad_request', sentence);
  };
}

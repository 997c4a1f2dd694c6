// Whether something is anywhere in the file of a log.
import { existsSync, readFileSync } from 'node:fs';

/** How often `text` is anywhere in the file of the log, or in what SQLite keeps beside it. */
export function countIn(file: string, text: string): number {
  let count = 0;
  for (const suffix of ['', '-wal', '-shm']) {
    if (!existsSync(file + suffix)) continue;
    const bytes = readFileSync(file + suffix);
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) count += 1;
  }
  return count;
}

// What the system refuses to do with a file or directory, in a sentence.
import { Problem } from '../shared/problem.js';

const NOT_YOURS = 'you may not read or write there';
const REASONS: Record<string, string> = {
  EACCES: NOT_YOURS,
  EPERM: NOT_YOURS,
  EROFS: 'it is on a disk that cannot be written',
  ENOTDIR: 'a part of it is a file and no directory',
  ENOENT: 'the directory that it would be in is not there',
  ENOSPC: 'the disk is full',
  ELOOP: 'its links lead in a circle',
};

/**
 * @param place how the place is called; the error's own path when left out
 * @param advice what to do besides mending it
 */
export function systemProblem(
  error: unknown,
  { place, advice }: { place?: string; advice: string },
): Problem | undefined {
  const { path, code } = error as NodeJS.ErrnoException;
  const named = place ?? path;
  if (named === undefined || code === undefined || !/^E[A-Z]+$/.test(code)) return undefined;
  const reason = REASONS[code] ?? `the system says ${code}`;
  return new Problem(
    reason === NOT_YOURS ? 'forbidden' : 'internal',
    `${named} cannot be used: ${reason}. ${advice}`,
  );
}

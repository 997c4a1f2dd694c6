// What becomes of an error: one place that turns it into sentences on stderr and an exit status.
import { EXIT, type FieldFault, PROBLEMS, Problem } from '../shared/problem.js';
import { AS_ITS_OWNER, type DataState } from './data-state.js';
import { Exit } from './exit.js';
import type { Io } from './io.js';
import { escapeText } from './output/escape.js';

export interface FailureSituation {
  io: Io;
  /** Whether a daemon could be started here. */
  data: () => DataState;
  /** Whether the daemon was named by `--url` or `WHODID_URL`. */
  byUrl: boolean;
  /** Whether `WHODID_TOKEN` was used. */
  byToken: boolean;
  verbose: boolean;
}

/** Says what went wrong; answers the exit status. */
export function reportFailure(error: unknown, situation: FailureSituation): number {
  const { io } = situation;
  if (error instanceof Exit) return error.status;
  if (error instanceof Problem) {
    io.writeError(`whodid: ${escapeText(error.message)}${hint(error, situation)}\n`);
    for (const { field, reason } of unsaidFaults(error)) {
      io.writeError(`  ${escapeText(field)}: ${escapeText(reason)}\n`);
    }
    return PROBLEMS[error.code].exit;
  }
  const known = systemFault(error);
  if (known !== undefined && !situation.verbose) {
    io.writeError(`whodid: ${escapeText(known)}\n`);
    return EXIT.failed;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.writeError(`whodid: Unexpected failure: ${escapeText(message)}.\n`);
  if (situation.verbose && error instanceof Error) {
    for (const line of (error.stack ?? '').split('\n')) io.writeError(`${escapeText(line)}\n`);
  } else io.writeError('  More with --verbose.\n');
  return EXIT.failed;
}

/** The fields that are wrong, but for what the sentence has told already. */
function unsaidFaults({ message, details: { errors = [] } }: Problem): FieldFault[] {
  const [only, ...others] = errors;
  if (only !== undefined && others.length === 0 && message.includes(only.field)) return [];
  return errors.filter(({ field, reason }) => !message.includes(`${field} ${reason}`));
}

const TO_START: Record<DataState, string> = {
  there: ' Start it with `whodid daemon start`.',
  absent: ' Create a data directory with `whodid init`, then start the daemon with `whodid daemon start`.',
  'not yours': ` The data directory is another user's. ${AS_ITS_OWNER}`,
};

/** What to do next, where that depends on the situation here and not on what the daemon said. */
function hint(problem: Problem, { data, byUrl, byToken }: FailureSituation): string {
  if (problem.details.reason === 'unreachable') {
    if (byUrl) return ' Is it running there?';
    return TO_START[data()];
  }
  if (problem.code === 'unauthenticated' && byToken && /\btoken\b/.test(problem.message)) {
    return ' The token is that of WHODID_TOKEN.';
  }
  if (problem.message.endsWith('Log in again.')) return ' Use `whodid login`.';
  if (problem.code === 'too_many_attempts' && problem.details.retryAfterSeconds !== undefined) {
    return ` Try again in ${problem.details.retryAfterSeconds} s.`;
  }
  return '';
}

/** Faults of the file system that need no stack to be understood. */
export function systemFault(error: unknown): string | undefined {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  if (path === undefined)
    return code === 'ENOSPC' ? 'The disk is full: not all could be written.' : undefined;
  switch (code) {
    case 'ENOENT':
      if (syscall === 'mkdir') return `The directory ${path} cannot be made.`;
      return `There is no file ${path}.`;
    case 'EACCES':
    case 'EPERM':
      return `You may not read or write ${path}.`;
    case 'EISDIR':
      return `${path} is a directory, not a file.`;
    case 'ENOTDIR':
      return `A part of ${path} is a file, not a directory.`;
    case 'EROFS':
      return `${path} is on a disk that cannot be written.`;
    case 'ENOSPC':
      return `The disk is full: ${path} could not be written.`;
    default:
      return `${path} cannot be used: the system says ${code}.`;
  }
}

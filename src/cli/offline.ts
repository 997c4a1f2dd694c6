// Runs the daemon's offline program as a child: what needs the data directory itself and no daemon.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type {
  OfflineAnswers,
  OfflineOperation,
  OfflineProgress,
  OfflineRequests,
  OfflineResult,
} from '../shared/offline-process.js';
import { EXIT, Problem } from '../shared/problem.js';
import { Exit } from './exit.js';

const PROGRAM = fileURLToPath(new URL('../daemon/offline.js', import.meta.url));

/** How a line begins that says how far it is. */
const PROGRESS = '{"progress":';

/** Carries out one operation on the data directory. */
export type Offline = <Operation extends OfflineOperation>(
  operation: Operation,
  request: OfflineRequests[Operation],
  options?: OfflineOptions,
) => Promise<OfflineAnswers[Operation]>;

export interface OfflineOptions {
  /** Hears how far it is. */
  onProgress?(progress: OfflineProgress['progress']): void;
  /** Ends it. */
  signal?: AbortSignal;
}

/** The operations on the data directory that `env` names. They throw the program's Problem. */
export function createOffline(env: Record<string, string | undefined>): Offline {
  return async <Operation extends OfflineOperation>(
    operation: Operation,
    request: OfflineRequests[Operation],
    options: OfflineOptions = {},
  ): Promise<OfflineAnswers[Operation]> => {
    const { output, complaint } = await converse(operation, JSON.stringify(request), env, options);
    if (options.signal?.aborted) throw new Exit(EXIT.interrupted);
    if (output === '') {
      throw new Problem(
        'internal',
        `\`${operation}\` ended without an answer: ${complaint || 'no reason given'}`,
      );
    }
    const result = JSON.parse(output) as OfflineResult<OfflineAnswers[Operation]>;
    if ('answer' in result) return result.answer;
    const { code, message, details } = result.problem;
    throw new Problem(code, message, details);
  };
}

function converse(
  operation: OfflineOperation,
  input: string,
  env: Record<string, string | undefined>,
  { onProgress, signal }: OfflineOptions,
): Promise<{ output: string; complaint: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, operation], { env, stdio: 'pipe' });
    /** The last line, or the part of it that has come. */
    let output = '';
    let complaint = '';
    const interrupt = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', interrupt, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (output + text).split('\n');
      // The answer is the last line, and the only one that is no progress.
      while (lines.length > 1 && lines[0]!.startsWith(PROGRESS)) {
        onProgress?.((JSON.parse(lines.shift()!) as OfflineProgress).progress);
      }
      output = lines.join('\n');
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      complaint += text;
    });
    child.on('error', reject);
    child.on('close', () => {
      signal?.removeEventListener('abort', interrupt);
      resolve({ output, complaint: complaint.trim() });
    });
    // A program that ends before it has read its input has said why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

// Runs the daemon's offline program as a child: what needs the data directory itself and no daemon.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type {
  OfflineAnswers,
  OfflineOperation,
  OfflineRequests,
  OfflineResult,
} from '../shared/offline-process.js';
import { Problem } from '../shared/problem.js';

const PROGRAM = fileURLToPath(new URL('../daemon/offline.js', import.meta.url));

/** Carries out one operation on the data directory. */
export type Offline = <Operation extends OfflineOperation>(
  operation: Operation,
  request: OfflineRequests[Operation],
) => Promise<OfflineAnswers[Operation]>;

/** The operations on the data directory that `env` names. They throw the program's Problem. */
export function createOffline(env: Record<string, string | undefined>): Offline {
  return async <Operation extends OfflineOperation>(
    operation: Operation,
    request: OfflineRequests[Operation],
  ): Promise<OfflineAnswers[Operation]> => {
    const { output, complaint } = await converse(operation, JSON.stringify(request), env);
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
): Promise<{ output: string; complaint: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, operation], { env, stdio: 'pipe' });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      complaint += text;
    });
    child.on('error', reject);
    child.on('close', () => resolve({ output, complaint: complaint.trim() }));
    // A program that ends before it has read its input has said why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

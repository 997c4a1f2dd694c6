// Has the daemon write a backup (POST /v1/backups): lines of JSON that say how far it is, the last one what came of it.
import { answerLines } from './answer-lines.js';
import type { BackupAnswer, BackupProgress } from './backup.js';
import type { MakeBackupOptions } from './client-api.js';
import type { Exchanger } from './exchange.js';
import { Problem, type ProblemCode } from './problem.js';

interface Line {
  progress?: BackupProgress;
  backup?: BackupAnswer;
  problem?: { code: ProblemCode; message: string };
}

/** @throws Problem as the daemon says it, and `unavailable` when the answer breaks off before the backup is there */
export async function makeBackup(
  exchanger: Exchanger,
  directory: string,
  { onProgress, signal }: MakeBackupOptions = {},
): Promise<BackupAnswer> {
  const answer = await exchanger.send({
    method: 'POST',
    path: '/v1/backups',
    headers: { accept: 'application/x-ndjson', 'content-type': 'application/json' },
    body: JSON.stringify({ directory }),
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const { progress, backup, problem } of answerLines<Line>(answer)) {
    if (backup !== undefined) return backup;
    if (problem !== undefined) throw new Problem(problem.code, problem.message);
    if (progress !== undefined) onProgress?.(progress);
  }
  throw new Problem('unavailable', 'The daemon broke off before the backup was there. Begin again.', {
    reason: 'interrupted',
  });
}

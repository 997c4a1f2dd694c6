// The thread that writes a backup: main waits for nothing of it, and ends it if nobody waits for the backup any more.
import { parentPort, workerData } from 'node:worker_threads';
import { PROBLEMS, Problem } from '../shared/problem.js';
import type { BackupThreadData, BackupThreadMessage } from './backup/backups.js';
import { writeBackup } from './backup/write-backup.js';
import { systemProblem } from './system-problem.js';

const { paths, directory } = workerData as BackupThreadData;
const say = (message: BackupThreadMessage) => parentPort!.postMessage(message);

try {
  const manifest = await writeBackup({
    paths,
    directory,
    now: Date.now,
    say: progress => say({ type: 'progress', progress }),
  });
  say({ type: 'done', manifest });
} catch (error) {
  const advice = 'Choose another directory, or make room there.';
  const problem =
    error instanceof Problem && error.code in PROBLEMS
      ? error
      : (systemProblem(error, { advice }) ??
        new Problem(
          'internal',
          `The backup failed: ${error instanceof Error ? error.message : String(error)}`,
        ));
  say({ type: 'failed', code: problem.code, message: problem.message });
}

// The thread of the retention job, as bree starts it: finds out what is due in audit.db, tells main, and ends.
import { parentPort, workerData } from 'node:worker_threads';
import { allSteps } from '../shared/all-steps.js';
import { planRetention } from './audit/retention/plan-retention.js';
import { CANCEL } from './audit/thread-messages.js';
import type { RetentionMessage, RetentionThreadData, TellTime } from './retention-job.js';
import { openForReading } from './sqlite.js';

const { auditFile, policy } = workerData as RetentionThreadData;
const port = parentPort!;
const say = (message: RetentionMessage) => port.postMessage(message);

port.on('message', (message: TellTime | typeof CANCEL) => {
  if (message !== CANCEL) plan(message.now);
  process.exit(0);
});
// All of the daemon goes by main's clock.
say({ type: 'begun' });

function plan(now: number): void {
  const db = openForReading(auditFile);
  try {
    say({ type: 'due', due: db.transaction(() => allSteps(planRetention(db, policy, now)))() });
  } catch (error) {
    say({ type: 'failed', sentence: error instanceof Error ? error.message : String(error) });
  } finally {
    db.close();
  }
}

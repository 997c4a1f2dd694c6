// Composes the logger: joins the outbox of data.db with the log in audit.db.
import type { MessagePort } from 'node:worker_threads';
import { type LoggerThreadData, runLoggerService } from './audit/logger-service.js';
import { openSqliteLogStore } from './audit/sqlite-log-store.js';
import { openCheckpointSigning } from './checkpoint-keys.js';
import { openOutboxReader } from './data/outbox.js';
import { type AtStep, passBy } from './steps.js';
import { letOthersGoFirst } from './thread-priority.js';

/** Runs the logger until main says so. @returns the thread's exit status */
export function runLogger(
  port: MessagePort,
  { dataFile, auditFile, checkpointKeys, instance, pulse }: LoggerThreadData,
  atStep: AtStep = passBy,
  clock: () => number = Date.now,
): Promise<number> {
  return runLoggerService({
    port,
    pulse,
    openSigning: () => openCheckpointSigning(checkpointKeys, instance),
    openStore: signing => openSqliteLogStore({ file: auditFile, ...signing, clock, atStep }),
    openQueue: () => openOutboxReader(dataFile),
    onReady: letOthersGoFirst,
  });
}

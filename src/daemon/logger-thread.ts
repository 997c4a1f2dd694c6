// The logger's thread, as bree starts it: joins the outbox of data.db with the log in audit.db.
import { parentPort, workerData } from 'node:worker_threads';
import { type LoggerThreadData, runLoggerService } from './audit/logger-service.js';
import { openSqliteLogStore } from './audit/sqlite-log-store.js';
import { openCheckpointSigning } from './checkpoint-keys.js';
import { openOutboxReader } from './data/outbox.js';

const { dataFile, auditFile, checkpointKeys, instance, pulse } = workerData as LoggerThreadData;

const status = await runLoggerService({
  port: parentPort!,
  pulse,
  openSigning: () => openCheckpointSigning(checkpointKeys, instance),
  openStore: signing => openSqliteLogStore({ file: auditFile, ...signing }),
  openQueue: () => openOutboxReader(dataFile),
});
process.exit(status);

// The query thread, as bree starts it: reads the log in audit.db.
import { parentPort, workerData } from 'node:worker_threads';
import { type QueryThreadData, runQueryService } from './audit/query-service.js';
import { openSqliteLogReader } from './audit/sqlite-log-reader.js';

const { auditFile, pulse } = workerData as QueryThreadData;

const status = await runQueryService({
  port: parentPort!,
  pulse,
  openReader: () => openSqliteLogReader(auditFile),
});
process.exit(status);

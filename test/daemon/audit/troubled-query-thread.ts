// A query thread that hangs, or ends, when it is asked for an event with such an id.
import { parentPort, workerData } from 'node:worker_threads';
import { type QueryThreadData, runQueryService } from '#src/daemon/audit/query-service.js';
import { openSqliteLogReader } from '#src/daemon/audit/sqlite-log-reader.js';

const { auditFile, pulse } = workerData as QueryThreadData;

const status = await runQueryService({
  port: parentPort!,
  pulse,
  openReader() {
    const reader = openSqliteLogReader(auditFile);
    return {
      ...reader,
      async event(id, withContext) {
        if (id === 'hang') for (;;);
        if (id === 'crash') process.exit(3);
        if (id === 'throw') throw new Error('thrown on the query thread');
        return reader.event(id, withContext);
      },
    };
  },
});
process.exit(status);

// A logger's thread whose queue is a file of lines, each a commit, and which meets the trouble that a file beside it
// names: `hang`, `crash` (each once) or `mismatch`.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { type LoggerThreadData, runLoggerService } from '#src/daemon/audit/logger-service.js';
import { openSqliteLogStore } from '#src/daemon/audit/sqlite-log-store.js';
import { openCheckpointSigning } from '#src/daemon/checkpoint-keys.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import { QueueMismatch } from '#src/shared/queue.js';

const { dataFile, auditFile, checkpointKeys, instance, pulse } = workerData as LoggerThreadData;

function meetTrouble(): void {
  if (existsSync(`${dataFile}.mismatch`)) throw new QueueMismatch('The log is of another queue.');
  if (existsSync(`${dataFile}.hang`)) {
    rmSync(`${dataFile}.hang`);
    for (;;);
  }
  if (existsSync(`${dataFile}.crash`)) {
    rmSync(`${dataFile}.crash`);
    process.exit(3);
  }
}

const status = await runLoggerService({
  port: parentPort!,
  pulse,
  openSigning: () => openCheckpointSigning(checkpointKeys, instance),
  openStore: signing => openSqliteLogStore({ file: auditFile, ...signing }),
  openQueue: () => ({
    async read(cursor, maxEvents) {
      meetTrouble();
      const lines = readFileSync(dataFile, 'utf8').split('\n').slice(0, -1);
      const events: PendingEvent[] = [];
      let at = Number(cursor ?? 0);
      while (at < lines.length && events.length < maxEvents) events.push(...JSON.parse(lines[at++]!));
      // A note for the test: there is nothing more, the logger is about to wait.
      if (events.length === 0) writeFileSync(`${dataFile}.idle`, String(at));
      return { events, cursor: String(at) };
    },
    close: () => undefined,
  }),
});
process.exit(status);

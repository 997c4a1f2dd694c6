// The outbox as a queue: main's end commits and forgets, the logger's end reads.
import { join } from 'node:path';
import { createDataDatabase, openDataDatabase } from '#src/daemon/data/database.js';
import { createOutbox, openOutboxReader } from '#src/daemon/data/outbox.js';
import { queueSuite } from '../../conformance/queue.js';
import { temporaryDirectory } from '../temporary-directory.js';

queueSuite('outbox', async () => {
  const file = join(temporaryDirectory(), 'data.db');
  createDataDatabase(file, 'instance');
  const { sqlite, epoch } = openDataDatabase(file);
  const queue = createOutbox(sqlite, epoch);
  const reader = openOutboxReader(file);
  return {
    queue,
    reader,
    commit: async events =>
      sqlite.transaction(() => queue.append(events.map(event => JSON.stringify(event))))(),
    prune: async () => sqlite.transaction(() => queue.prune())(),
    async dispose() {
      reader.close();
      sqlite.close();
    },
  };
});

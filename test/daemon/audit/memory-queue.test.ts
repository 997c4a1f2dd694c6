import { queueSuite } from '../../conformance/queue.js';
import { memoryQueue } from './memory-queue.js';

queueSuite('queue in memory', async () => {
  const queue = memoryQueue();
  return {
    queue,
    reader: queue,
    commit: async events => queue.commit(...events),
    prune: async () => undefined,
    dispose: async () => undefined,
  };
});

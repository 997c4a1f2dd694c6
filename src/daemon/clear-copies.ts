// Once something is erased from the log, data.db lets go of its copies too: outbox and remembered answers. Until main
// has said so the erasure is not done; after a restart of the logger, or of both, the logger asks again.
import type { AuditLog } from './audit/audit-log.js';
import type { ErasureProgress } from './audit/erasure/order.js';
import type { DataLayer } from './data/data-layer.js';
import type { Log } from './log.js';

/** How long is waited before what failed is tried again, in milliseconds. */
const CLEAR_AGAIN_MS = 30_000;

export interface ClearingOptions {
  data: Pick<DataLayer, 'forgetCopies'>;
  audit: Pick<AuditLog, 'onErasure' | 'erasureCleared'>;
  log: Pick<Log, 'error'>;
}

/** @returns how to stop it */
export function startClearingCopies({ data, audit, log }: ClearingOptions): () => void {
  const timers = new Set<NodeJS.Timeout>();
  const underWay = new Set<string>();
  let stopped = false;

  async function clear(progress: Pick<ErasureProgress, 'id' | 'answers' | 'ofAge'>): Promise<void> {
    const { id, answers, ofAge = false } = progress;
    try {
      await data.forgetCopies(answers, ofAge ? 'copies' : 'everything');
      underWay.delete(id);
      audit.erasureCleared(id);
    } catch (error) {
      if (stopped) return;
      log.error('Copies of what was erased could not be cleared from data.db; it is tried again.', { error });
      const timer = setTimeout(() => {
        timers.delete(timer);
        void clear(progress);
      }, CLEAR_AGAIN_MS);
      timers.add(timer.unref());
    }
  }

  const stopListening = audit.onErasure(progress => {
    if (progress.phase !== 'erased' || underWay.has(progress.id)) return;
    underWay.add(progress.id);
    void clear(progress);
  });
  return () => {
    stopped = true;
    stopListening();
    for (const timer of timers) clearTimeout(timer);
  };
}

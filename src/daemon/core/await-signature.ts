// Waits for the checkpoint that covers what has just been stored: one is made each second.
import { Problem } from '../../shared/problem.js';
import type { AuditLog, LogHead } from '../audit/audit-log.js';

/** How long is waited, in milliseconds. */
const CHECKPOINT_WAIT_MS = 3_000;

/** Resolves when the checkpoint covers `size` events. @throws Problem `unavailable` if that takes too long */
export async function awaitSignature(
  audit: Pick<AuditLog, 'head' | 'onAppended'>,
  size: number,
): Promise<void> {
  const covers = (head: LogHead) => head.signedSize >= size;
  if (covers(audit.head())) return;
  await new Promise<void>((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      stop();
      settle();
    };
    const timer = setTimeout(() => finish(() => reject(unsigned())), CHECKPOINT_WAIT_MS);
    const stop = audit.onAppended(head => {
      if (covers(head)) finish(resolve);
    });
  });
}

export const unsigned = () =>
  new Problem('unavailable', 'The log has no checkpoint that covers this yet. Try again in a second.', {
    retryAfterSeconds: 1,
  });

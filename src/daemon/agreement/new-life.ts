// A log that goes on with a new life of data.db: from the first row of its outbox, and bound to it from that moment on,
// so that neither file can be exchanged before the daemon is started.
import { openAuditForWriting } from '../audit/database.js';
import { beginningOf } from '../data/outbox.js';
import type { Renewal } from '../data/renewal.js';
import { soundCheckpoint } from './mismatch.js';

/** Begins the new epoch in both files. What the log holds of the outbox already, it recognises when it reads on. */
export function beginNewLife(auditDb: string, renewal: Renewal, unfinished?: string): void {
  const audit = openAuditForWriting(auditDb);
  try {
    const epoch = renewal.begin({
      checkpoint: soundCheckpoint(audit),
      ...(unfinished === undefined ? {} : { unfinished }),
    });
    audit.prepare('UPDATE head SET cursor = ?').run(beginningOf(epoch));
  } finally {
    audit.close();
  }
}

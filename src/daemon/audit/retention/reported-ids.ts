// The ids of removed events that came from reports: by these alone a report that is sent again is known. They are committed
// to by a chain of digests, so that each removal goes on from the one before, and one id more, less or other is found.
import { createHash } from 'node:crypto';
import type { ReportedIds } from './announcement.js';

/** Whether an id is made from what the event says (UUID v8), which is so of every report. */
export const isReportedId = (id: Uint8Array) => id[6]! >> 4 === 8;

export interface IdChain {
  add(id: Uint8Array): void;
  /** The ids so far. */
  ids(): ReportedIds;
}

/** Goes on from `known`; from no id when left out. Each digest is the SHA-256 of the one before and the next id. */
export function idChain(known?: ReportedIds): IdChain {
  let count = known?.count ?? 0;
  let digest = known === undefined ? Buffer.alloc(32) : Buffer.from(known.digest, 'base64');
  return {
    add(id) {
      count += 1;
      digest = createHash('sha256').update(digest).update(id).digest();
    },
    ids: () => ({ count, digest: digest.toString('base64') }),
  };
}

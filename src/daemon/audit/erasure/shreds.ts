// What is left of erased strings in the file when the rows that held them are gone. Rows of `events` never grow, and so their
// pages are never rearranged; those of `terms` and its indexes are, and are written anew.
import { rewriteTable } from '../../rewritten-table.js';
import type { Sqlite } from '../../sqlite.js';
import { type AtStep, passBy } from '../../steps.js';

/**
 * Writes `terms` and its indexes anew, all or nothing. It takes about two seconds for a million terms, in which nothing
 * is appended; what is acknowledged meanwhile waits in the outbox.
 */
export function rewriteTerms(db: Sqlite, atStep: AtStep = passBy): void {
  rewriteTable(db, 'terms', { orderBy: 'id', midway: () => atStep('mid-erasure') });
}

// Everything that can be asked of the log in audit.db, for the query thread.
import type { DataEvent } from '../../shared/data-event.js';
import { openForReading } from '../sqlite.js';
import type { LogLine } from './audit-log.js';
import { erasurePreview } from './erasure/erasure-preview.js';
import { eventJson } from './event-json.js';
import { eventPage } from './event-page.js';
import { createExportPartMaker } from './export/export-lines.js';
import { historyPage } from './history/history-page.js';
import { objectBlame, objectState } from './history/object-answers.js';
import { scanLog } from './log-scan.js';
import type { LogReader } from './log-store.js';
import { logSummary } from './log-summary.js';
import { createLogView } from './log-view.js';
import { createProofs } from './proofs.js';
import { retentionPreview } from './retention/retention-preview.js';
import { logStats } from './stats/log-stats.js';
import { uuidToBytes } from './uuid-bytes.js';
import { createVerifications } from './verify/verifications.js';

/** After so much of text `linesAfter` gives no more lines: what one call holds in memory is bounded. */
const LINES_BYTES = 1024 * 1024;

/**
 * Pages of the file that queries keep in memory, in KiB (64 MiB). The events of an object lie on a page each, ten
 * thousand for one with a long life, and SQLite's own 2 MiB hold five hundred.
 */
const CACHE_KIB = 65_536;

/** Opens the log in `file` for reading; its writer must have opened it once. @throws Error if it cannot. */
export function openSqliteLogReader(file: string): LogReader {
  const db = openForReading(file);
  db.pragma(`cache_size = -${CACHE_KIB}`);
  const view = createLogView(db);
  const proofs = createProofs(view);
  const exportPart = createExportPartMaker(view);
  const verifications = createVerifications(() => openForReading(file));
  const wasRemoved = db
    .prepare<[Buffer], number>('SELECT EXISTS (SELECT 1 FROM removed_ids WHERE id = ?)')
    .pluck();
  /** One read transaction: what is read sees one state of the log. */
  const transaction = db.transaction((read: () => unknown) => read());
  const inOneState = <T>(read: () => T): T => transaction(read) as T;

  return {
    page: async query => inOneState(() => eventPage(view, query)),
    async event(id, withContext) {
      return inOneState(() => {
        const row = view.events.byId(id);
        return row === undefined ? null : eventJson(row, view.terms, withContext);
      });
    },
    async linesAfter(afterSeq, filter, limit, withContext) {
      return inOneState(() => {
        const { rows, scannedThrough } = scanLog(view, afterSeq, filter, limit);
        const lines: LogLine[] = [];
        let length = 0;
        for (const row of rows) {
          if (length >= LINES_BYTES) return { lines, scannedThrough: lines.at(-1)!.seq };
          const line = { seq: row[0], json: eventJson(row, view.terms, withContext) };
          lines.push(line);
          length += line.json.length;
        }
        return { lines, scannedThrough };
      });
    },
    summary: (filter, by, limit) => logSummary(view, filter, by, limit),
    exportPart: async question => inOneState(() => exportPart(question)),
    stats: question => logStats(view, question),
    history: query => historyPage(view, query),
    blame: question => objectBlame(view, question),
    objectState: question => objectState(view, question),
    checkpoint: async () => proofs.checkpoint() ?? null,
    eventProof: async id => inOneState(() => proofs.ofEvent(id)),
    growthProof: async size => inOneState(() => proofs.ofGrowth(size)),
    retentionPreview: (policy, clock) => retentionPreview(view, policy, clock),
    async removedIds(ids) {
      return inOneState(() => ids.filter(id => wasRemoved.get(uuidToBytes(id)!) === 1));
    },
    beginVerification: async request => verifications.begin(request),
    stepVerification: async id => verifications.step(id),
    pauseVerification: async id => verifications.pause(id),
    resumeVerification: async id => verifications.resume(id),
    erasurePreview: question => erasurePreview(view, question),
    async eventsById(ids) {
      return inOneState(() =>
        ids.flatMap(id => {
          const row = view.events.byId(id);
          return row === undefined ? [] : [JSON.parse(eventJson(row, view.terms, true)) as DataEvent];
        }),
      );
    },
    close() {
      verifications.close();
      db.close();
    },
  };
}

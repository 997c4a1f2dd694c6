// Composes the audit log: the logger's thread, the query thread, and the handle on both that main holds.
import { Problem } from '../../shared/problem.js';
import type { AuditLog, LogHead } from './audit-log.js';
import type { ErasureProgress } from './erasure/order.js';
import { startWaking, wakingArrived } from './pulse.js';
import { createQueryCalls } from './query-calls.js';
import { superviseThread, type ThreadLog } from './supervisor.js';
import type { LoggerCall, LoggerMessage, QueryMessage } from './thread-messages.js';

/** A thread that does not answer for about this long is replaced, in milliseconds. */
const HANGS_AFTER_MS = 10_000;

/** How long the query thread may take to end, in milliseconds: it has nothing to finish. */
const QUERY_STOP_MS = 1_000;

/** How long the logger may take to sign with a new key, in milliseconds; one that is down does so when it starts. */
const REKEY_MS = 3_000;

export interface AuditLogOptions {
  /** data.db, with the outbox that the logger reads. */
  dataFile: string;
  /** audit.db, made if it is not there. */
  auditFile: string;
  /** The directory of the keys that sign checkpoints, and the instance whose log they are of. */
  checkpointKeys: string;
  instance: string;
  log: ThreadLog;
  /** Called when the logger finds no room on the disk. */
  onFull?(): void;
  /** The modules that the threads run. */
  programs: { logger: URL; query: URL };
  hangsAfterMs?: number;
}

export function createAuditLog(options: AuditLogOptions): AuditLog {
  const {
    dataFile,
    auditFile,
    checkpointKeys,
    instance,
    log,
    programs,
    hangsAfterMs = HANGS_AFTER_MS,
  } = options;
  const listeners = new Set<(head: LogHead) => void>();
  const erasureListeners = new Set<(progress: ErasureProgress) => void>();
  let head: LogHead = { size: 0, cursor: null, recordedAt: 0, signedSize: 0, removed: 0, announced: 0 };
  let drained = false;
  let rekeyed = () => {};

  const logger = superviseThread<LoggerMessage>({
    name: 'logger',
    entry: programs.logger,
    data: { dataFile, auditFile, checkpointKeys, instance },
    onMessage(message) {
      if (message.type === 'drained') {
        drained = true;
        return;
      }
      if (message.type === 'rekeyed') {
        rekeyed();
        return;
      }
      if (message.type === 'full') {
        options.onFull?.();
        return;
      }
      if (message.type === 'erasure') {
        for (const listener of erasureListeners) listener(message.progress);
        return;
      }
      head = message.head;
      for (const listener of listeners) listener(head);
    },
    onLost: () => undefined,
    // Until the daemon is stopped events stay in the queue.
    onHopeless: sentence => log.error('Events are not stored any more.', { reason: sentence }),
    log,
    hangsAfterMs,
  });

  const query = superviseThread<QueryMessage>({
    name: 'query',
    entry: programs.query,
    data: { auditFile },
    onMessage: message => calls.hear(message),
    onLost: () => calls.refuseOpen(),
    onHopeless: sentence => log.error('The audit log cannot be asked any more.', { reason: sentence }),
    log,
    hangsAfterMs,
  });
  const calls = createQueryCalls({
    isRunning: () => query.state() === 'running',
    post: call => query.post(call),
  });

  return {
    async start() {
      // The logger makes the file that the query thread opens.
      await logger.start();
      await query.start();
    },
    async stop(timeoutMs) {
      // The logger closes the file last, and so leaves no write-ahead log behind.
      await query.stop(QUERY_STOP_MS);
      calls.refuseOpen();
      return (await logger.stop(timeoutMs)) && drained;
    },
    wake() {
      const message: LoggerCall = { type: 'wake', hurry: false };
      // A logger that is just starting hears it too; one that is yet to start begins by looking.
      if (startWaking(logger.pulse) && !logger.post(message)) wakingArrived(logger.pulse);
    },
    hurry() {
      const message: LoggerCall = { type: 'wake', hurry: true };
      logger.post(message);
    },
    async rekey() {
      const message: LoggerCall = { type: 'rekey' };
      if (!logger.post(message)) return;
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, REKEY_MS);
        rekeyed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    head: () => head,
    state: () => logger.state(),
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    erase(order) {
      const message: LoggerCall = { type: 'erase', order };
      if (!logger.post(message)) throw loggerMissing();
    },
    erasureCleared(id) {
      // A logger that is gone says it again when it is back, and is answered then.
      const message: LoggerCall = { type: 'cleared', id };
      logger.post(message);
    },
    onErasure(listener) {
      erasureListeners.add(listener);
      return () => erasureListeners.delete(listener);
    },
    ...calls.queries,
  };
}

const loggerMissing = () =>
  new Problem('unavailable', 'The logger is starting again: nothing was erased. Try again in a moment.', {
    retryAfterSeconds: 5,
  });

// The seam between logger and log: whatever keeps a log implements these two interfaces, and passes the suite in
// test/conformance/log-store.ts.
import type { PendingEvent } from '../../shared/data-event.js';
import type { NoteSigner } from '../../shared/log/signed-note.js';
import type { QueueCursor } from '../../shared/queue.js';
import type { AuditLog, LogHead } from './audit-log.js';
import type { LogErasures } from './erasure/log-erasures.js';

/** An event that cannot be appended, kept as it is. */
export interface SetAside {
  /** The event as JSON, as far as it can be written so. */
  event: string;
  /** Why it cannot be appended. */
  reason: string;
}

/** What signs checkpoints. */
export interface LogSigning {
  signer: NoteSigner;
  /** How its key followed those before it, the oldest first (shared/log/key-rotation.ts). */
  rotations?: readonly string[];
}

/** The log's one writer. */
export interface LogStore {
  /** How far the log is. */
  head(): Promise<LogHead>;
  /**
   * Appends `events` as `seq` size + 1, size + 2, … and remembers `cursor`, all or nothing. An event whose id is
   * in the log is passed over: it is a repeat.
   * @returns the new head; the old one with the new cursor if everything was a repeat.
   * @throws LogMoved if the log does not have `expectedSize` events: somebody else has appended.
   */
  append(expectedSize: number, events: readonly PendingEvent[], cursor: QueueCursor | null): Promise<LogHead>;
  /** Keeps what cannot be appended, and appends `inItsPlace`, as `append` would, in the same transaction. */
  setAside(
    expectedSize: number,
    setAside: SetAside,
    inItsPlace: PendingEvent,
    cursor: QueueCursor | null,
  ): Promise<LogHead>;
  /** Signs a checkpoint of the log as it is, unless there is one by the key that signs. */
  sign(): Promise<LogHead>;
  /** Removes the next part of what was announced to go (retention/remover.ts), if any is left. */
  removePart(): Promise<LogHead>;
  /** Signs with another key from now on, which the rotations lead to. @throws Error if they do not */
  adopt(signing: LogSigning): Promise<void>;
  /** What takes values out of events that are in the log. */
  erasures: LogErasures;
  close(): void;
}

/** What can be asked of a log; what each answers is said at `AuditLog`. */
export interface LogReader
  extends Pick<
    AuditLog,
    | 'page'
    | 'event'
    | 'linesAfter'
    | 'summary'
    | 'stats'
    | 'exportPart'
    | 'history'
    | 'blame'
    | 'objectState'
    | 'eventsById'
    | 'checkpoint'
    | 'eventProof'
    | 'growthProof'
    | 'retentionPreview'
    | 'removedIds'
    | 'beginVerification'
    | 'stepVerification'
    | 'pauseVerification'
    | 'resumeVerification'
    | 'erasurePreview'
  > {
  close(): void;
}

/** The log is not where its writer left it. */
export class LogMoved extends Error {
  constructor(expectedSize: number, size: number) {
    super(`The log has ${size} events, and not ${expectedSize} as its writer left it.`);
    this.name = 'LogMoved';
  }
}

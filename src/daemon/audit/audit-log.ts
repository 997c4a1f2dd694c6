// The audit log as the rest of the daemon knows it: the handle that main holds on the logger's and the query
// thread. Everything returns promises; whatever SQLite does happens on those threads.
import type { EventProof, GrowthProof } from '../../shared/api.js';
import type { AuditFilter } from '../../shared/audit-filter.js';
import type { Stats } from '../../shared/audit-stats.js';
import type { DataEvent } from '../../shared/data-event.js';
import type { Blame, ObjectState } from '../../shared/object-history.js';
import type { ObjectRef } from '../../shared/object-ref.js';
import type { QueueCursor } from '../../shared/queue.js';
import type { LogVerdict, VerifyProgress } from '../../shared/verification.js';
import type { Order, SummaryKey } from '../../shared/vocabulary.js';
import type { ErasureOrder, ErasurePreview, ErasureProgress, ErasureQuestion } from './erasure/order.js';
import type { ExportPart, ExportQuestion } from './export/export-lines.js';
import type { HistoryPage, HistoryQuery } from './history/history-page.js';
import type { ObjectQuestion } from './history/object-answers.js';
import type { RetentionPolicy } from './retention/plan-retention.js';
import type { CountedRetention } from './retention/retention-preview.js';
import type { StatsQuestion } from './stats/log-stats.js';
import type { VerifyOptions } from './verify/verify-log.js';

/** How far the log is: what the logger last said. */
export interface LogHead {
  /** Events in the log, which is also the `seq` of the newest. 0 for an empty log. */
  size: number;
  /** The place in the queue up to which everything is stored; `null` before the first append. */
  cursor: QueueCursor | null;
  /** When the newest event was stored, in milliseconds since the Unix epoch. */
  recordedAt: number;
  /** Events that the newest checkpoint covers. */
  signedSize: number;
  /** Events 1 to this one are removed, as retention has it; 0 if none is. */
  removed: number;
  /** Events up to this one are announced to be removed. */
  announced: number;
}

export interface EventQuery {
  filter: AuditFilter;
  order: Order;
  /** 1 to 1000. */
  limit: number;
  /** From an earlier page of the same filter and order. */
  cursor?: string;
  /** Whether the answer may show `context`. */
  withContext: boolean;
  /** Who asks: what came after their query began is given without their own readings of the log. */
  reader?: ObjectRef;
}

/** One page, its events as the ready bytes of a JSON array, so that nothing is parsed on the main thread. */
export interface EventPage {
  data: Uint8Array;
  count: number;
  /** Goes on in the order asked; `null` is the end. A page may be short or empty and still have one. */
  next: string | null;
  /** Goes the other way; at the newest end it stays good for what comes later. */
  prev: string | null;
}

/** One event in the order of the log, for following and exporting. */
export interface LogLine {
  seq: number;
  /** The event as compact JSON. */
  json: string;
}

/** The next matching events by `seq`, fewer than asked for if they are large, and how far the log was read to find them. */
export interface LogLines {
  lines: LogLine[];
  /** Every event up to this `seq` was looked at. */
  scannedThrough: number;
}

export interface SummaryRow {
  key: string;
  /** Occurrences: the sum of `count` over the events. */
  count: number;
  firstAt: number;
  lastAt: number;
}

export interface Summary {
  rows: SummaryRow[];
  /** The filter would read too much: these are the counts of what was read so far. */
  partial: boolean;
}

/** What of the log is to be verified: what is known of it, and up to where it was verified before. */
export type VerificationRequest = Pick<VerifyOptions, 'heads' | 'since'>;

/** How far a verification is, or what came of it. */
export type VerificationStep =
  | { progress: VerifyProgress; verdict?: undefined }
  | { progress?: undefined; verdict: LogVerdict };

export type LoggerState = 'starting' | 'running' | 'restarting' | 'stopped';

export interface AuditLog {
  /** Starts both threads; resolves when the log is open and its head is known. */
  start(): Promise<void>;
  /**
   * Lets the logger store what is queued and ends both threads.
   * @returns false if it did not finish in time; nothing is lost, the queue still holds it.
   */
  stop(timeoutMs: number): Promise<boolean>;
  /** Tells the logger that the queue has grown. Cheap: at most one message is under way. */
  wake(): void;
  /** Tells the logger that somebody waits for what is queued. */
  hurry(): void;
  /** Tells the logger that there is a new key of checkpoints; resolves when it signs with it, or will at its next start. */
  rekey(): Promise<void>;
  head(): LogHead;
  state(): LoggerState;
  /** Calls `listener` after each append and each checkpoint; returns how to stop that. */
  onAppended(listener: (head: LogHead) => void): () => void;
  /** Gives the logger an order to erase. @throws Problem `unavailable` if there is no logger at the moment */
  erase(order: ErasureOrder): void;
  /** Tells the logger that data.db has let go of what it remembered of what an erasure took. */
  erasureCleared(id: string): void;
  /** Calls `listener` after each step of an erasure, and when it is over; returns how to stop that. */
  onErasure(listener: (progress: ErasureProgress) => void): () => void;
  /** What erasing would take away. Reads every event that it is about, in slices. */
  erasurePreview(question: ErasureQuestion): Promise<ErasurePreview>;

  /** @throws Problem `bad_request` for a cursor that is malformed or belongs to another query. */
  page(query: EventQuery): Promise<EventPage>;
  /** One event as compact JSON, or `null`. */
  event(id: string, withContext: boolean): Promise<string | null>;
  /** Matching events after `afterSeq`, at most `limit`, reading a bounded window: call again from `scannedThrough`. */
  linesAfter(afterSeq: number, filter: AuditFilter, limit: number, withContext: boolean): Promise<LogLines>;
  summary(filter: AuditFilter, by: SummaryKey, limit: number): Promise<Summary>;
  /** Who and what is busiest, what was done and when. @throws RangeError for what is no time zone. */
  stats(question: StatsQuestion): Promise<Stats>;
  /** A part of an export: the bytes of its lines. */
  exportPart(question: ExportQuestion): Promise<ExportPart>;
  /** The life of one object, line by line. @throws Problem `bad_request` for a cursor, as `page` does. */
  history(query: HistoryQuery): Promise<HistoryPage>;
  /** Who set each field of one object; `null` if the log knows nothing of it. */
  blame(question: ObjectQuestion): Promise<Blame[] | null>;
  /** One object as it stood; `null` if the log knows nothing of it. */
  objectState(question: ObjectQuestion): Promise<ObjectState | null>;
  /** The newest checkpoint, a signed note; `null` before the logger first signed one. */
  checkpoint(): Promise<string | null>;
  /** That an event is in the log of the newest checkpoint; `null` if that does not have it. */
  eventProof(id: string): Promise<EventProof | null>;
  /** That the log of the newest checkpoint begins with its first `size` events; `null` if it has not as many. */
  growthProof(size: number): Promise<GrowthProof | null>;
  /** What would be removed and erased by `policy` at a moment, in milliseconds since the Unix epoch. Reads all that it is about, in slices. */
  retentionPreview(policy: RetentionPolicy, clock: number): Promise<CountedRetention>;
  /** Those of `ids` whose events were in the log and are removed. */
  removedIds(ids: string[]): Promise<string[]>;
  /** Begins to verify the log (verify/verify-log.ts). @throws Problem `unavailable` if too many are under way */
  beginVerification(request: VerificationRequest): Promise<string>;
  /** Goes on with it for a moment. @throws Problem `unavailable` if it was lost with its thread */
  stepVerification(id: string): Promise<VerificationStep>;
  /** Nobody waits for it any more: it is kept for ten minutes, if that costs nothing. One at its end is let go of by itself. */
  pauseVerification(id: string): Promise<void>;
  /** Whether one that was paused can be gone on with. */
  resumeVerification(id: string): Promise<boolean>;
  /** Those of `ids` that are in the log. */
  eventsById(ids: string[]): Promise<DataEvent[]>;
}

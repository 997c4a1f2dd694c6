// What main and the two threads say to each other. Besides these, bree sends `cancel`: finish, and end.
import type { ProblemCode, ProblemDetails } from '../../shared/problem.js';
import type { LogHead } from './audit-log.js';
import type { ErasureOrder, ErasureProgress } from './erasure/order.js';
import type { LogReader } from './log-store.js';

/** Bree's word for: finish, and end. */
export const CANCEL = 'cancel';

/** Main, to a thread that did not finish in time: end at once, whatever is left. */
export const ABANDON = 'abandon';

/** What either thread says of itself. */
export type LifeMessage =
  | { type: 'ready' }
  /** It cannot go on, why in a sentence, and whether trying again is of no use. */
  | { type: 'failed'; sentence: string; hopeless: boolean }
  | { type: 'warning'; sentence: string };

export type LoggerMessage =
  | LifeMessage
  | { type: 'appended'; head: LogHead }
  /** The checkpoint is signed with the newest key. */
  | { type: 'rekeyed' }
  /** There is no room on the disk. */
  | { type: 'full' }
  /** How far an erasure is. */
  | { type: 'erasure'; progress: ErasureProgress }
  /** Everything in the queue is in the log. */
  | { type: 'drained' };

/** The queue has grown; `hurry`: and somebody waits for what is in it. */
export interface WakeMessage {
  type: 'wake';
  hurry: boolean;
}

/** What main tells the logger. */
export type LoggerCall =
  | WakeMessage
  /** There is a new key of checkpoints. */
  | { type: 'rekey' }
  /** Something is to be erased. */
  | { type: 'erase'; order: ErasureOrder }
  /** data.db has let go of what it remembered of what an erasure took. */
  | { type: 'cleared'; id: string };

export type QueryMethod = Exclude<keyof LogReader, 'close'>;

/** A question to the query thread, and its answer. */
export interface QueryCall {
  type: 'call';
  id: number;
  method: QueryMethod;
  args: unknown[];
}

export type QueryMessage =
  | LifeMessage
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'refusal'; id: number; error: SentError };

/** An error as it travels between threads; with a `code` it is a Problem. */
export interface SentError {
  message: string;
  stack?: string;
  code?: ProblemCode;
  details?: ProblemDetails;
}

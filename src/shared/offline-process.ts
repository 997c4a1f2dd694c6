// What the client and `dist/daemon/offline.js` say to each other: the operation is an argument, its input one
// JSON document on stdin (passwords never stand on a command line), the answer one JSON document on stdout.
import type { ProblemCode, ProblemDetails } from './problem.js';

/** What can be done without a daemon. */
export type OfflineOperation = 'init' | 'doctor' | 'lock';

/** The input of `init`. */
export interface InitRequest {
  name: string;
  email: string;
  password: string;
}

export interface InitAnswer {
  /** The data directory that was made. */
  dir: string;
  instance: string;
}

/** One thing that `doctor` looked at. */
export interface Check {
  name: string;
  status: 'ok' | 'warn' | 'fail';
  /** What was found. */
  detail: string;
  /** What to do about it; absent when all is well. */
  advice?: string;
}

/** The input of `lock`. */
export interface LockRequest {
  /** How long to wait for a daemon to end, in milliseconds; 0 looks once. */
  waitMs: number;
}

export interface LockAnswer {
  /** Whether a daemon lives on the data directory. */
  held: boolean;
}

export interface OfflineRequests {
  init: InitRequest;
  doctor: Record<string, never>;
  lock: LockRequest;
}

export interface OfflineAnswers {
  init: InitAnswer;
  doctor: Check[];
  lock: LockAnswer;
}

export type OfflineResult<T> =
  | { answer: T }
  | { problem: { code: ProblemCode; message: string; details: ProblemDetails } };

// What the client and `dist/daemon/offline.js` say to each other: the operation is an argument, its input one
// JSON document on stdin (passwords never stand on a command line), the answer one JSON document on stdout, on a line
// after those that say how far it is.
import type { RestoreAnswer } from './backup.js';
import type { ProblemCode, ProblemDetails } from './problem.js';
import type { LogVerdict, VerifiedLog, VerifyProgress } from './verification.js';

/** What can be done without a daemon. */
export type OfflineOperation = 'checkPlace' | 'init' | 'doctor' | 'repair' | 'restore' | 'lock' | 'verify';

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

/** What `doctor --repair` can go on with: the log, data.db, or the records, as they are. */
export const REPAIR_TARGETS = ['log', 'data', 'records'] as const;
export type RepairTarget = (typeof REPAIR_TARGETS)[number];

/** The input of `repair`. */
export interface RepairRequest {
  what: RepairTarget;
}

export interface RepairAnswer {
  /** What was wrong, in a sentence. */
  found: string;
  /** Records that the log was told of as they are. */
  corrected: number;
  /** Where a file that does not belong here is now. */
  putAside?: string;
}

/** The input of `restore`. */
export interface RestoreRequest {
  /** Of the backup; an absolute path. */
  directory: string;
  /** What this client has seen of logs, by instance. */
  pins: Record<string, Pin>;
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

/** The input of `verify`. */
export interface VerifyFileRequest {
  /** A copy of audit.db. */
  file: string;
  /** The public key of its checkpoints, `<name>+<id>+<base64>`; without it that of a pin, else the data directory's. */
  key?: string;
  /** What this client has seen of logs, by instance. */
  pins: Record<string, Pin>;
  /** A checkpoint that was kept elsewhere. */
  against?: string;
  /** What is taken as verified before. */
  since?: VerifiedLog;
}

/** What a client has seen of the log of an instance. */
export interface Pin {
  /** The key that signs its checkpoints. */
  publicKey: string;
  /** The last checkpoint, a signed note. */
  checkpoint: string;
  /** The last checkpoint whose log was verified, if any. */
  verified?: string;
  /** A verification that was interrupted: how the daemon knows it, and the size that it began with. */
  interrupted?: { id: string; since: number };
}

export interface VerifyFileAnswer extends LogVerdict {
  origin: string;
  /** The key that its checkpoint was checked with, and where that came from. */
  key: string;
  keyFrom: 'flag' | 'pin' | 'data directory';
}

export interface OfflineRequests {
  /** Whether a data directory can be made. */
  checkPlace: Record<string, never>;
  init: InitRequest;
  doctor: Record<string, never>;
  repair: RepairRequest;
  restore: RestoreRequest;
  lock: LockRequest;
  verify: VerifyFileRequest;
}

export interface OfflineAnswers {
  checkPlace: Record<string, never>;
  init: InitAnswer;
  doctor: Check[];
  repair: RepairAnswer;
  restore: RestoreAnswer;
  lock: LockAnswer;
  verify: VerifyFileAnswer;
}

/** A line before the answer. */
export interface OfflineProgress {
  progress: VerifyProgress;
}

export type OfflineResult<T> =
  | { answer: T }
  | { problem: { code: ProblemCode; message: string; details: ProblemDetails } };

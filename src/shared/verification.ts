// What a verification of the log says: the words that daemon, offline program and client share.

/** What was looked at when something was found. */
export const FINDING_PARTS = ['event', 'tree', 'checkpoint', 'erasure', 'index', 'counts', 'file'] as const;

/** Something that is not as it must be. */
export interface Finding {
  part: (typeof FINDING_PARTS)[number];
  /** The first event that it is about; `null` if it is about none. */
  seq: number | null;
  /** What was found, in a sentence. */
  sentence: string;
}

/** How a finding calls the checkpoint that a client has kept of a log. */
export const SEEN_CHECKPOINT = 'The checkpoint that this client saw';

/** A part of the work, and how far it is. */
export interface VerifyProgress {
  phase: 'events' | 'index';
  done: number;
  total: number;
}

/** A log up to which events are taken as verified before: its size, and the root of its tree, base64. */
export interface VerifiedLog {
  size: number;
  root: string;
}

/** What came of a verification. */
export interface LogVerdict {
  ok: boolean;
  /** Events in the log. */
  size: number;
  /** The root of the tree over them, base64. */
  root: string;
  /** Events that the newest checkpoint covers; those after it are not signed yet. */
  signedSize: number;
  /** The checkpoint in the log, a signed note, if it is good. */
  checkpoint?: string;
  /** Events up to this one were taken on an earlier word (0: none). */
  since: number;
  /** Events that were recomputed. */
  verified: number;
  /** Events 1 to `through` were removed, as the event `announcedBy` of the log says; absent if none was. */
  removed?: { through: number; announcedBy: number };
  /** The first bad event; `null` if none is, or none can be named. */
  firstBad: number | null;
  /** What was found, those that are about an event first, at most `MAX_FINDINGS`. */
  findings: Finding[];
  /** How much was found in all; past `STOP_AT` nothing more is looked for. */
  found: number;
}

/** Most findings of a verdict. */
export const MAX_FINDINGS = 20;

/** Findings after which a verification ends: the log is not what it was, and saying so a million times helps nobody. */
export const STOP_AT = 1_000;

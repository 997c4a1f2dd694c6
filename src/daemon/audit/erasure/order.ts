// What somebody wants erased, and how far that is: what the daemon's threads tell each other of an erasure.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { ErasedBy } from './announcement.js';

export interface ErasureOrder {
  /** A UUID: an order that is given again is the same. */
  id: string;
  /** The events that match any of these … */
  filters: readonly AuditFilter[];
  /** … and these, by `seq`, ascending. */
  seqs?: readonly number[];
  /** Up to this `seq`; all that are there when left out. */
  through?: number;
  /** After this `seq`; from the first on when left out. Of what the filters find. */
  after?: number;
  /** Of these alone: those that say how the log itself was kept, or all others (control-events.ts). */
  only?: 'control' | 'ordinary';
  /** The standing rule that it is for: how far that was followed is kept under this name (retention/rule-progress.ts). */
  rule?: string;
  /** Nothing is to be erased: it only tidies up after a removal. */
  tidies?: true;
  /** JSON pointers to values or whole groups (`/context`); all that can go when left out. */
  paths?: readonly string[];
  by: ErasedBy;
  /** What was asked for, as the event of the erasure says it. */
  asked: unknown;
  /** Whose creations are remembered in data.db and must not be, by `TYPE:ID` or `TYPE:` and by their makers. */
  answers: { targets: readonly string[]; actors: readonly string[] };
}

/**
 * `erasing`: values go, event after event. `tidying`: strings and pages that hold shreds of them go. `erased`: nothing
 * is left in audit.db, and data.db is to let go of what it remembers. `done`, `failed`: it is over.
 */
export type ErasurePhase = 'erasing' | 'tidying' | 'erased' | 'done' | 'failed';

export interface ErasureProgress {
  id: string;
  phase: ErasurePhase;
  /** Events that lost something so far, and values that went. */
  events: number;
  values: number;
  /** The ids of the events that announce it, of the first 20. */
  eventIds: readonly string[];
  answers: ErasureOrder['answers'];
  tidies?: true;
  /** It is for their age that something goes, by a rule or with a removal: nobody has asked for it. */
  ofAge?: true;
  /** Why it failed. */
  reason?: string;
}

/** What erasing would take away. */
export interface ErasurePreview {
  /** Events that would lose something. */
  events: number;
  /** Values, by path; those of one group that are in very many paths as one. */
  values: { path: string; events: number }[];
}

export interface ErasureQuestion extends Pick<ErasureOrder, 'filters' | 'seqs' | 'paths' | 'after' | 'only'> {
  through: number;
}

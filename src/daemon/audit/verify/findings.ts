// Collects what a verification finds, bounded.
import { type Finding, MAX_FINDINGS, STOP_AT } from '../../../shared/verification.js';

export interface Findings {
  add(part: Finding['part'], seq: number | null, sentence: string): void;
  /** Whether something was found about this event. */
  has(seq: number): boolean;
  /** So much that looking for more helps nobody. */
  full(): boolean;
  /** How much was found. */
  count(): number;
  /** The worst first: what is wrong with events before what they are found by, each in the order of the log. */
  worst(): Finding[];
}

/** What is found by an index counts less than what is in the log; what an event announces follows from that event. */
const RANK: Record<Finding['part'], number> = {
  event: 0,
  tree: 0,
  checkpoint: 0,
  erasure: 1,
  index: 2,
  counts: 3,
  file: 4,
};

/** Past every event. */
const placeOf = ({ seq }: Finding) => seq ?? Number.MAX_SAFE_INTEGER;

export function createFindings(): Findings {
  const found: Finding[] = [];
  const seqs = new Set<number>();
  return {
    add(part, seq, sentence) {
      found.push({ part, seq, sentence });
      if (seq !== null) seqs.add(seq);
    },
    has: seq => seqs.has(seq),
    full: () => found.length >= STOP_AT,
    count: () => found.length,
    worst: () =>
      found.toSorted((a, b) => RANK[a.part] - RANK[b.part] || placeOf(a) - placeOf(b)).slice(0, MAX_FINDINGS),
  };
}

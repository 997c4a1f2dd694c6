// How much a query may read before it has to answer. A query that is under way cannot be interrupted, so each call
// reads a bounded part and says where it stopped.

export interface Effort {
  /** Counts `positions` of the index as looked at. */
  spend(positions: number): void;
  /** Whether the bound is reached. */
  exhausted(): boolean;
}

/**
 * Positions of the index that one page may look at. Reading as many takes about 10 ms.
 */
export const PAGE_EFFORT = 100_000;

export function createEffort(limit: number): Effort {
  let left = limit;
  return {
    spend(positions) {
      left -= positions;
    },
    exhausted: () => left <= 0,
  };
}

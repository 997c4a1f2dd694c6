// What a report comes to, told as it goes on: counts, and as many refusals and ids as an answer can hold. A report
// may have any number of lines, so nothing here grows with it.
import type { FieldFault } from '../../shared/problem.js';

export interface Refusal {
  /** From 1. */
  line: number;
  reason: string;
  errors?: FieldFault[];
}

export interface ReportResult {
  readonly stored: number;
  readonly repeated: number;
  /** The first refusals. */
  readonly refused: readonly Refusal[];
  /** The last refusal after those, and how many more lie between. */
  readonly lastRefused: (Refusal & { between: number }) | undefined;
  /** The ids of the first events that are new. */
  readonly eventIds: readonly string[];
}

/** Most refusals that are kept beside the last one, and most ids. */
export const MAX_REFUSALS = 1_000;
export const MAX_REPORT_EVENT_IDS = 1_000;

export function createReportResult() {
  const refused: Refusal[] = [];
  const eventIds: string[] = [];
  let last: Refusal | undefined;
  let refusals = 0;
  let stored = 0;
  let repeated = 0;
  return {
    refuse(refusal: Refusal): void {
      refusals += 1;
      if (refused.length < MAX_REFUSALS) refused.push(refusal);
      else last = refusal;
    },
    repeat(): void {
      repeated += 1;
    },
    store(ids: readonly string[]): void {
      stored += ids.length;
      eventIds.push(...ids.slice(0, MAX_REPORT_EVENT_IDS - eventIds.length));
    },
    soFar: (): ReportResult => ({
      stored,
      repeated,
      refused,
      lastRefused: last === undefined ? undefined : { ...last, between: refusals - refused.length - 1 },
      eventIds,
    }),
  };
}

export type ReportTally = ReturnType<typeof createReportResult>;

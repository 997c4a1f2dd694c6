// Sends one batch, and waits while the daemon refuses work for the moment: a long report may well be faster
// than its log. Sending a batch again is safe, because what is stored is recognised.
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../shared/problem.js';

export interface Patience {
  clock: () => number;
  /** Hears a sentence when waiting begins. */
  onWait(sentence: string): void;
  signal: AbortSignal;
}

/** Longest wait for one batch, in milliseconds. */
const PATIENCE_MS = 60_000;

/** @throws Problem of the last try when patience ran out, or at once for anything that waiting cannot mend */
export async function sendPatiently<T>(
  send: () => Promise<T>,
  { clock, onWait, signal }: Patience,
): Promise<T> {
  const giveUpAt = clock() + PATIENCE_MS;
  for (let told = false; ; told = true) {
    try {
      return await send();
    } catch (error) {
      const waitMs = retryAfterMs(error);
      if (waitMs === undefined || clock() + waitMs > giveUpAt || signal.aborted) throw error;
      if (!told) onWait(`${(error as Problem).message} Waiting up to ${PATIENCE_MS / 1000} s for it.`);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** The daemon says with a 503 when trying again makes sense; nobody else's word counts. */
function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof Problem) || error.code !== 'unavailable') return undefined;
  const { retryAfterSeconds } = error.details;
  return retryAfterSeconds === undefined ? undefined : Math.max(0.1, retryAfterSeconds) * 1000;
}

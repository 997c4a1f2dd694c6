// The verifications that are under way on the query thread: each goes on for a moment when it is asked to, so that
// other questions get their turn, and reads through a connection of its own.
import { randomUUID } from 'node:crypto';
import { Problem } from '../../../shared/problem.js';
import type { LogVerdict, VerifyProgress } from '../../../shared/verification.js';
import type { Sqlite } from '../../sqlite.js';
import type { VerificationRequest, VerificationStep } from '../audit-log.js';
import { verifyLog } from './verify-log.js';

/** Most at once: each takes tens of megabytes, and the time of the others. */
const MOST = 2;

/** How long one goes on before others have their turn, in milliseconds. */
const MOMENT_MS = 10;

/** One that is not asked to go on for so long was given up, in milliseconds. */
const GIVEN_UP_AFTER_MS = 30_000;

/** How long one that was interrupted can be gone on with, in milliseconds. */
const KEPT_MS = 600_000;

interface UnderWay {
  /** When it last went on, on the monotonic clock. */
  at: number;
  /** Nobody asks for more at the moment. */
  isPaused: boolean;
  db: Sqlite;
  steps: Generator<VerifyProgress, LogVerdict>;
}

export function createVerifications(open: () => Sqlite) {
  const underWay = new Map<string, UnderWay>();

  function end(id: string): void {
    const one = underWay.get(id);
    underWay.delete(id);
    one?.db.close();
  }

  function endOld(): void {
    const now = performance.now();
    for (const [id, { at, isPaused }] of underWay)
      if (now - at > (isPaused ? KEPT_MS : GIVEN_UP_AFTER_MS)) end(id);
  }

  /** One that was interrupted gives way to one that somebody waits for. */
  function makeRoom(): void {
    endOld();
    const paused = [...underWay].filter(([, { isPaused }]) => isPaused);
    for (const [id] of paused) if (underWay.size >= MOST) end(id);
    if (underWay.size < MOST) return;
    throw new Problem(
      'unavailable',
      `${MOST} verifications of the log are under way already. Try again later.`,
      { retryAfterSeconds: 30 },
    );
  }

  return {
    begin(request: VerificationRequest): string {
      makeRoom();
      const id = randomUUID();
      const db = open();
      underWay.set(id, { at: performance.now(), isPaused: false, db, steps: verifyLog({ db, ...request }) });
      return id;
    },

    /** Whether it can be gone on with. */
    resume(id: string): boolean {
      endOld();
      const one = underWay.get(id);
      if (one === undefined || !one.isPaused) return false;
      one.isPaused = false;
      one.at = performance.now();
      return true;
    },

    /** Keeps it for a while; not one that holds a state of the log, which would have the file grow meanwhile. */
    pause(id: string): void {
      const one = underWay.get(id);
      if (one === undefined) return;
      if (one.db.inTransaction) end(id);
      else one.isPaused = true;
    },

    step(id: string): VerificationStep {
      const one = underWay.get(id);
      if (one === undefined) {
        throw new Problem('unavailable', 'The verification was broken off by the daemon. Begin it again.', {
          retryAfterSeconds: 1,
        });
      }
      one.at = performance.now();
      const until = one.at + MOMENT_MS;
      for (;;) {
        const { done, value } = stepOf(id, one);
        if (done) {
          end(id);
          return { verdict: value };
        }
        if (performance.now() >= until) return { progress: value };
      }
    },

    close(): void {
      for (const id of underWay.keys()) end(id);
    },
  };

  /** One that fails is over. */
  function stepOf(id: string, { steps }: UnderWay): IteratorResult<VerifyProgress, LogVerdict> {
    try {
      return steps.next();
    } catch (error) {
      end(id);
      throw error;
    }
  }
}

// The verifications that are under way on the query thread: each goes on for a moment when it is asked to, so that
// other questions get their turn, and reads through a connection of its own.
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

interface UnderWay {
  /** When it last went on, on the monotonic clock. */
  at: number;
  db: Sqlite;
  steps: Generator<VerifyProgress, LogVerdict>;
}

export function createVerifications(open: () => Sqlite) {
  const underWay = new Map<number, UnderWay>();
  let lastId = 0;

  function end(id: number): void {
    const one = underWay.get(id);
    underWay.delete(id);
    one?.db.close();
  }

  return {
    begin(request: VerificationRequest): number {
      const now = performance.now();
      for (const [id, { at }] of underWay) if (now - at > GIVEN_UP_AFTER_MS) end(id);
      if (underWay.size >= MOST) {
        throw new Problem(
          'unavailable',
          `${MOST} verifications of the log are under way already. Try again later.`,
          {
            retryAfterSeconds: 30,
          },
        );
      }
      lastId += 1;
      const db = open();
      underWay.set(lastId, { at: now, db, steps: verifyLog({ db, ...request }) });
      return lastId;
    },

    step(id: number): VerificationStep {
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

    end,

    close(): void {
      for (const id of underWay.keys()) end(id);
    },
  };

  /** One that fails is over. */
  function stepOf(id: number, { steps }: UnderWay): IteratorResult<VerifyProgress, LogVerdict> {
    try {
      return steps.next();
    } catch (error) {
      end(id);
      throw error;
    }
  }
}

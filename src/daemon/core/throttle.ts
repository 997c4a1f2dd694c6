// A delay that grows for an account under attack. Known and unknown addresses are treated alike, and time is
// monotonic, so that a clock that jumps opens nothing.
import { LRUCache } from 'lru-cache';
import { Problem } from '../../shared/problem.js';

/** Failures that cost nothing. */
const FREE_FAILURES = 5;

/** The first delay and the longest, in milliseconds; each failure doubles it. */
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** After this long without a failure an account starts anew, in milliseconds. */
const FORGET_MS = 15 * 60_000;

/** Accounts watched at once. */
const MAX_ACCOUNTS = 10_000;

interface Failures {
  count: number;
  /** Monotonic milliseconds. */
  last: number;
}

export interface Throttle {
  /** @throws Problem `too_many_attempts` while the account's delay lasts. */
  admit(account: string): void;
  failed(account: string): void;
  succeeded(account: string): void;
}

export function createThrottle(monotonic: () => number): Throttle {
  const accounts = new LRUCache<string, Failures>({ max: MAX_ACCOUNTS });
  const keyOf = (account: string) => account.toLowerCase();

  function delayMs({ count }: Failures): number {
    if (count < FREE_FAILURES) return 0;
    return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - FREE_FAILURES));
  }

  return {
    admit(account) {
      const failures = accounts.get(keyOf(account));
      if (failures === undefined) return;
      const leftMs = failures.last + delayMs(failures) - monotonic();
      if (leftMs <= 0) return;
      const seconds = Math.ceil(leftMs / 1000);
      throw new Problem(
        'too_many_attempts',
        `Too many failed attempts to log in to this account. Try again in ${seconds} s.`,
        { retryAfterSeconds: seconds },
      );
    },
    failed(account) {
      const key = keyOf(account);
      const before = accounts.get(key);
      const fresh = before === undefined || monotonic() - before.last > FORGET_MS;
      accounts.set(key, { count: fresh ? 1 : before.count + 1, last: monotonic() });
    },
    succeeded: account => void accounts.delete(keyOf(account)),
  };
}

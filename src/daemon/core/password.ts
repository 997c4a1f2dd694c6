// Password hashes: argon2id with the parameters that OWASP's Password Storage Cheat Sheet names first.
import { hash, verify } from '@node-rs/argon2';
import { Problem } from '../../shared/problem.js';

/** 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes computed at once; each takes a thread and 19 MiB. */
const MAX_AT_ONCE = 2;

/** Hashes that may wait for their turn. */
const MAX_WAITING = 64;

/** The argon2id hash of `password`, in PHC string format. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), PARAMETERS);
}

export interface PasswordChecker {
  /**
   * Whether `password` belongs to `storedHash`. Without a hash it does the same work and says no, so that the
   * time of an answer does not tell whether there is such an account.
   * @throws Problem `too_many_attempts` when too many are waiting.
   */
  check(storedHash: string | undefined, password: string): Promise<boolean>;
  hash(password: string): Promise<string>;
}

/** A checker with a cap on the work done at once. */
export async function createPasswordChecker(): Promise<PasswordChecker> {
  const nobody = await hashPassword('');
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= MAX_AT_ONCE) {
      if (waiting.length >= MAX_WAITING) {
        throw new Problem(
          'too_many_attempts',
          'Too many people are logging in at this moment. Try again in a second.',
          {
            retryAfterSeconds: 1,
          },
        );
      }
      await new Promise<void>(resolve => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    check: (storedHash, password) =>
      inTurn(
        async () =>
          (await verify(storedHash ?? nobody, password.normalize('NFC'))) && storedHash !== undefined,
      ),
    hash: password => inTurn(() => hashPassword(password)),
  };
}

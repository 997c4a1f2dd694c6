// Random keys for the salts of events (shared/log/leaf-salts.ts), drawn many at a time: asking for each alone takes
// longer than all else that a leaf costs.
import { randomFillSync } from 'node:crypto';
import { SALT_KEY_BYTES } from '../../shared/log/leaf-salts.js';

const KEYS = 256;

/** Gives a new key each time. It is a view of memory that is written anew later: copy what is kept. */
export function createSaltKeys(): () => Buffer {
  const pool = Buffer.alloc(KEYS * SALT_KEY_BYTES);
  let given = KEYS;
  return () => {
    if (given === KEYS) {
      randomFillSync(pool);
      given = 0;
    }
    given += 1;
    return pool.subarray((given - 1) * SALT_KEY_BYTES, given * SALT_KEY_BYTES);
  };
}

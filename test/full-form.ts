// How much a test does: little in `npm test`, everything in its full form (`test/full.js`), and what somebody asks for.

/** Whether this is the full form. */
export const FULL = process.env.WHODID_TEST_FULL === '1';

/** `short` in `npm test`, `full` in the full form; the environment variable `name` goes before both. */
export function howMany(name: string, short: number, full: number): number {
  const asked = process.env[name];
  return asked === undefined ? (FULL ? full : short) : Number(asked);
}

/**
 * The seed of a random test: another for each full run, the same for each short one, which so says the same each time.
 * Printed, and given back with WHODID_TEST_SEED to repeat a run.
 */
export function seed(): number {
  const chosen = Number(process.env.WHODID_TEST_SEED ?? (FULL ? Date.now() % 1_000_000 : 1));
  process.stdout.write(`seed ${chosen} `);
  return chosen;
}

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

/** How often the full form says how far it is. */
const TWENTIETHS = 20;

/** Says in the full form how far a test is, each time that a twentieth of `of` is done. @param what in the plural */
export function progress(what: string, of: number): (done: number) => void {
  const started = performance.now();
  let said = 0;
  return done => {
    const twentieths = Math.floor((done * TWENTIETHS) / of);
    if (!FULL || twentieths === said) return;
    said = twentieths;
    process.stdout.write(`${done} of ${of} ${what}, ${Math.round((performance.now() - started) / 1000)} s\n`);
  };
}

// How much a test does: little in `npm test`, everything in its full form (`test/full.js`), and what somebody asks for.
import { availableParallelism } from 'node:os';

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

/** How many daemons a full form works on at once; in `npm test` other tests are beside this one. */
export const LANES = howMany('WHODID_TEST_LANES', 1, availableParallelism());

/** Does `count` pieces of work, numbered from 0, in as many lanes: each takes the next one when it is done. */
export async function inLanes(
  count: number,
  one: (index: number, lane: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (number: number): Promise<void> => {
    while (next < count) {
      next += 1;
      await one(next - 1, number);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
}

/** How often the full form says how far it is. */
const TWENTIETHS = 20;

/**
 * Says in the full form how far a test is, each time that a twentieth of `of` is done.
 * @param what in the plural
 * @returns called with how much more is done
 */
export function progress(what: string, of: number): (more?: number) => void {
  const started = performance.now();
  let said = 0;
  let done = 0;
  return (more = 1) => {
    done += more;
    const twentieths = Math.floor((done * TWENTIETHS) / of);
    if (!FULL || twentieths === said) return;
    said = twentieths;
    process.stdout.write(`${done} of ${of} ${what}, ${Math.round((performance.now() - started) / 1000)} s\n`);
  };
}
